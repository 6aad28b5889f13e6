// A connection's bytes, whose every read and write has an end in time.
#pragma once

#include "net/stream.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace parley::net {

using steady_time = std::chrono::steady_clock::time_point;

struct transfer {
  enum class end : std::uint8_t { done, closed, timed_out } how = end::done;
  std::size_t bytes = 0;
};

/// Used on its socket's I/O thread only, one operation at a time.
class timed_socket {
public:
  explicit timed_socket(stream socket);
  timed_socket(const timed_socket&) = delete;
  timed_socket& operator=(const timed_socket&) = delete;
  ~timed_socket();

  static constexpr std::size_t slowest_reader = 32 * 1024; ///< bytes a second

  bool is_secure() const { return socket_.is_secure(); }

  /// Takes what there is on the socket, before TLS's handshake; where there was nothing, 0 bytes after a wait for some.
  boost::asio::awaitable<transfer> read_raw(boost::asio::mutable_buffer into, steady_time due);

  /// TLS's handshake, before anything else; `closed` if the peer is gone or speaks something else. Done at once on a
  /// plain socket.
  boost::asio::awaitable<transfer> handshake(steady_time due);

  /// Reads what there is, at least one byte.
  boost::asio::awaitable<transfer> read_some(boost::asio::mutable_buffer into, steady_time due);

  /// Writes all of both texts. It may take `pause` in all, and a second more for each `slowest` bytes.
  boost::asio::awaitable<transfer> write(std::string_view first, std::string_view second,
                                         std::chrono::milliseconds pause, std::size_t slowest = slowest_reader);

  /// Says that no more comes, then waits up to `patience` for the peer's end and drops what it still sends: a socket
  /// closed over unread bytes would take the last answer with it (RFC 9112 §9.6).
  boost::asio::awaitable<void> close_gracefully(std::chrono::milliseconds patience);

  /// The client's address without the port; empty if it is gone.
  std::string address() const { return socket_.address(); }
  void set_address(std::string client) { socket_.set_address(std::move(client)); }

  /// Gives the socket away; nothing else may be called afterwards.
  stream release();

private:
  class watchdog;

  /// Until the attempt that ended with `wanted` is worth repeating. False if there is no such time: its end came, or
  /// the attempt itself was the last.
  boost::asio::awaitable<bool> wait(progress::end wanted, steady_time due);
  /// Lets the loop's other work have its turn: a client that never lets us wait must not keep it.
  boost::asio::awaitable<void> give_way();
  /// How an operation ends that can go no further.
  transfer end() const;

  stream socket_;
  std::shared_ptr<watchdog> watchdog_;
};

} // namespace parley::net
