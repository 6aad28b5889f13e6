#include "app/serve.hpp"

#include "app/database.hpp"
#include "app/logging.hpp"
#include "app/node.hpp"
#include "auth/password.hpp"
#include "config/secret.hpp"

#include <boost/system/system_error.hpp>
#include <spdlog/spdlog.h>

#include <chrono>
#include <cstdio>
#include <signal.h> // NOLINT(modernize-deprecated-headers): POSIX signal sets
#include <stdexcept>
#include <string>

namespace parley::app {

namespace {

using namespace std::chrono_literals;

/// Random bytes of a secret that is made.
constexpr std::size_t secret_bytes = 32;

/// Of a drain, left for the writer and the threads to end.
constexpr auto final_share = 500ms;

/// SIGTERM and SIGINT, taken by this thread instead of by a handler.
class stop_signals {
public:
  /// Blocks them in this thread and in those that it starts later.
  stop_signals() {
    sigemptyset(&set_);
    sigaddset(&set_, SIGTERM);
    sigaddset(&set_, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
  }

  void wait() const {
    int which = 0;
    sigwait(&set_, &which);
  }

  /// True where one came within the time.
  bool wait_for(std::chrono::nanoseconds time) const {
    timespec limit{time.count() / 1'000'000'000, time.count() % 1'000'000'000};
    return sigtimedwait(&set_, nullptr, &limit) > 0;
  }

private:
  sigset_t set_{};
};

/// Throws one line that names the address.
std::uint16_t listen(node& running, const config::server_settings& where) {
  try {
    return running.start();
  } catch (const boost::system::system_error& reason) {
    throw std::runtime_error("cannot listen on " + where.host + ":" + std::to_string(where.port) + ": " +
                             reason.code().message());
  }
}

int drain(node& running, const stop_signals& signals, std::chrono::seconds patience) {
  using clock = std::chrono::steady_clock;
  auto deadline = clock::now() + patience;
  running.drain();
  while (!running.is_quiet() && clock::now() + final_share < deadline)
    if (signals.wait_for(10ms))
      return 1; // a second signal: the operator does not want to wait
  auto left = std::max<clock::duration>(deadline - clock::now(), final_share);
  bool committed = running.commit_all(std::chrono::duration_cast<std::chrono::milliseconds>(left));
  spdlog::info("drained");
  return committed ? 0 : 1;
}

} // namespace

int serve(const config::loaded_settings& loaded) {
  const auto& s = loaded.values;
  start_logging(s.log);
  stop_signals signals;
  signal(SIGPIPE, SIG_IGN);
  auto secret = config::obtain_secret(s, [] { return auth::random_token(secret_bytes); });
  if (!secret) {
    std::fprintf(stderr, "parley: %s\n", secret.error().c_str());
    return 1;
  }
  try {
    node running(s, *secret, system_now);
    auto port = listen(running, s.server);
    std::fprintf(stderr, "listening on %s://%s:%u\n", s.tls.certificate.empty() ? "http" : "https",
                 s.server.host.c_str(), static_cast<unsigned>(port));
    signals.wait();
    spdlog::info("draining");
    return drain(running, signals, std::chrono::seconds(s.server.drain_seconds));
  } catch (const std::exception& reason) {
    std::fprintf(stderr, "parley: %s\n", reason.what());
    return 1;
  }
}

} // namespace parley::app
