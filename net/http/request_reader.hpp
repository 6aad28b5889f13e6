// Reads requests off one connection (RFC 9112), in their order, within the limits of size and time.
#pragma once

#include "net/http/context.hpp"
#include "net/http/message.hpp"
#include "net/http/request_parser.hpp"
#include "net/http/timed_socket.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace parley::net {

/// `error_code::none` as an error means: close, there is nobody to answer.
template <class T>
using read_result = tl::expected<T, error_code>;

class request_reader {
public:
  /// Both must outlive it.
  request_reader(timed_socket& socket, const http_options& options);
  request_reader(const request_reader&) = delete;
  request_reader& operator=(const request_reader&) = delete;

  /// The next head. `bad_request`, `head_too_large`, `request_timeout`; `none` at the connection's end, or where no
  /// byte came in time. Any error ends the connection.
  boost::asio::awaitable<read_result<request_head>> read_head();

  /// True if the body is announced to be longer than `limit`.
  bool announces_over(std::uint64_t limit) const { return parser_.announces_over(limit); }

  /// The body of the last head. `payload_too_large`, `bad_request`, `request_timeout`, `none`.
  boost::asio::awaitable<read_result<std::string>> read_body(std::uint64_t limit);

  /// The next bytes of the body, instead of all of it; valid until the next call, empty at the end. The limit is for
  /// all pieces together, and the first call sets it. Errors as of `read_body`.
  boost::asio::awaitable<read_result<std::string_view>> read_piece(std::uint64_t limit);

  /// True if nothing of the last request is left unread.
  bool is_body_done() const { return parser_.is_body_done(); }

  /// Bytes that came behind the last request.
  std::string take_leftover() { return parser_.take_leftover(); }

private:
  boost::asio::awaitable<transfer> read_more(std::size_t most, steady_time due);
  /// Parses more of the body, or reads more to parse, at most `piece` bytes. False for an error, which is kept.
  boost::asio::awaitable<bool> advance_body(std::size_t piece);

  timed_socket& socket_;
  const http_options& options_;
  request_parser parser_;
  std::chrono::steady_clock::duration waited_{}; ///< for the body at hand
  std::uint64_t came_ = 0;                       ///< of the body at hand, in bytes
  error_code body_fault_ = error_code::none;     ///< where `advance_body` failed
  bool first_ = true;
};

} // namespace parley::net
