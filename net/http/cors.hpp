// Which origins (RFC 6454) may use this server from a browser: one list for CORS and for WebSocket handshakes.
#pragma once

#include "net/http/message.hpp"

#include <span>
#include <string>
#include <string_view>

namespace parley::net {

/// True where the list names the origin or holds `*`. Scheme and host are compared without case, a scheme's default
/// port may be left out.
bool is_listed_origin(std::string_view origin, std::span<const std::string> list);

/// True where the origin is the server itself, as the `Host` field names it, whether by http or https. A `Host`
/// without a port has the default one of the origin's scheme.
bool is_same_origin(std::string_view origin, std::string_view host);

/// Adds `Access-Control-Allow-Origin` and what goes with it where the request's `Origin` is listed.
void allow_origin(response& out, const request_head& from, std::span<const std::string> list);

/// Answers `OPTIONS` on a path that has these methods (`Allow`'s value), preflights (Fetch §3.2.2) included.
response describe_options(const request_head& from, std::string allow, std::span<const std::string> list);

} // namespace parley::net
