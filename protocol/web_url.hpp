// Addresses on the web that clients give.
#pragma once

#include <string_view>

namespace parley {

/// An absolute `http` or `https` URL with a host (RFC 3986 §3, letters of any script taken), without white space,
/// controls and backslashes. Length not checked.
bool is_web_url(std::string_view utf8);

/// What may stand behind a host (RFC 3986 §3.2.3): nothing, a colon, or a colon and a port from 0 to 65535.
bool is_port_part(std::string_view text);

} // namespace parley
