// From a handshake that was answered with 101 to the WebSocket behind it.
#pragma once

#include "net/http/context.hpp"
#include "net/http/message.hpp"

#include <string>

namespace parley::net {

/// What the connection is opened with.
upgraded open_upgraded(socket_kind kind, const request& from, stream socket, std::string leftover);

} // namespace parley::net
