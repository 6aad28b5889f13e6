// Base64 as clients put pictures into JSON. Inside `protocol/` only.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace parley {

/// Base64 of the standard or the URL-safe alphabet (RFC 4648 §4, §5), with or without its padding, in lines as MIME has
/// them (RFC 2045 §6.8) or in one: ASCII's white space means nothing. nullopt where there is any other character, too
/// little or too much padding, or a bit set that belongs to no byte.
std::optional<std::string> decode_base64(std::string_view text);

} // namespace parley
