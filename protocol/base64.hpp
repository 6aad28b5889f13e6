// Base64 (RFC 4648), written and read.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace parley {

/// Writes the standard alphabet, padded (RFC 4648 §4).
std::string encode_base64(std::string_view bytes);

/// Writes the URL-safe alphabet without padding (RFC 4648 §5), as JOSE has it.
std::string encode_base64url(std::string_view bytes);

/// Strict, so that each byte string has exactly one accepted spelling, that of the function above: nullopt for white
/// space, a character of another alphabet, padding that is missing or too much, or a bit set that belongs to no byte.
std::optional<std::string> decode_base64(std::string_view text);
std::optional<std::string> decode_base64url(std::string_view text);

/// As clients put pictures into JSON: of either alphabet, with or without padding, in lines as MIME has them (RFC 2045
/// §6.8) or in one: ASCII's white space means nothing. nullopt if there is any other character, too little or too
/// much padding, or a bit set that belongs to no byte.
std::optional<std::string> decode_any_base64(std::string_view text);

} // namespace parley
