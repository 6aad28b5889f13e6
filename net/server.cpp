#include "net/server.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <caf/send.hpp>

namespace parley::net {

namespace {

/// For all blocking calls on files.
constexpr std::size_t file_threads = 2;

} // namespace

server::server(caf::actor_system& system, std::uint32_t threads, worker_options options, time_source now)
  : options_(std::move(options)), limits_(options_.http), files_(file_threads, options_.max_files) {
  if (options_.tls)
    tls_.emplace(*options_.tls);
  state_.draining = [this] { return counters_.draining.load(std::memory_order_relaxed); };
  state_.connections = [this] { return counters_.websockets.load(std::memory_order_relaxed); };
  state_.sockets = [this] { return counters_.connections.load(std::memory_order_relaxed); };
  state_.requests = &counters_.requests;
  state_.started_at = now();
  state_.running_since = now.steady();
  state_.files = &files_;
  state_.uploads = &uploads_;
  state_.http = &http_;
  state_.drain = options_.drain;
  for (std::uint32_t i = 0; i < threads; ++i)
    workers_.push_back(std::make_unique<worker>(system, i, threads, options_, tls_ ? &*tls_ : nullptr, counters_, now));
}

server::~server() = default;

std::vector<hub_actor> server::hubs() const {
  std::vector<hub_actor> out;
  for (const auto& x : workers_)
    out.push_back(x->hub_address());
  return out;
}

std::uint16_t server::start(const std::string& host, std::uint16_t port, const node_actors& actors,
                            const storage::revocations& revoked) {
  using boost::asio::ip::tcp;
  boost::asio::io_context resolving;
  tcp::resolver resolver(resolving);
  auto where = resolver.resolve(host, std::to_string(port)).begin()->endpoint();
  // Without SO_REUSEPORT first: the listeners share the address with each other, not with another process.
  if (port != 0)
    tcp::acceptor(resolving, where, true).close();
  for (auto& x : workers_) {
    x->connect(actors, state_, limits_);
    x->revoke(revoked);
    where = x->listen(where); // the first one settles which port 0 is
  }
  for (auto& x : workers_)
    threads_.emplace_back([&x] { x->run(); });
  return where.port();
}

void server::drain() {
  counters_.draining = true;
  for (auto& x : workers_)
    x->stop_accepting();
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
