// Which origins (RFC 6454) may use this server from a browser: one list for CORS and for WebSocket handshakes.
#pragma once

#include "net/http/message.hpp"

#include <span>
#include <string>
#include <string_view>

namespace parley::net {

/// True if the origin is the server itself, whether by http or https: as `Host` names it, or as a trusted proxy
/// does (`forwarded_host`, may be empty), or `http.public_url`.
bool is_own_origin(std::string_view origin, const request_head& head, std::string_view forwarded_host);

/// Adds `Access-Control-Allow-Origin` and what goes with it if the request's `Origin` is listed.
void allow_origin(response& out, const request_head& from, std::span<const std::string> list);

/// Answers `OPTIONS` on a path that has these methods (`Allow`'s value). A preflight (Fetch §3.2.2) of a listed origin
/// may send the headers that it asks for: nothing here trusts a header because it could not have been sent (ADR 21).
response describe_options(const request_head& from, std::string allow, std::span<const std::string> list);

} // namespace parley::net
