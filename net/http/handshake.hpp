// The server's side of a WebSocket's opening handshake (RFC 6455 §4.2).
#pragma once

#include "net/http/message.hpp"

#include <span>
#include <string>
#include <string_view>

namespace parley::net {

/// `Sec-WebSocket-Accept` for a `Sec-WebSocket-Key` (RFC 6455 §4.2.2).
std::string accept_key(std::string_view key);

/// The value of `Sec-WebSocket-Accept` where the handshake is in order. `upgrade_required` for what is no handshake or
/// another version, `bad_request` for a broken one, `forbidden` for an `Origin` that is neither our own nor in the
/// list, `draining`. `forwarded_host` is what a trusted proxy says that we were called; may be empty.
tl::expected<std::string, refusal> check_handshake(const request_head& head, std::string_view forwarded_host,
                                                   std::span<const std::string> origins, bool draining);

/// The answer 101, as bytes. It names no subprotocol and no extension where that is empty.
std::string switching_protocols(std::string_view accept, std::string_view subprotocol, std::string_view extension);

} // namespace parley::net
