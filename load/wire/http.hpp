// One keep-alive HTTP/1.1 connection that pipelines its requests, over a non-blocking
// socket, plain or by TLS.
#pragma once

#include "load/wire/client.hpp"
#include "load/wire/pollable.hpp"

#include <tl/expected.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace parley::load {

class http_client;

/// What a connection tells its owner; all on the loop's thread, from within `loop::poll`.
class http_events {
public:
  virtual ~http_events() = default;

  /// A whole answer, in the order of the requests. Views are valid during the call. Where it is the last one of the
  /// connection, `is_open` is false already; `on_http_closed` follows unless the owner connects again here.
  virtual void on_answer(http_client& from, unsigned status, std::string_view body, std::int64_t received_ns) = 0;
  /// The connection could not be made, broke or was closed by the server; requests without an answer stay so. `connect`
  /// may be called again, from here too.
  virtual void on_http_closed(http_client& from, const std::string& why) = 0;
};

/// Its address must not change after `connect`. A destructor closes.
class http_client final : private pollable {
public:
  /// `tag` is for the owner alone.
  explicit http_client(std::uint32_t tag);
  ~http_client() override;
  http_client(const http_client&) = delete;
  http_client& operator=(const http_client&) = delete;

  /// Begins to connect from source address number `source`. Requests may be sent at once: they leave when the
  /// connection is there. The error is one phrase for people; then no event follows.
  tl::expected<void, std::string> connect(loop& on, http_events& events, const dial& to, std::uint32_t source);

  /// Queues one request; Host and Content-Length are added. `headers` are whole lines, each ended by CRLF; may be
  /// empty.
  void send(std::string_view method, std::string_view target, std::string_view headers, std::string_view body);

  void close();

  [[nodiscard]] bool is_open() const { return fd_ >= 0; }                   ///< or on its way to be
  [[nodiscard]] bool reached() const { return !connecting_ && !securing_; } ///< the server took the last connection
  [[nodiscard]] std::size_t under_way() const { return asked_; }            ///< requests without an answer
  [[nodiscard]] std::uint32_t tag() const { return tag_; }

private:
  struct answer;

  void on_ready(std::uint32_t epoll_events) override;
  void flush() override;
  void wait_for_write(bool on);
  void secure();
  void read();
  void fail(const std::string& why);

  std::uint32_t tag_;
  std::uint32_t lives_ = 0; ///< connections so far, to know one from the next
  int fd_ = -1;
  bool connecting_ = false;
  bool securing_ = false; ///< amid the TLS handshake
  bool flush_queued_ = false;
  bool waits_for_write_ = false;
  bool noted_ = false; ///< the kernel notes arrivals
  loop* loop_ = nullptr;
  http_events* events_ = nullptr;
  std::unique_ptr<tls_session> tls_; ///< null on a plain connection
  std::string host_;
  std::string out_;
  std::string cut_; ///< what the last read left of an answer
  std::size_t asked_ = 0;
  std::unique_ptr<answer> reading_;
};

} // namespace parley::load
