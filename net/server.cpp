#include "net/server.hpp"

#include <caf/send.hpp>

namespace parley::net {

namespace {

/// For all blocking calls on files.
constexpr std::size_t file_threads = 2;

} // namespace

server::server(caf::actor_system& system, std::uint32_t threads, worker_options options, time_source now)
  : options_(std::move(options)), limits_(options_.http.rates), files_(file_threads, options_.max_files) {
  const auto tls = options_.tls.empty() ? nullptr : std::make_shared<const tls_context>(options_.tls);
  state_.draining = [this] { return counters_.draining.load(std::memory_order_relaxed); };
  state_.connections = [this] { return counters_.websockets.load(std::memory_order_relaxed); };
  state_.sockets = [this] { return counters_.connections.load(std::memory_order_relaxed); };
  state_.requests = &counters_.requests;
  state_.started_at = now();
  state_.running_since = now.steady();
  state_.files = &files_;
  state_.uploads = &uploads_;
  state_.http = &http_;
  state_.webhooks = &webhooks_;
  state_.drain = options_.drain;
  state_.refusals = &refusals_;
  state_.access = options_.access;
  for (std::uint32_t i = 0; i < threads; ++i)
    workers_.push_back(std::make_unique<worker>(system, i, threads, options_, tls, counters_, now));
}

server::~server() = default;

std::vector<hub_actor> server::hubs() const {
  std::vector<hub_actor> out;
  for (const auto& x : workers_)
    out.push_back(x->hub_address());
  return out;
}

std::vector<bound_place> server::start(const listen_wish& where, const node_actors& actors,
                                       const storage::revocations& revoked, std::int64_t slot) {
  std::vector<boost::asio::io_context*> loops;
  for (auto& x : workers_)
    loops.push_back(&x->loop());
  auto opened = listen_on(where, loops);
  socket_files_ = std::move(opened.files);
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    workers_[i]->connect(actors, state_, limits_, slot);
    workers_[i]->revoke(revoked);
    for (auto& x : opened.own[i])
      workers_[i]->accept_from(std::move(x));
  }
  for (std::size_t i = 0; i < opened.shared.size(); ++i)
    workers_[i % workers_.size()]->accept_for(workers_, std::move(opened.shared[i]));
  for (auto& x : workers_)
    threads_.emplace_back([&x] { x->run(); });
  return std::move(opened.places);
}

std::optional<timestamp> server::reload_certificates() {
  if (options_.tls.empty())
    return std::nullopt;
  const auto tls = std::make_shared<const tls_context>(options_.tls);
  for (auto& x : workers_)
    x->use(tls);
  return tls->expires_at();
}

void server::drain() {
  counters_.draining = true;
  for (auto& x : workers_)
    x->stop_accepting();
  socket_files_.clear();
  for (auto& x : workers_)
    caf::anon_send(x->hub_address(), parley::drain{});
}

bool server::is_quiet() const {
  return counters_.websockets.load() == 0 && counters_.requests.load() == 0;
}

void server::stop() {
  for (auto& x : workers_)
    x->stop();
  for (auto& x : threads_)
    x.join();
  threads_.clear();
  files_.join(); // what it still works on comes back to loops that must be there
  // The threads' actors tell each other of the end; here that happens one after the other, until all is said.
  for (bool busy = true; busy;) {
    busy = false;
    for (auto& x : workers_)
      busy = x->turn() || busy;
  }
}

} // namespace parley::net
