// Base64 as clients put pictures into JSON. Inside `protocol/` only.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace parley {

/// Base64 of the standard alphabet (RFC 4648 §4) with or without its padding. nullopt where there is any other
/// character, white space included, too little or too much padding, or a bit set that belongs to no byte.
std::optional<std::string> decode_base64(std::string_view text);

} // namespace parley
