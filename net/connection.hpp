// One WebSocket connection after its handshake: frames in to the session, the outbox out to the socket.
#pragma once

#include "actors/interfaces/session.hpp"
#include "actors/ports.hpp"
#include "net/frame_packer.hpp"
#include "net/frame_reader.hpp"
#include "net/io_thread.hpp"
#include "net/outbox.hpp"
#include "net/stream.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace parley::net {

struct connection_options {
  std::size_t message_bytes = 65'536;   ///< of one incoming message
  std::size_t outbox_bytes = 262'144;   ///< of outgoing frames that wait
  std::size_t compress_min_bytes = 200; ///< of frames that are compressed for who takes it so
  std::chrono::milliseconds hold{};     ///< for frames that wait for company; 0: none does
  std::chrono::milliseconds heartbeat{30'000};
};

class connection;

/// Every connection of one I/O thread, and what they share. Used on that thread only.
class connection_set {
public:
  using clock = std::chrono::steady_clock;

  /// `sockets` and `websockets` count those of the whole node.
  connection_set(io_thread& thread, connection_options options, std::atomic<std::int64_t>& sockets,
                 std::atomic<std::int64_t>& websockets)
    : thread_(thread), options_(options), sockets_(sockets), websockets_(websockets),
      packer_(options.compress_min_bytes) {}

  io_thread& thread() { return thread_; }
  const connection_options& options() const { return options_; }
  std::size_t size() const { return all_.size(); }

  /// Pings who was quiet, closes who missed two heartbeats or lets a close drag on. Call it every `beat()`.
  void check_heartbeats(clock::time_point now);
  std::chrono::milliseconds beat() const;

  /// Cuts every connection; for the end of the process.
  void cut_all();

  /// Ends `x` soon: a few at a time, so that thousands that break at once do not keep the others waiting.
  void end_later(std::shared_ptr<connection> x);

  /// A buffer for the read at hand.
  std::array<char, 65'536>& scratch() { return scratch_; }

  frame_packer& packer() { return packer_; }
  inflater& unpacker() { return unpacker_; }

private:
  friend class connection;

  void add(connection& x);
  void remove(connection& x);
  void end_some();

  io_thread& thread_;
  connection_options options_;
  std::atomic<std::int64_t>& sockets_;
  std::atomic<std::int64_t>& websockets_;
  std::vector<connection*> all_;
  std::deque<std::shared_ptr<connection>> ending_;
  std::array<char, 65'536> scratch_{};
  frame_packer packer_;
  inflater unpacker_;
};

/// Reads into a buffer that the thread's connections share, so that an idle connection holds none; writes what has
/// gathered at the end of a turn. Lives until its socket is closed.
class connection final : public connection_port,
                         public flushable,
                         public frame_listener,
                         public std::enable_shared_from_this<connection> {
public:
  using clock = connection_set::clock;

  static constexpr std::chrono::seconds close_patience{5}; ///< for a close handshake to end

  /// `leftover`: bytes that came behind the handshake. Binary messages are an error (1003) unless `takes_binary`.
  connection(connection_set& set, stream socket, std::string_view leftover, bool takes_binary = false,
             const deflate_terms& deflate = {});
  ~connection() override;

  /// Who is told what the client says. Before anything else; from here until its socket is closed the connection
  /// keeps itself alive, whoever else lets go of it, so that its end is on its own thread.
  /// Where the session can be called in place, `direct` says how; it is used as long as `session` is held.
  void bind(session_actor session, inbound_port* direct = nullptr);

  // -- connection_port --
  void send(frame_ptr frame) override;
  void send_later(frame_ptr frame) override;
  void send_paced(std::vector<frame_ptr> frames) override;
  void start_reading() override;
  std::string address() const override { return socket_.address(); }
  std::size_t outbox_bytes() const override { return outbox_.bytes(); }
  void close(close_code code, std::string_view reason) override;

  // -- flushable --
  void flush() override;
  void leave() override;

  // -- frame_listener --
  void on_message(std::string_view payload, bool binary) override;
  void on_ping(std::string_view payload) override;
  void on_pong() override {}
  void on_close(std::optional<std::uint16_t> code) override;

  /// Closes the socket now.
  void cut();

private:
  friend class connection_set;

  enum class state : unsigned char { open, closing, closed };

  void queue(frame_ptr frame);
  void mark_dirty();
  void write_now();
  bool is_unwritten() const { return !outbox_.empty() || socket_.has_unsent(); }
  void wait_writable();
  void wait_readable();
  void read_now();
  void consume(char* bytes, std::size_t size);
  void begin_close(int code, std::string_view reason, frame_ptr last);
  void tell_lost(int code, std::string_view reason);
  void check(clock::time_point now);

  connection_set& set_;
  stream socket_;
  session_actor session_;
  inbound_port* direct_ = nullptr;   ///< of `session_`; null if it is told by message only
  std::shared_ptr<connection> keep_; ///< itself, while the socket is open
  frame_reader reader_;
  outbox outbox_;
  std::unique_ptr<std::string> leftover_; ///< until the first read
  clock::time_point last_received_;
  clock::time_point next_ping_;
  clock::time_point deadline_{}; ///< of a close
  std::size_t index_ = 0;        ///< in the set
  state state_ = state::open;
  bool dirty_ = false;
  bool waiting_ = false;     ///< the thread is going to call `leave`
  bool blocked_ = false;     ///< the socket is full; a wait for it is pending
  bool moved_ = false;       ///< it has taken bytes, or was found full, since the last ping
  bool peer_closed_ = false; ///< its close frame has come: nothing is left to wait for
  bool reading_ = false;     ///< it was asked to, or waits for the peer's close frame
  bool broken_ = false;      ///< it broke the protocol: a close frame of its own would not be understood
};

} // namespace parley::net
