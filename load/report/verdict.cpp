#include "load/report/verdict.hpp"

#include <cmath>

namespace parley::load {

std::optional<std::string> saturation(const client_use& of) {
  if (of.busy > busy_most)
    return "the client was the limit: its busiest process used " + std::to_string(std::lround(of.busy * 100)) +
           " % of a core (more --processes, or a machine of its own)";
  const double lag = of.send_lag_p99_ms.value_or(0);
  if (lag > lag_least_ms && lag > lag_share_most * of.p99_ms.value_or(0))
    return "the client was the limit: it sent " + std::to_string(std::lround(lag)) + " ms late at p99";
  return std::nullopt;
}

exit_code judge(bool failed, bool client_saturated) {
  if (failed)
    return exit_code::failed;
  return client_saturated ? exit_code::client_limited : exit_code::good;
}

} // namespace parley::load
