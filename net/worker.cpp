#include "net/worker.hpp"

#include "actors/session.hpp"
#include "net/http/videos_sweep.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <caf/send.hpp>
#include <spdlog/spdlog.h>

#include <sys/socket.h>

namespace parley::net {

namespace asio = boost::asio;

namespace {

using reuse_port = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

/// Connections over the limit that are told so at a time; more are closed without a word.
constexpr int turned_away_at_once = 64;

/// How long accepting rests when the process has no descriptor left.
constexpr std::chrono::milliseconds descriptor_pause{100};

class counted {
public:
  explicit counted(std::atomic<std::int64_t>& counter) : counter_(counter) { ++counter_; }
  counted(const counted&) = delete;
  counted& operator=(const counted&) = delete;
  ~counted() { --counter_; }

private:
  std::atomic<std::int64_t>& counter_;
};

} // namespace

worker::worker(caf::actor_system& system, std::uint32_t index, std::uint32_t count, const worker_options& options,
               const tls_context* tls, node_counters& counters, time_source now)
  : system_(system), options_(options), tls_(tls), counters_(counters), index_(index), count_(count),
    now_(std::move(now)), thread_(system), gate_(options.http.secret, now_),
    connections_(thread_, options.websocket, counters.connections, counters.websockets),
    hub_(spawn_pinned<hub>(system, thread_.place(), gate_, now_)), acceptor_(thread_.context()),
    heartbeat_(thread_.context()), pause_(thread_.context()) {}

worker::~worker() = default;

void worker::connect(const node_actors& actors, const node_state& state, rate_limits& limits) {
  sessions_ = std::make_shared<const session_environment>(
    session_environment{hub_, index_, actors.directory, actors.tasks, actors.readers, &gate_,
                        options_.http.rate_limiting ? &limits : nullptr, now_, options_.sessions});
  backend_ = std::make_unique<backend>(system_, thread_.place(), actors);
  http_.emplace(http_context{options_.http, *backend_, gate_, state, now_,
                             [this](upgraded what) { upgrade(std::move(what)); }, limits});
}

worker::tcp::endpoint worker::listen(const tcp::endpoint& where) {
  acceptor_.open(where.protocol());
  acceptor_.set_option(stream::acceptor::reuse_address(true));
  acceptor_.set_option(reuse_port(true));
  acceptor_.bind(where);
  acceptor_.listen(asio::socket_base::max_listen_connections);
  return acceptor_.local_endpoint();
}

void worker::run() {
  asio::co_spawn(thread_.context(), accept_all(), asio::detached);
  asio::co_spawn(thread_.context(), watch_heartbeats(), asio::detached);
  if (index_ == 0 && !options_.http.videos_dir.empty())
    asio::co_spawn(thread_.context(), keep_videos_swept(*http_), asio::detached);
  thread_.run();
}

void worker::stop_accepting() {
  asio::post(thread_.context(), [this] {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
  });
}

void worker::stop() {
  asio::post(thread_.context(), [this] {
    connections_.cut_all();
    heartbeat_.cancel();
    caf::anon_send_exit(hub_, caf::exit_reason::user_shutdown);
    if (backend_ != nullptr) // it was never connected
      backend_->close();
    // What the connections' ends set off is run before the loop ends.
    asio::post(thread_.context(), [this] { thread_.stop(); });
  });
}

asio::awaitable<void> worker::accept_all() {
  while (acceptor_.is_open()) {
    boost::system::error_code fault;
    auto socket = co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, fault));
    if (fault == asio::error::operation_aborted || !acceptor_.is_open())
      co_return;
    if (fault) {
      // Out of descriptors or memory: a loop at full speed would not make more of them.
      spdlog::warn("accept failed: {}", fault.message());
      pause_.expires_after(descriptor_pause);
      co_await pause_.async_wait(asio::redirect_error(asio::use_awaitable, fault));
    } else if (counters_.connections.load(std::memory_order_relaxed) >= options_.max_connections) {
      if (turning_away_ < turned_away_at_once)
        asio::co_spawn(thread_.context(), turn_away(open(std::move(socket))), asio::detached);
    } else {
      asio::co_spawn(thread_.context(), serve(open(std::move(socket))), asio::detached);
    }
  }
}

stream worker::open(stream::socket accepted) const {
  return tls_ != nullptr ? stream(std::move(accepted), *tls_) : stream(std::move(accepted));
}

asio::awaitable<void> worker::serve(stream socket) {
  counted here(counters_.connections);
  co_await serve_http(*http_, std::move(socket));
}

asio::awaitable<void> worker::turn_away(stream socket) {
  ++turning_away_;
  co_await refuse_http(*http_, std::move(socket), error_code::server_full);
  --turning_away_;
}

asio::awaitable<void> worker::watch_heartbeats() {
  boost::system::error_code fault;
  while (!fault) {
    heartbeat_.expires_after(connections_.beat());
    co_await heartbeat_.async_wait(asio::redirect_error(asio::use_awaitable, fault));
    if (!fault)
      connections_.check_heartbeats(connection_set::clock::now());
  }
}

void worker::upgrade(upgraded what) {
  connection_id id{++last_connection_ * count_ + index_};
  auto port =
    std::make_shared<connection>(connections_, std::move(what.socket), what.leftover, what.kind == socket_kind::test);
  auto session = spawn_session(system_, thread_.place(), what.kind, sessions_,
                               {id, port, std::move(what.token), std::move(what.subject), what.lang});
  auto* const direct = inbound_port_of(session);
  port->bind(std::move(session), direct);
}

} // namespace parley::net
