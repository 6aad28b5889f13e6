// Figures in the forms that Prometheus reads.
#pragma once

#include "net/http/exemplar.hpp"

#include <cstddef>
#include <map>
#include <prometheus/metric_family.h>
#include <string>
#include <utility>
#include <vector>

namespace parley::net {

/// Metric families as they are filled.
class exposition {
public:
  using label = prometheus::ClientMetric::Label;

  exposition& counter(std::string name, std::string help);
  exposition& gauge(std::string name, std::string help);
  exposition& histogram(std::string name, std::string help);

  /// A value of the family begun last.
  exposition& value(double x, std::vector<label> labels = {});
  exposition& value(const latency_histogram& x, std::vector<label> labels = {}, const exemplars* traced = nullptr);

  /// Prometheus' text format 0.0.4, which has no exemplars.
  std::string text() const;
  /// OpenMetrics 1.0.0, with its last line. Names of counters end in `_total`.
  std::string openmetrics() const;

private:
  exposition& family(std::string name, std::string help, prometheus::MetricType type);

  std::vector<prometheus::MetricFamily> families_;
  std::map<std::pair<std::size_t, std::size_t>, exemplars> traced_; ///< by the family's and the value's number
};

} // namespace parley::net
