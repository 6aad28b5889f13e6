// How a run went, second by second.
#pragma once

#include "load/measure/tally.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace parley::load {

/// What one second was like. Rates and quantiles are of that second alone; nothing where nothing is known.
struct moment {
  double t_s = 0; ///< end of the second, since the run began
  std::uint64_t connections = 0;
  double sent_per_s = 0;
  std::optional<double> intended_per_s; ///< what an open loop was to begin; nothing where nobody says
  double delivered_per_s = 0;
  std::optional<double> p50_ms, p90_ms, p95_ms, p99_ms, max_ms;
  std::uint64_t errors = 0; ///< so far, with connections that ended
  std::optional<double> server_cpu_percent;
  std::optional<std::int64_t> server_rss_bytes;
  double client_cpu_percent = 0; ///< of one core, all processes together
};

/// Makes the moments from one state of the run's tally after the other.
class series {
public:
  /// `work` is the counter that is shown as deliveries, `latency` the histogram; both outlive this. `server_cpu_ns` is
  /// what the server has used so far, where known.
  series(std::string_view work, std::string_view latency, std::int64_t begun_ns,
         std::optional<std::int64_t> server_cpu_ns)
    : work_(work), latency_name_(latency), begun_ns_(begun_ns), last_ns_(begun_ns), server_cpu_ns_(server_cpu_ns) {}

  /// `server_cpu_ns` and `server_rss_bytes` as they are now, `intended` what was to be begun so far, where known.
  void add(std::int64_t now, const tally& total, std::optional<std::int64_t> server_cpu_ns,
           std::optional<std::int64_t> server_rss_bytes, std::optional<double> intended = std::nullopt);

  [[nodiscard]] const std::vector<moment>& all() const { return moments_; }

private:
  std::string_view work_;
  std::string_view latency_name_;
  std::int64_t begun_ns_;
  std::int64_t last_ns_;
  std::uint64_t sent_ = 0;
  double intended_ = 0;
  std::uint64_t worked_ = 0;
  std::uint64_t client_cpu_ns_ = 0;
  std::optional<std::int64_t> server_cpu_ns_;
  histogram latency_;
  std::vector<moment> moments_;
};

} // namespace parley::load
