// One WebSocket client connection over a plain non-blocking socket.
#pragma once

#include "load/endpoint.hpp"
#include "load/frame.hpp"
#include "load/loop.hpp"

#include <cstdint>
#include <netinet/in.h>
#include <string>
#include <string_view>

namespace parley::load {

/// How to reach the server.
struct dial {
  ws_url url;
  sockaddr_in address{};
  std::uint32_t sources = 1; ///< above 1: connection k comes from 127.0.0.(1 + k mod sources), for more ports
};

/// Why a connection ended.
struct closing {
  std::uint16_t code = 0; ///< the server's close code; 0 where the connection broke or never was
  std::string reason;     ///< one phrase for people
};

/// What a connection tells its owner; all on the loop's thread, from within `loop::poll`.
class client_events {
public:
  virtual ~client_events() = default;

  /// The handshake was accepted.
  virtual void on_open(client& from) = 0;
  /// A whole text message, valid during the call. `received_ns` is when its last bytes were read.
  virtual void on_text(client& from, std::string_view text, std::int64_t received_ns) = 0;
  /// The last call for this connection; never after its own `close`.
  virtual void on_closed(client& from, const closing& why) = 0;
};

/// Answers pings and close frames by itself. Its address must not change after `connect`.
class client {
public:
  explicit client(std::uint32_t index) : index_(index) {}
  ~client() { drop(); }
  client(client&&) = delete;
  client& operator=(client&&) = delete;

  /// Begins to connect, once in its life. The error is one phrase for people; then no event follows.
  tl::expected<void, std::string> connect(loop& on, client_events& events, const dial& to, std::string_view target);

  /// Queues one masked text frame; it leaves before the loop waits again. Dropped unless open.
  void send(std::string_view text) { queue(opcode::text, text); }

  /// Says goodbye with 1000 and frees the socket at once. No event follows.
  void close();

  [[nodiscard]] bool is_open() const { return state_ == state::open; }
  [[nodiscard]] std::uint32_t index() const { return index_; }

  // -- for `loop` ---------------------------------------------------------

  void on_ready(std::uint32_t epoll_events);
  void flush();

private:
  enum class state : std::uint8_t { idle, connecting, handshaking, open, closed };

  void queue(opcode op, std::string_view payload);
  void finish_connect();
  void read();
  bool read_handshake(const char*& cursor, const char* end);
  void on_frame(const frame& in, std::int64_t received_ns);
  void fail(closing why);
  void drop();

  std::uint32_t index_;
  int fd_ = -1;
  state state_ = state::idle;
  bool flush_queued_ = false;
  bool waits_for_write_ = false;
  loop* loop_ = nullptr;
  client_events* events_ = nullptr;
  std::string out_;       ///< bytes to send; the handshake request first
  std::string cut_;       ///< beginning of a frame that the last read did not finish
  std::string fragments_; ///< text of a message of several frames so far
  std::string key_;       ///< of the handshake; empty afterwards
};

} // namespace parley::load
