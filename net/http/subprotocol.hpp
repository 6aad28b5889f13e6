// What a WebSocket handshake offers in `Sec-WebSocket-Protocol` (RFC 6455 §1.9): our protocol, or a token, which a
// browser has no other header for.
#pragma once

#include "net/http/message.hpp"

#include <optional>
#include <string>

namespace parley::net {

struct subprotocol_choice {
  std::string chosen;               ///< one of those that were offered, never a token; empty: the answer names none
  std::optional<std::string> token; ///< behind `bearer` or `access_token`
};

/// `parley.v1` is chosen where it is offered, else the name that carries a token. Any other offer is left without a
/// choice: a client that needs one ends the connection itself (RFC 6455 §4.1).
subprotocol_choice choose_subprotocol(const request_head& head);

} // namespace parley::net
