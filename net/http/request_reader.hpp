// Reads requests off one connection (RFC 9112), in their order, within the limits of size and time.
#pragma once

#include "net/http/context.hpp"
#include "net/http/message.hpp"
#include "net/http/timed_socket.hpp"

#include <memory>
#include <string>

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
  ~request_reader();

  /// The next head. `bad_request`, `head_too_large`, `request_timeout`; `none` at the connection's end, or where no
  /// byte came in time. Any error ends the connection.
  boost::asio::awaitable<read_result<request_head>> read_head();

  /// True where the body is announced to be longer than `limit`.
  bool announces_over(std::size_t limit) const;

  /// The body of the last head. `payload_too_large`, `bad_request`, `request_timeout`, `none`.
  boost::asio::awaitable<read_result<std::string>> read_body(std::size_t limit);

  /// Bytes that came behind the last request.
  std::string take_leftover() { return std::move(buffer_); }

private:
  struct parser;

  boost::asio::awaitable<transfer> read_more(std::size_t most, steady_time due);
  read_result<request_head> parse_head(std::size_t size);

  timed_socket& socket_;
  const http_options& options_;
  std::string buffer_;
  std::unique_ptr<parser> parser_;
  bool first_ = true;
};

} // namespace parley::net
