// From a handshake that was answered with 101 to the WebSocket behind it.
#pragma once

#include "net/http/context.hpp"
#include "net/http/message.hpp"

#include <optional>
#include <string>

namespace parley::net {

/// What the connection is opened with. The token is that of the header; else that of the subprotocols; else `?token=`.
/// The socket goes by the client's address from here on.
upgraded open_upgraded(socket_kind kind, const request& from, std::optional<std::string> carried, stream socket,
                       std::string leftover);

} // namespace parley::net
