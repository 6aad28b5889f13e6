// One connection's requests out of its bytes (RFC 9112), in their order, however TCP cuts them: no socket, no time.
#pragma once

#include "net/http/message.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace parley::net {

/// Not for two threads at a time.
class request_parser {
public:
  /// `head_bytes`: of one request's head, at most.
  explicit request_parser(std::size_t head_bytes);
  request_parser(const request_parser&) = delete;
  request_parser& operator=(const request_parser&) = delete;
  ~request_parser();

  /// Room for `most` more bytes, to be followed by `commit`.
  char* prepare(std::size_t most);
  /// That many of them came.
  void commit(std::size_t bytes);

  /// True if nothing came that was not taken yet.
  bool is_empty() const { return buffer_.empty(); }

  // -- heads --

  /// Forgets the last request; its body must be done.
  void begin();

  /// The head of the next request; nullopt if more bytes are needed. `bad_request`, `head_too_large` and a head
  /// that is `refused` end the connection.
  tl::expected<std::optional<request_head>, error_code> read_head();

  // -- the body of the last head --

  /// True if the body is announced to be longer than `limit`.
  bool announces_over(std::uint64_t limit) const;

  /// Bounds the whole body, before it is read; only the first call of a request counts.
  void limit_body(std::uint64_t limit);

  enum class step : std::uint8_t { made, needs_more };

  /// Takes body bytes that are there. `payload_too_large`, `bad_request`; what came before a fault is in `body`.
  tl::expected<step, error_code> read_body();

  /// True if nothing of the last request is left unread.
  bool is_body_done() const;

  /// What was read of it so far; the caller may take it away.
  std::string& body();

  /// Bytes that came behind the last request.
  std::string take_leftover() { return std::move(buffer_); }

private:
  struct message;

  /// Where the head stands that the buffer begins with: its size with the empty line, 0 while that has not come;
  /// nullopt if it never will be one.
  std::optional<std::size_t> find_head_end();
  tl::expected<request_head, error_code> parse_head(std::size_t size);

  std::size_t head_bytes_;
  std::string buffer_;
  std::size_t filled_ = 0; ///< of the buffer, between `prepare` and `commit`
  std::size_t sound_ = 0;  ///< bytes of an unfinished head at the buffer's begin, found to be such
  std::unique_ptr<message> message_;
};

} // namespace parley::net
