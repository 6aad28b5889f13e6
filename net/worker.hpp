// One I/O thread with all that it owns: its loop, listener, connections, revocation list, hub and backend.
#pragma once

#include "actors/hub.hpp"
#include "actors/session.hpp"
#include "actors/token_gate.hpp"
#include "net/backend.hpp"
#include "net/connection.hpp"
#include "net/http/context.hpp"
#include "net/http/file_pool.hpp"
#include "net/io_thread.hpp"
#include "net/tls_context.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>

namespace parley::net {

struct worker_options {
  http_options http;
  connection_options websocket;
  session_options sessions;
  std::function<void()> drain;      ///< begins what SIGTERM begins; asked for by an operator
  std::optional<tls_files> tls;     ///< plain sockets without them
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

class worker {
public:
  using tcp = boost::asio::ip::tcp;

  /// Connections over the limit, of the node, that are asked for their question; the others are told without.
  static constexpr std::int64_t turned_away_at_once = 128;

  /// `index` of `count` workers. Without `tls` its sockets are plain.
  worker(caf::actor_system& system, std::uint32_t index, std::uint32_t count, const worker_options& options,
         const tls_context* tls, node_counters& counters, time_source now);
  worker(const worker&) = delete;
  worker& operator=(const worker&) = delete;
  ~worker();

  pin place() { return thread_.place(); }
  const hub_actor& hub_address() const { return hub_; }

  /// Tells it of the node's actors; before `run`.
  void connect(const node_actors& actors, const node_state& state, rate_limits& limits);

  /// Tokens that were revoked before the start; before `run`.
  void revoke(const storage::revocations& list) { gate_.revoke(list); }

  /// Opens its listener, which shares the address with the other workers' (SO_REUSEPORT), and returns where it
  /// listens. Before `run`. Throws boost::system::system_error.
  tcp::endpoint listen(const tcp::endpoint& where);

  /// The thread's body: serves until `stop`.
  void run();

  // -- any thread --
  void stop_accepting();
  /// Closes what is still open and ends `run`.
  void stop();

  /// After `run` has returned: what its actors still have to say. False where nothing was left.
  bool turn() { return thread_.turn(); }

private:
  boost::asio::awaitable<void> accept_all();
  /// Takes what waits to be accepted, some of it. False where the process has no descriptor or memory for more.
  bool accept_some();
  bool accept_without_descriptor();
  void welcome(stream::socket accepted);
  /// Says `server_full` without having heard a question, and closes.
  void dismiss(stream::socket accepted);
  stream open(stream::socket accepted) const;
  boost::asio::awaitable<void> watch_heartbeats();
  void upgrade(upgraded what);

  caf::actor_system& system_;
  const worker_options& options_;
  const tls_context* tls_;
  node_counters& counters_;
  std::uint32_t index_;
  std::uint32_t count_;
  time_source now_;
  io_thread thread_;
  token_gate gate_;
  connection_set connections_;
  hub_actor hub_;
  std::shared_ptr<const session_environment> sessions_;
  std::unique_ptr<backend> backend_;
  std::optional<http_context> http_;
  http_options hurried_; ///< for connections over the limit
  std::optional<http_context> refusing_;
  stream::acceptor acceptor_;
  boost::asio::steady_timer heartbeat_;
  boost::asio::steady_timer pause_; ///< of accepting, while the process is out of descriptors
  std::int64_t last_connection_ = 0;
  std::chrono::steady_clock::time_point next_warning_{}; ///< that there is no descriptor
  std::unique_ptr<open_file> spare_;                     ///< given up for a moment where there is no other descriptor
};

} // namespace parley::net
