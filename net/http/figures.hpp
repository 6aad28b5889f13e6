// What operators ask for: the figures of every actor gathered, and counts of HTTP requests.
#pragma once

#include "net/http/context.hpp"
#include "net/http/exemplar.hpp"
#include "net/http/trace_context.hpp"

#include <boost/asio/awaitable.hpp>
#include <tl/expected.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parley::net {

/// Requests by route and status, and how long they took. One a node; any thread.
class http_figures {
public:
  struct counts {
    std::map<std::pair<std::string_view, int>, std::uint64_t> requests; ///< by the route's name and the status
    std::map<std::string_view, latency_histogram> took;                 ///< by the route's name
    std::map<std::string_view, exemplars> traced;                       ///< the same
  };

  /// `route` is a name of the route table, which outlives this, or empty if none fitted; `trace` that of the caller,
  /// where there is one that is kept.
  void add(std::string_view route, int status, std::chrono::nanoseconds took, const std::optional<trace_context>& trace,
           timestamp now);
  counts copy() const;

private:
  mutable std::mutex lock_;
  counts counts_;
};

/// One moment of a node.
struct node_figures {
  hub_figures hubs; ///< of all threads together
  writer_figures writer;
  std::int64_t users_online = 0;
  std::int64_t rooms_active = 0;
  std::optional<cluster_figures> cluster; ///< of one of several nodes that could say
};

boost::asio::awaitable<tl::expected<node_figures, error_code>> gather_figures(http_context& context);

enum class metrics_format : std::uint8_t { text, openmetrics };

/// What an `Accept` field would rather have: OpenMetrics where it is named, and text not preferred.
metrics_format pick_metrics_format(std::string_view accept);

/// All metrics, in Prometheus' text format 0.0.4 or as OpenMetrics 1.0.0, which has exemplars beside.
std::string write_metrics(const http_context& context, const node_figures& node, const http_figures::counts& http,
                          metrics_format format);

} // namespace parley::net
