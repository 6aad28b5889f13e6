// An answer as the bytes of HTTP/1.1 (RFC 9112 §4).
#pragma once

#include "net/http/file_pool.hpp"
#include "net/http/message.hpp"
#include "net/http/timed_socket.hpp"
#include "protocol/time.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <string>

namespace parley::net {

enum class connection_word : std::uint8_t { none, keep_alive, close };

/// Status line and fields with the empty line; the body is sent as it is.
std::string write_head(const response& what, connection_word last, timestamp now);

/// Sends the bytes of a file in pieces, each when the one before it is out; each may take up to `pause`. False where
/// the client is gone or the file cannot be read: then the connection is to be cut, for its answer stays incomplete.
boost::asio::awaitable<bool> write_file(timed_socket& socket, file_pool& files, const file_part& what,
                                        std::chrono::milliseconds pause);

} // namespace parley::net
