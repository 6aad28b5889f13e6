// Addresses on the web that clients give. Inside `protocol/` only.
#pragma once

#include <string_view>

namespace parley {

/// An absolute `http` or `https` URL with a host (RFC 3986 §3, letters of any script taken), without white space,
/// controls and backslashes. Length not checked.
bool is_web_url(std::string_view utf8);

} // namespace parley
