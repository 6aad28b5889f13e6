// Who a request is meant for: host and port, as `Host` and an absolute target spell them (RFC 3986 §3.2).
#pragma once

#include <string_view>

namespace parley::net {

/// True for `host [":" port]` by its grammar (RFC 9110 §7.2): a name, an IPv4 address, or an IPv6 address (of a later
/// version too) in brackets, and a port that TCP can have. A name may be percent-encoded, but holds no comma, which
/// others take for two names. False for nothing, and where there is user information.
bool is_authority(std::string_view text);

} // namespace parley::net
