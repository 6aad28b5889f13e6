#include "load/measure/series.hpp"

#include "load/measure/clock.hpp"

#include <algorithm>
#include <utility>

namespace parley::load {

void series::add(std::int64_t now, const tally& total, std::optional<std::int64_t> server_cpu_ns,
                 std::optional<std::int64_t> server_rss_bytes, std::optional<double> intended) {
  const auto elapsed_ns = static_cast<double>(std::max<std::int64_t>(now - last_ns_, 1));
  last_ns_ = now;
  moment at;
  at.t_s = static_cast<double>(now - begun_ns_) / ns_per_s;
  at.connections = total.count_of("connections");
  at.errors = total.count_of("errors") + total.count_of("closes");
  const auto gained = [](std::uint64_t& before, std::uint64_t after) {
    return static_cast<double>(after - std::exchange(before, after));
  };
  at.sent_per_s = gained(sent_, total.count_of("sent")) * ns_per_s / elapsed_ns;
  if (intended)
    at.intended_per_s = (*intended - std::exchange(intended_, *intended)) * ns_per_s / elapsed_ns;
  at.delivered_per_s = gained(worked_, total.count_of(work_)) * ns_per_s / elapsed_ns;
  at.client_cpu_percent = gained(client_cpu_ns_, total.count_of("client_total_cpu_ns")) * 100 / elapsed_ns;
  if (server_cpu_ns && server_cpu_ns_)
    at.server_cpu_percent = static_cast<double>(*server_cpu_ns - *server_cpu_ns_) * 100 / elapsed_ns;
  server_cpu_ns_ = server_cpu_ns;
  at.server_rss_bytes = server_rss_bytes;
  histogram second;
  const histogram& latency = total.times_of(latency_name_);
  second.apply(latency.changes_since(latency_), latency.max());
  latency_ = latency;
  if (second.count() > 0) {
    const auto ms = [&second](double share) { return static_cast<double>(second.quantile(share)) / ns_per_ms; };
    at.p50_ms = ms(0.5);
    at.p90_ms = ms(0.9);
    at.p95_ms = ms(0.95);
    at.p99_ms = ms(0.99);
    at.max_ms = ms(1);
  }
  moments_.push_back(at);
}

} // namespace parley::load
