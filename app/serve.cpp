#include "app/serve.hpp"

#include "app/data_lock.hpp"
#include "app/database.hpp"
#include "app/logging.hpp"
#include "app/node.hpp"
#include "app/pulse.hpp"
#include "app/revocation_watch.hpp"
#include "app/stop_signals.hpp"
#include "app/supervisor.hpp"
#include "auth/password.hpp"
#include "config/secret.hpp"
#include "net/http/routes.hpp"
#include "protocol/public_place.hpp"

#include <boost/system/system_error.hpp>
#include <spdlog/spdlog.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <thread>

namespace parley::app {

namespace {

using namespace std::chrono_literals;

/// Random bytes of a secret that is made.
constexpr std::size_t secret_bytes = 32;

/// Of a drain, left for the writer and the threads to end.
constexpr auto final_share = 500ms;

/// After the time of a drain, all that is to be done is done or hangs: how much longer the process may live.
constexpr auto overtime = 3s;

/// Throws one line that names the address.
std::uint16_t listen(node& running, const config::server_settings& where) {
  try {
    return running.start();
  } catch (const boost::system::system_error& reason) {
    throw std::runtime_error("cannot listen on " + where.host + ":" + std::to_string(where.port) + ": " +
                             reason.code().message());
  }
}

int drain(node& running, std::chrono::seconds patience) {
  using clock = std::chrono::steady_clock;
  const auto deadline = clock::now() + patience;
  running.drain();
  while (!running.is_quiet() && clock::now() + final_share < deadline)
    std::this_thread::sleep_for(10ms);
  const auto left = std::max<clock::duration>(deadline - clock::now(), final_share);
  const bool committed = running.commit_all(std::chrono::duration_cast<std::chrono::milliseconds>(left));
  spdlog::info("drained");
  return committed ? 0 : 1;
}

/// Throws one line where paths with and without the base could not be told apart.
void settle(const config::http_settings& s) {
  const auto place = find_public_place(s.public_url, s.base_path);
  if (!place) // `check` lets no such settings pass
    throw std::logic_error("http.base_path differs from the path of http.public_url");
  if (!place->base.empty() && !net::match_route("GET", place->base).allow.empty())
    throw std::runtime_error("http.base_path is the path of one of the server's own routes; allowed: another one");
  settle_at(*place);
}

int run(const config::settings& s, const stop_signals& signals) {
  settle(s.http);
  const supervisor above;
  const data_lock alone(s);
  const auto secret = config::obtain_secret(s, [] { return auth::random_token(secret_bytes); });
  if (!secret)
    throw std::runtime_error(secret.error());
  node running(s, *secret, system_clocks());
  if (signals.came())
    return 0;
  const auto port = listen(running, s.server);
  std::fprintf(stderr, "listening on %s://%s:%u\n", s.tls.certificate.empty() ? "http" : "https", s.server.host.c_str(),
               static_cast<unsigned>(port));
  above.tell("READY=1");
  const pulse beating(above, [&](std::chrono::milliseconds limit) { return running.answers(limit); });
  const revocation_watch outside([&] { return open(s)->open_reader(); },
                                 [&](storage::revocations list) { running.revoke(std::move(list)); }, system_now);
  signals.wait();
  above.tell("STOPPING=1");
  spdlog::info("draining");
  return drain(running, std::chrono::seconds(s.server.drain_seconds));
}

} // namespace

int serve(const config::loaded_settings& loaded) {
  const auto& s = loaded.values;
  start_logging(s.log);
  const stop_signals signals(std::chrono::seconds(s.server.drain_seconds) + overtime);
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return run(s, signals);
  } catch (const std::exception& reason) {
    std::fprintf(stderr, "parley: %s\n", reason.what());
    return 1;
  }
}

} // namespace parley::app
