#include "net/worker.hpp"

#include "actors/session.hpp"
#include "net/http/videos_sweep.hpp"
#include "protocol/connection_number.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <caf/send.hpp>
#include <spdlog/spdlog.h>

#include <array>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace parley::net {

namespace asio = boost::asio;

namespace {

/// How long a connection over the limit may take to ask what it is not going to be answered.
constexpr std::chrono::milliseconds refusal_patience{2000};

/// How long accepting rests when the process has no descriptor left, not even for a word.
constexpr std::chrono::milliseconds descriptor_pause{100};

/// Between two lines in the log that say so.
constexpr std::chrono::seconds warning_pause{10};

/// Connections that are accepted before the loop's other work has its turn.
constexpr int accepts_a_turn = 64;

asio::awaitable<void> serve_here(http_context& context, stream socket, place_taken) {
  co_await serve_http(context, std::move(socket));
}

asio::awaitable<void> turn_away(http_context& context, stream socket, place_taken) {
  co_await refuse_http(context, std::move(socket), error_code::server_full);
}

bool is_short_of_descriptors(const boost::system::error_code& fault) {
  return fault == boost::system::errc::too_many_files_open ||
         fault == boost::system::errc::too_many_files_open_in_system;
}

/// A descriptor that is good for nothing but to be given up.
std::unique_ptr<open_file> open_spare() {
  const int descriptor = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  return descriptor < 0 ? nullptr : std::make_unique<open_file>(descriptor);
}

} // namespace

std::optional<place_taken> place_taken::try_take(std::atomic<std::int64_t>& counter, std::int64_t limit) {
  for (auto taken = counter.load(); taken < limit;)
    if (counter.compare_exchange_weak(taken, taken + 1))
      return place_taken(counter);
  return std::nullopt;
}

worker::worker(caf::actor_system& system, std::uint32_t index, std::uint32_t count, const worker_options& options,
               std::shared_ptr<const tls_context> tls, node_counters& counters, time_source now)
  : system_(system), options_(options), tls_(std::move(tls)), counters_(counters), index_(index), count_(count),
    now_(std::move(now)), thread_(system, options.websocket.hold),
    gate_(options.http.secret, now_, options.suspended, options.trust),
    connections_(thread_, options.websocket, counters.connections, counters.websockets),
    hub_(spawn_pinned<hub>(system, thread_.place(), gate_, now_, &users_,
                           options.websocket.hold.count() > 0 ? &thread_ : nullptr)),
    heartbeat_(thread_.context()) {}

worker::~worker() = default;

void worker::connect(const node_actors& actors, const node_state& state, rate_limits& limits, std::int64_t slot) {
  slot_ = slot;
  sessions_ = std::make_shared<const session_environment>(session_environment{
    hub_, actors.placement, actors.directory, actors.tasks, actors.readers, &gate_,
    options_.http.rates.on ? &limits : nullptr, now_, options_.sessions, state.refusals, actors.writer});
  backend_ = std::make_unique<backend>(system_, thread_.context(), thread_.place(), actors, users_);
  http_.emplace(http_context{options_.http, *backend_, gate_, state, now_,
                             [this](upgraded what) { upgrade(std::move(what)); }, limits});
  hurried_ = options_.http;
  hurried_.first_byte = hurried_.head = hurried_.body_pause = refusal_patience;
  refusing_.emplace(http_context{hurried_, *backend_, gate_, state, now_, nullptr, limits});
}

void worker::accept_from(stream::acceptor listener) {
  add_listener(std::move(listener), {});
}

void worker::accept_for(std::span<const std::unique_ptr<worker>> all, stream::acceptor listener) {
  add_listener(std::move(listener), all);
}

void worker::add_listener(stream::acceptor acceptor, std::span<const std::unique_ptr<worker>> serve) {
  listeners_.push_back(
    {.acceptor = std::move(acceptor), .pause = asio::steady_timer(thread_.context()), .serve = serve});
  if (spare_ == nullptr)
    spare_ = open_spare();
}

void worker::run() {
  for (auto& x : listeners_)
    asio::co_spawn(thread_.context(), accept_all(x), asio::detached);
  asio::co_spawn(thread_.context(), watch_heartbeats(), asio::detached);
  if (index_ == 0 && !options_.http.videos_dir.empty())
    asio::co_spawn(thread_.context(), keep_videos_swept(*http_), asio::detached);
  thread_.run();
}

void worker::use(std::shared_ptr<const tls_context> tls) {
  asio::post(thread_.context(), [this, tls = std::move(tls)]() mutable { tls_ = std::move(tls); });
}

