// One WebSocket client connection over a non-blocking socket, plain or by TLS.
#pragma once

#include "load/wire/endpoint.hpp"
#include "load/wire/frame.hpp"
#include "load/wire/loop.hpp"
#include "load/wire/pollable.hpp"
#include "load/wire/tls.hpp"
#include "load/wire/unpacker.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace parley::load {

/// How to reach a server.
struct dial {
  std::string name; ///< for people: the URL as it was given
  ws_url url;
  socket_address address;
  std::uint32_t sources = 1;                   ///< above 1: source k is 127.0.0.(1 + k mod sources), for more ports
  bool kernel_times = false;                   ///< times of receipt are the kernel's and not those of the read
  std::optional<tls_trust> tls = std::nullopt; ///< nothing speaks plainly
  bool compress = false;                       ///< permessage-deflate is offered
};

/// Why a connection ended.
struct closing {
  std::uint16_t code = 0; ///< the server's close code; 0 where the connection broke or never was
  std::string reason;     ///< one phrase for people
};

/// What the opening handshake asks for.
struct request {
  std::string target;       ///< path and query as they go on the wire
  std::string headers;      ///< whole lines, each ended by CRLF; may be empty
  std::uint32_t source = 0; ///< number of the source address
  int receive_bytes = 0;    ///< bound of the kernel's receive buffer; 0 leaves it to the kernel
};

/// Opens a non-blocking socket and begins to connect it. The error is one phrase for people.
/// `receive_bytes` as in `request`.
tl::expected<int, std::string> begin_connect(const dial& to, std::uint32_t source, int receive_bytes = 0);

class client;

/// What a connection tells its owner; all on the loop's thread, from within `loop::poll`.
class client_events {
public:
  virtual ~client_events() = default;

  /// The handshake was accepted; its last bytes came at `received_ns`.
  virtual void on_open(client& from, std::int64_t received_ns) = 0;
  /// A whole text message, valid during the call. `received_ns` is when its last bytes came: to the
  /// kernel where the `dial` says so, else to this process.
  virtual void on_text(client& from, std::string_view text, std::int64_t received_ns) = 0;
  /// The last call for this connection, never after its own `close`; `connect` may be called from here.
  virtual void on_closed(client& from, const closing& why) = 0;
};

/// Answers pings and close frames by itself. Its address must not change after `connect`.
class client final : private pollable {
public:
  /// `index` and `place` are for the owner: the number in the whole run, and where it keeps this connection.
  client(std::uint32_t index, std::uint32_t place) : index_(index), place_(place) {}
  ~client() override { drop(); }
  client(client&&) = delete;
  client& operator=(client&&) = delete;

  /// Begins to connect; again where an earlier connection has ended. The error is one phrase for people; then no event
  /// follows.
  tl::expected<void, std::string> connect(loop& on, client_events& events, const dial& to, const request& ask);

  /// Queues one masked text frame; it leaves before the loop waits again. Dropped unless open.
  void send(std::string_view text) { queue(opcode::text, text); }

  /// Sends the text every `every_ns`, at least 1 ms, until this connection ends. Only while open.
  void beat_every(std::int64_t every_ns, std::string text);

  /// Stops to read, as a client that hangs, or goes on. Pings stay unanswered meanwhile,
  /// and no heartbeat is said. Only while open.
  void set_reading(bool on);

  /// Says goodbye with 1000 and frees the socket at once. No event follows.
  void close();
  /// Frees the socket without a word, as a client that dies. No event follows.
  void abort() { drop(); }
  /// The same by a TCP reset, as a client whose machine is lost. No event follows.
  void reset();

  [[nodiscard]] bool is_open() const { return state_ == state::open; }
  [[nodiscard]] std::uint32_t index() const { return index_; }
  [[nodiscard]] std::uint32_t place() const { return place_; }

private:
  enum class state : std::uint8_t { idle, closed, connecting, securing, handshaking, open };

  void on_ready(std::uint32_t epoll_events) override;
  void flush() override;
  void on_beat(const std::string& text) override {
    if (reads_) // as pings are
      send(text);
  }
  void queue(opcode op, std::string_view payload);
  void wait_for_write(bool on);
  void watch_again();
  void finish_connect();
  void secure();
  void read();
  bool read_handshake(const char*& cursor, const char* end, std::int64_t received_ns);
  void on_frame(const frame& in, std::int64_t received_ns);
  void on_message(std::string_view message, std::int64_t received_ns);
  void fail(closing why);
  void drop();

  std::uint32_t index_;
  std::uint32_t place_;
  std::uint32_t lives_ = 0; ///< connections so far, to know one from the next
  int fd_ = -1;
  state state_ = state::idle;
  bool flush_queued_ = false;
  bool waits_for_write_ = false;
  bool reads_ = true;
  bool noted_ = false;  ///< the kernel notes arrivals
  bool packed_ = false; ///< the message at hand is compressed
  loop* loop_ = nullptr;
  client_events* events_ = nullptr;
  std::unique_ptr<tls_session> tls_;        ///< null on a plain connection
  std::string out_;                         ///< bytes to send; the handshake request first
  std::string cut_;                         ///< beginning of a frame that the last read did not finish
  std::string fragments_;                   ///< text of a message of several frames so far
  std::string key_;                         ///< of the handshake; empty afterwards
  std::unique_ptr<unpacker> unpacks_;       ///< null where the server compresses nothing
  std::shared_ptr<const std::string> beat_; ///< what it says by itself; null if nothing
};

} // namespace parley::load
