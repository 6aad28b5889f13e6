#include "app/serve.hpp"

#include "app/data_lock.hpp"
#include "app/database.hpp"
#include "app/key_watch.hpp"
#include "app/listen_wish.hpp"
#include "app/logging.hpp"
#include "app/node.hpp"
#include "app/node_secret.hpp"
#include "app/pulse.hpp"
#include "app/revocation_watch.hpp"
#include "app/signals.hpp"
#include "app/start_notice.hpp"
#include "app/supervisor.hpp"
#include "net/http/routes.hpp"
#include "protocol/public_place.hpp"

#include <spdlog/spdlog.h>

#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <unistd.h>
#include <vector>

namespace parley::app {

namespace {

using namespace std::chrono_literals;

/// The end of a drain that is left for the writer and the threads.
constexpr auto final_share = 500ms;

/// After the time of a drain, all that is to be done is done or hangs: how much longer the process may live.
constexpr auto overtime = 3s;

/// Plain text whatever the format of the log, for whoever waits for it.
void print_places(const std::vector<net::bound_place>& places, std::string_view scheme) {
  for (const auto& x : places)
    std::fprintf(stderr, "listening on %s\n", url_of(x, scheme).c_str());
}

/// Neither a file that cannot be opened nor a certificate that is no good ends a server that runs.
template <class Step>
void attempt(Step step) {
  try {
    step();
  } catch (const std::exception& reason) {
    spdlog::error("not reloaded, the old goes on: {}", reason.what());
  }
}

void reload(node& running, log_sink& log, auth::key_source* keys) {
  if (keys != nullptr)
    keys->refresh();
  attempt([&] {
    log.reopen();
    spdlog::info("reloaded: log");
  });
  attempt([&] {
    if (const auto until = running.reload_certificates())
      spdlog::info("reloaded: certificates (good until {})", format_time(*until));
  });
}

/// The exit status where another process has taken the place on the database: EX_TEMPFAIL, so that a supervisor starts
/// it anew.
constexpr int status_of_fenced = 75;

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

int run(const config::loaded_settings& loaded, signals& told, log_sink& log) {
  const auto& s = loaded.values;
  settle(s.http);
  const supervisor above;
  const auto where = listen_wish_of(s.server);
  const data_lock alone(s);
  const auto secret = obtain_secret(s);
  if (!secret)
    throw std::runtime_error(secret.error());
  const auto keys = s.auth.jwks.empty() ? nullptr : std::make_shared<key_watch>(s.auth);
  node running(s, *secret, system_clocks(), {.drain = [&told] { told.end(); }}, keys);
  if (told.end_came())
    return 0;
  const auto places = running.start(where);
  announce_start(loaded, running, places);
  print_places(places, s.tls.certificate.empty() ? "http" : "https");
  above.tell("READY=1");
  const pulse beating(above, [&](std::chrono::milliseconds limit) { return running.answers(limit); });
  const revocation_watch outside([&] { return open(s)->open_reader(); },
                                 [&](storage::revocations list) { running.revoke(std::move(list)); }, system_now);
  while (told.wait() == signals::wish::reload)
    reload(running, log, keys.get());
  above.tell("STOPPING=1");
  spdlog::info("draining");
  const int status = drain(running, std::chrono::seconds(s.server.drain_seconds));
  if (!running.is_fenced())
    return status;
  if (s.cluster.enabled) { // there is nothing to take down in order, and a peer's cable that is out could hold it up
    spdlog::default_logger()->flush();
    ::_exit(status_of_fenced);
  }
  return status_of_fenced;
}

} // namespace

int serve(const config::loaded_settings& loaded) {
  const auto& s = loaded.values;
  const auto log = start_logging(s.log);
  signals told(std::chrono::seconds(s.server.drain_seconds) + overtime);
  try {
    return run(loaded, told, *log);
  } catch (const std::exception& reason) {
    std::fprintf(stderr, "parley: %s\n", reason.what());
    return 1;
  }
}

} // namespace parley::app