void worker::stop_accepting() {
  asio::post(thread_.context(), [this] {
    boost::system::error_code ignored;
    for (auto& x : listeners_) {
      x.acceptor.close(ignored);
      x.pause.cancel();
    }
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

asio::awaitable<void> worker::accept_all(listener& from) {
  // It waits for somebody to be there rather than for an accepted socket: out of descriptors the latter fails at once,
  // again and again, whether or not there is anybody.
  boost::system::error_code fault;
  while (from.acceptor.is_open()) {
    co_await from.acceptor.async_wait(stream::acceptor::wait_read, asio::redirect_error(asio::use_awaitable, fault));
    if (fault || !from.acceptor.is_open())
      co_return;
    if (accept_some(from))
      continue;
    from.pause.expires_after(descriptor_pause);
    co_await from.pause.async_wait(asio::redirect_error(asio::use_awaitable, fault));
  }
}

bool worker::accept_some(listener& from) {
  for (int i = 0; i < accepts_a_turn; ++i) {
    boost::system::error_code fault;
    stream::socket accepted(thread_.context());
    from.acceptor.accept(accepted, fault);
    if (fault == asio::error::would_block || fault == asio::error::try_again)
      return true;
    if (is_short_of_descriptors(fault)) {
      if (!accept_without_descriptor(from.acceptor))
        return false;
    } else if (fault == asio::error::no_memory || fault == asio::error::no_buffer_space) {
      spdlog::warn("accept failed: {}", fault.message());
      return false;
    } else if (!fault) {
      welcome(from, std::move(accepted));
    } // else that one has gone again (accept(2))
  }
  return true;
}

/// False if not even that one was to be had.
bool worker::accept_without_descriptor(stream::acceptor& from) {
  const auto now = std::chrono::steady_clock::now();
  if (now >= next_warning_) {
    spdlog::warn("out of descriptors: connections are turned away");
    next_warning_ = now + warning_pause;
  }
  spare_.reset();
  boost::system::error_code fault;
  {
    stream::socket accepted(thread_.context());
    from.accept(accepted, fault);
    if (!fault)
      dismiss(std::move(accepted));
  }
  spare_ = open_spare();
  return !fault && spare_ != nullptr;
}

void worker::welcome(listener& from, stream::socket accepted) {
  if (auto place = place_taken::try_take(counters_.connections, options_.max_connections)) {
    auto& server = from.serve.empty() ? *this : *from.serve[from.turn++ % from.serve.size()];
    if (&server == this)
      serve(std::move(accepted), std::move(*place));
    else
      server.take_over(std::move(accepted), std::move(*place));
  } else if (auto seat = place_taken::try_take(counters_.turned_away, turned_away_at_once)) {
    asio::co_spawn(thread_.context(), turn_away(*refusing_, open(std::move(accepted)), std::move(*seat)),
                   asio::detached);
  } else {
    dismiss(std::move(accepted));
  }
}

void worker::serve(stream::socket accepted, place_taken place) {
  asio::co_spawn(thread_.context(), serve_here(*http_, open(std::move(accepted)), std::move(place)), asio::detached);
}

void worker::take_over(stream::socket accepted, place_taken place) {
  boost::system::error_code fault;
  const auto descriptor = accepted.release(fault);
  if (fault)
    return;
  stream::socket moved(thread_.context());
  moved.assign(stream::tcp::v4(), descriptor, fault); // for its addresses only, which `stream` finds out by itself
  if (fault) {
    ::close(descriptor);
    return;
  }
  asio::post(thread_.context(), [this, moved = std::move(moved), place = std::move(place)]() mutable {
    serve(std::move(moved), std::move(place));
  });
}

void worker::dismiss(stream::socket accepted) {
  if (tls_ != nullptr)
    return; // a handshake would have to come first
  boost::system::error_code ignored;
  accepted.non_blocking(true, ignored);
  const auto text = refusal_text(*refusing_, error_code::server_full);
  accepted.write_some(asio::buffer(text), ignored);
  accepted.shutdown(stream::socket::shutdown_send, ignored);
  // Over unread bytes the close would be a reset, which may overtake the answer.
  std::array<char, 4096> dropped; // NOLINT(cppcoreguidelines-pro-type-member-init): nobody reads it
  accepted.read_some(asio::buffer(dropped), ignored);
}

stream worker::open(stream::socket accepted) const {
  return tls_ != nullptr ? stream(std::move(accepted), *tls_) : stream(std::move(accepted));
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
  const auto id = number_connection(slot_, ++last_connection_ * count_ + index_);
  auto port = std::make_shared<connection>(connections_, std::move(what.socket), what.leftover,
                                           what.kind == socket_kind::test, what.deflate);
  auto session =
    spawn_session(system_, thread_.place(), what.kind, sessions_,
                  {id, port, std::move(what.token), std::move(what.subject), what.lang, std::move(what.guest_name)});
  auto* const direct = inbound_port_of(session);
  port->bind(std::move(session), direct);
}

} // namespace parley::net
