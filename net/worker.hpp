// One I/O thread with all that it owns: its loop, listener, connections, revocation list, hub and backend.
#pragma once

#include "actors/hub.hpp"
#include "actors/known_users.hpp"
#include "actors/session.hpp"
#include "actors/token_gate.hpp"
#include "net/backend.hpp"
#include "net/connection.hpp"
#include "net/http/context.hpp"
#include "net/http/file_pool.hpp"
#include "net/io_thread.hpp"
#include "net/tls_context.hpp"

#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace parley::net {

struct worker_options {
  http_options http;
  connection_options websocket;
  session_options sessions;
  access_logger access;             ///< hears of every HTTP request; may be empty
  std::function<bool()> suspended;  ///< the node's place on its database is in doubt; any thread, may be empty
  foreign_trust trust;              ///< whose tokens are taken beside our own
  std::function<void()> drain;      ///< begins an orderly end; asked for by an operator
  std::vector<tls_files> tls;       ///< plain sockets without them
  std::int64_t max_connections = 0; ///< sockets of every kind on the node; at least 1
  std::size_t max_files = 1024;     ///< open files of the node that requests read or write; at least 1
};

/// What the threads of a node count together. Any thread.
struct node_counters {
  std::atomic<std::int64_t> connections{0}; ///< sockets of every kind
  std::atomic<std::int64_t> turned_away{0}; ///< those over the limit, who are being told so
  std::atomic<std::int64_t> websockets{0};  ///< those after their handshake
  std::atomic<std::int64_t> requests{0};    ///< HTTP requests that are being answered
  std::atomic<bool> draining{false};
};

/// One of a bounded number of places, taken until its end.
class place_taken {
public:
  /// nullopt if all are taken. Any thread.
  static std::optional<place_taken> try_take(std::atomic<std::int64_t>& counter, std::int64_t limit);
  place_taken(place_taken&& other) noexcept : counter_(std::exchange(other.counter_, nullptr)) {}
  place_taken& operator=(place_taken&&) = delete;
  ~place_taken() {
    if (counter_ != nullptr)
      --*counter_;
  }

private:
  explicit place_taken(std::atomic<std::int64_t>& counter) : counter_(&counter) {}

  std::atomic<std::int64_t>* counter_;
};

class worker {
public:
  /// Connections over the limit, of the node, that are asked for their question; the others are told without.
  static constexpr std::int64_t turned_away_at_once = 128;

  /// `index` of `count` workers. Without `tls` its sockets are plain.
  worker(caf::actor_system& system, std::uint32_t index, std::uint32_t count, const worker_options& options,
         std::shared_ptr<const tls_context> tls, node_counters& counters, time_source now);
  worker(const worker&) = delete;
  worker& operator=(const worker&) = delete;
  ~worker();

  pin place() { return thread_.place(); }
  const hub_actor& hub_address() const { return hub_; }

  /// Tells it of the node's actors, and of its slot as `server::start` has it; before `run`.
  void connect(const node_actors& actors, const node_state& state, rate_limits& limits, std::int64_t slot);

  /// Tokens that were revoked before the start; before `run`.
  void revoke(const storage::revocations& list) { gate_.revoke(list); }

  boost::asio::io_context& loop() { return thread_.context(); }

  /// Accepts from this listener, which is of its own loop, and serves what comes. Before `run`.
  void accept_from(stream::acceptor listener);

  /// The same for a listener that no other thread has its like of: what comes is served by `all` in turn.
  void accept_for(std::span<const std::unique_ptr<worker>> all, stream::acceptor listener);

  /// The thread's body: serves until `stop`.
  void run();

  // -- any thread --
  /// For connections from here on.
  void use(std::shared_ptr<const tls_context> tls);
  void stop_accepting();
  /// Closes what is still open and ends `run`.
  void stop();

  /// After `run` has returned: what its actors still have to say. False if nothing was left.
  bool turn() { return thread_.turn(); }

private:
  struct listener {
    stream::acceptor acceptor;
    boost::asio::steady_timer pause;                ///< of accepting, while the process is out of descriptors
    std::span<const std::unique_ptr<worker>> serve; ///< who serves what it accepts; empty: this thread
    std::size_t turn = 0;                           ///< in `serve`
  };

  void add_listener(stream::acceptor acceptor, std::span<const std::unique_ptr<worker>> serve);
  boost::asio::awaitable<void> accept_all(listener& from);
  /// Takes what waits to be accepted, some of it. False if the process has no descriptor or memory for more.
  bool accept_some(listener& from);
  bool accept_without_descriptor(stream::acceptor& from);
  void welcome(listener& from, stream::socket accepted);
  void serve(stream::socket accepted, place_taken place);
  /// As `serve`, of a socket that another thread accepted. Any thread.
  void take_over(stream::socket accepted, place_taken place);
  /// Says `server_full` without having heard a question, and closes.
  void dismiss(stream::socket accepted);
  stream open(stream::socket accepted) const;
  boost::asio::awaitable<void> watch_heartbeats();
  void upgrade(upgraded what);

  caf::actor_system& system_;
  const worker_options& options_;
  std::shared_ptr<const tls_context> tls_; ///< null if its sockets are plain
  node_counters& counters_;
  std::uint32_t index_;
  std::uint32_t count_;
  time_source now_;
  io_thread thread_;
  token_gate gate_;
  known_users users_;
  connection_set connections_;
  hub_actor hub_;
  std::shared_ptr<const session_environment> sessions_;
  std::unique_ptr<backend> backend_;
  std::optional<http_context> http_;
  http_options hurried_; ///< for connections over the limit
  std::optional<http_context> refusing_;
  std::list<listener> listeners_;
  boost::asio::steady_timer heartbeat_;
  std::int64_t slot_ = 0;
  std::int64_t last_connection_ = 0;
  std::chrono::steady_clock::time_point next_warning_{}; ///< that there is no descriptor
  std::unique_ptr<open_file> spare_;                     ///< given up for a moment where there is no other descriptor
};

} // namespace parley::net
