#include "load/report/verdict.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace parley::load {

namespace {

std::string percent(double share) {
  return std::to_string(std::lround(share * 100)) + " %";
}

std::string ms(double value) {
  char text[32];
  std::snprintf(text, sizeof text, value < 10 ? "%.2f ms" : "%.0f ms", value);
  return text;
}

bool lags(std::optional<double> lag_ms, std::optional<double> latency_ms, double least_ms, double share_most) {
  return lag_ms.value_or(0) > least_ms && *lag_ms > share_most * latency_ms.value_or(0);
}

/// `0.05 ms of p50 (7 %)`.
std::string part_of(std::optional<double> lag_ms, std::optional<double> latency_ms, const char* name) {
  std::string out = ms(lag_ms.value_or(0)) + " of " + name;
  if (lag_ms && latency_ms && *latency_ms > 0)
    out += " (" + percent(std::min(*lag_ms / *latency_ms, 1.0)) + ")";
  return out;
}

} // namespace

std::optional<std::string> saturation(const client_use& of) {
  const std::string limit = "the client was the limit: ";
  if (of.busy > busy_most)
    return limit + "its busiest process used " + percent(of.busy) +
           " of a core (more --processes, or a machine of its own)";
  if (of.throttled > throttled_most)
    return limit + "a CPU quota (cgroup) held it for " + percent(of.throttled) + " of the time";
  if (of.steal > steal_most)
    return limit + "the host of this virtual machine took " + percent(of.steal) + " of its cores";
  if (of.run_delay > run_delay_most && of.waited > waited_most)
    return limit + "it waited for a core for " + percent(of.run_delay) + " of the time, longer than it ran";
  if (!of.open_loop)
    return std::nullopt;
  if (lags(of.send_lag_p99_ms, of.p99_ms, lag_p99_least_ms, lag_p99_share_most))
    return limit + "it sent " + std::to_string(std::lround(*of.send_lag_p99_ms)) + " ms late at p99";
  if (lags(of.send_lag_p50_ms, of.p50_ms, lag_p50_least_ms, lag_p50_share_most))
    return limit + "it sent " + ms(*of.send_lag_p50_ms) + " late at p50, which is " +
           percent(std::min(*of.send_lag_p50_ms / of.p50_ms.value_or(*of.send_lag_p50_ms), 1.0)) + " of the latency";
  return std::nullopt;
}

std::string certificate(const client_use& of) {
  if (of.open_loop)
    return "open loop, kernel receive times: at most " + part_of(of.send_lag_p50_ms, of.p50_ms, "p50") + " and " +
           part_of(of.send_lag_p99_ms, of.p99_ms, "p99") + " are this client's own";
  const double kept = std::min(of.run_delay + of.throttled + of.steal, 1.0);
  return "closed loop: this client was without a core for " + percent(kept) +
         " of the time, so at most so much of the throughput is missing";
}

exit_code judge(bool failed, bool client_saturated) {
  if (failed)
    return exit_code::failed;
  return client_saturated ? exit_code::client_limited : exit_code::good;
}

} // namespace parley::load
