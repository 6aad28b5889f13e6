#include "load/run/conclude.hpp"

#include <algorithm>

namespace parley::load {

concluded conclude_run(const scenario& what, const tally& total, const run_facts& facts) {
  concluded made;
  figures& to = made.out.values;
  add_common_figures(total, facts, what.connections(), made.out);
  what.conclude(total, facts, made.out);
  const auto share = [&](std::string_view name) { return static_cast<double>(total.maximum_of(name)) / 1e6; };
  const double busy =
    std::max(share("client_busy_ppm"), what.measures_opening() ? share("client_opening_busy_ppm") : 0);
  to.add("client_busy_percent", busy * 100);
  to.add("client_run_delay_percent", share("client_run_delay_ppm") * 100);
  client_use use{busy, {}, {}};
  if (what.open_loop()) {
    const auto number = [&](std::string_view name) {
      const figure* found = to.find(name);
      return found != nullptr ? as_number(*found) : std::nullopt;
    };
    use.send_lag_p99_ms = number("send_lag_p99_ms");
    use.p99_ms = number("p99_ms");
  }
  made.saturated = saturation(use);
  to.add("client_saturated", made.saturated.has_value());
  return made;
}

} // namespace parley::load
