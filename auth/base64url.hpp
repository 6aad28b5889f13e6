// URL-safe Base64 without padding (RFC 4648 §5), as JOSE uses it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace parley::auth {

std::string encode_base64url(std::string_view bytes);

/// Strict: nullopt for padding, white space, a character outside the alphabet, an impossible length, or trailing bits
/// that are not zero, so that each byte string has exactly one accepted spelling.
std::optional<std::string> decode_base64url(std::string_view text);

} // namespace parley::auth
