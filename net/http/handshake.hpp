// The server's side of a WebSocket's opening handshake (RFC 6455 §4.2).
#pragma once

#include "net/http/context.hpp"
#include "net/http/message.hpp"

#include <string>
#include <string_view>

namespace parley::net {

/// `Sec-WebSocket-Accept` for a `Sec-WebSocket-Key` (RFC 6455 §4.2.2).
std::string accept_key(std::string_view key);

/// The value of `Sec-WebSocket-Accept` where the handshake is in order. `upgrade_required` for what is no handshake or
/// another version, `bad_request` for a broken one, `forbidden` for a foreign `Origin`, `draining`.
tl::expected<std::string, refusal> check_handshake(const http_context& context, const request_head& head);

/// The answer 101, as bytes.
std::string switching_protocols(std::string_view accept);

/// What the connection is opened with.
upgraded open_upgraded(socket_kind kind, const request& from, stream socket, std::string leftover);

} // namespace parley::net
