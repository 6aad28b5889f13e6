#include "load/run/conclude.hpp"

#include "load/measure/clock.hpp"
#include "load/scenario/stage_meter.hpp"

#include <algorithm>
#include <thread>

namespace parley::load {

concluded conclude_run(const scenario& what, const tally& total, const run_facts& facts) {
  concluded made;
  figures& to = made.out.values;
  add_common_figures(total, facts, what.connections(), made.out);
  what.conclude(total, facts, made.out);
  add_rate_figures(what, total, facts, to);
  const auto share = [&](std::string_view name) { return static_cast<double>(total.maximum_of(name)) / 1e6; };
  const double busy =
    std::max(share("client_busy_ppm"), what.measures_opening() ? share("client_opening_busy_ppm") : 0);
  to.add("client_busy_percent", busy * 100);
  to.add("client_run_delay_percent", share("client_run_delay_ppm") * 100);
  const double measured_ns = std::max(facts.measured_s, 1e-9) * ns_per_s;
  const auto of_measured = [&](std::int64_t ns) { return static_cast<double>(ns) / measured_ns; };
  client_use use{.busy = busy,
                 .run_delay = share("client_run_delay_ppm"),
                 .waited = share("client_wait_ppm"),
                 .throttled = of_measured(facts.throttled_ns),
                 .steal = of_measured(facts.steal_ns) / std::max(1U, std::thread::hardware_concurrency()),
                 .open_loop = what.open_loop()};
  to.add("client_throttled_percent", use.throttled * 100);
  to.add("client_steal_percent", use.steal * 100);
  to.add("client_sampling_percent", of_measured(facts.sampling_ns) * 100);
  to.add("read_lag_p50_ms", quantile_ms(total.times_of("read_lag"), 0.5));
  to.add("read_lag_p95_ms", quantile_ms(total.times_of("read_lag"), 0.95));
  to.add("read_lag_p99_ms", quantile_ms(total.times_of("read_lag"), 0.99));
  to.add("client_received_bytes", total.count_of("received_bytes"));
  const auto number = [&](std::string_view name) {
    const figure* found = to.find(name);
    return found != nullptr ? as_number(*found) : std::nullopt;
  };
  use.send_lag_p50_ms = number("send_lag_p50_ms");
  use.send_lag_p99_ms = number("send_lag_p99_ms");
  use.p50_ms = number("p50_ms");
  use.p99_ms = number("p99_ms");
  made.saturated = saturation(use);
  made.certificate = certificate(use);
  to.add("client_saturated", made.saturated.has_value());
  return made;
}

} // namespace parley::load
