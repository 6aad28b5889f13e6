#include "net/http/exposition.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <limits>
#include <prometheus/text_serializer.h>
#include <string_view>

namespace parley::net {

namespace {

namespace prom = prometheus;

constexpr std::string_view total = "_total";

/// A counter's family has the name of its samples without their end.
std::string_view family_name(const prom::MetricFamily& x) {
  std::string_view name = x.name;
  if (x.type == prom::MetricType::Counter && name.ends_with(total))
    name.remove_suffix(total.size());
  return name;
}

std::string_view type_name(prom::MetricType x) {
  switch (x) {
  case prom::MetricType::Counter:
    return "counter";
  case prom::MetricType::Histogram:
    return "histogram";
  default:
    return "gauge";
  }
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n')
      out += "\\n";
    else if (c == '\\' || c == '"')
      out.append({'\\', c});
    else
      out += c;
  }
  return out;
}

/// As the bounds of buckets have to be written: with a point or an exponent.
std::string as_float(double x) {
  if (std::isinf(x))
    return x < 0 ? "-Inf" : "+Inf";
  auto out = fmt::format("{}", x);
  return out.find_first_of(".e") == std::string::npos ? out + ".0" : out;
}

std::string as_number(double x) {
  return std::isinf(x) ? as_float(x) : fmt::format("{}", x);
}

/// The labels in braces, `last` behind the others; nothing where there are none.
std::string labels_of(const prom::ClientMetric& x, std::string_view last = {}) {
  std::string out;
  for (const auto& label : x.label)
    out += fmt::format("{}{}=\"{}\"", out.empty() ? "" : ",", label.name, escaped(label.value));
  if (!last.empty())
    out.append(out.empty() ? "" : ",").append(last);
  return out.empty() ? out : '{' + out + '}';
}

void write_histogram(std::string& out, std::string_view name, const prom::ClientMetric& x, const exemplars* traced) {
  for (std::size_t i = 0; i < x.histogram.bucket.size(); ++i) {
    const auto& bucket = x.histogram.bucket[i];
    out += fmt::format("{}_bucket{} {}", name, labels_of(x, "le=\"" + as_float(bucket.upper_bound) + '"'),
                       bucket.cumulative_count);
    if (traced != nullptr && traced->at(i)) {
      const auto& one = *traced->at(i);
      const std::chrono::duration<double> at = one.at.time_since_epoch();
      out += fmt::format(" # {{trace_id=\"{}\"}} {} {:.3f}", one.trace_id, as_number(one.seconds), at.count());
    }
    out += '\n';
  }
  out += fmt::format("{}_count{} {}\n{}_sum{} {}\n", name, labels_of(x), x.histogram.sample_count, name, labels_of(x),
                     as_number(x.histogram.sample_sum));
}

} // namespace

exposition& exposition::counter(std::string name, std::string help) {
  return family(std::move(name), std::move(help), prom::MetricType::Counter);
}

exposition& exposition::gauge(std::string name, std::string help) {
  return family(std::move(name), std::move(help), prom::MetricType::Gauge);
}

exposition& exposition::histogram(std::string name, std::string help) {
  return family(std::move(name), std::move(help), prom::MetricType::Histogram);
}

exposition& exposition::family(std::string name, std::string help, prom::MetricType type) {
  families_.push_back({std::move(name), std::move(help), type, {}});
  return *this;
}

exposition& exposition::value(double x, std::vector<label> labels) {
  auto& metric = families_.back().metric.emplace_back();
  metric.label = std::move(labels);
  (families_.back().type == prom::MetricType::Counter ? metric.counter.value : metric.gauge.value) = x;
  return *this;
}

exposition& exposition::value(const latency_histogram& x, std::vector<label> labels, const exemplars* traced) {
  auto& family = families_.back();
  auto& metric = family.metric.emplace_back();
  metric.label = std::move(labels);
  std::uint64_t below = 0;
  for (std::size_t i = 0; i < x.counts.size(); ++i) {
    below += x.counts[i];
    const bool last = i == latency_histogram::bounds_s.size();
    metric.histogram.bucket.push_back(
      {below, last ? std::numeric_limits<double>::infinity() : latency_histogram::bounds_s[i]});
  }
  metric.histogram.sample_count = below;
  metric.histogram.sample_sum = x.sum_s;
  if (traced != nullptr)
    traced_[{families_.size() - 1, family.metric.size() - 1}] = *traced;
  return *this;
}

std::string exposition::text() const {
  const prom::TextSerializer serializer;
  return static_cast<const prom::Serializer&>(serializer).Serialize(families_);
}

std::string exposition::openmetrics() const {
  std::string out;
  for (std::size_t i = 0; i < families_.size(); ++i) {
    const auto& family = families_[i];
    const auto name = family_name(family);
    out += fmt::format("# TYPE {} {}\n# HELP {} {}\n", name, type_name(family.type), name, escaped(family.help));
    for (std::size_t j = 0; j < family.metric.size(); ++j) {
      const auto& x = family.metric[j];
      const auto traced = traced_.find({i, j});
      if (family.type == prom::MetricType::Histogram)
        write_histogram(out, name, x, traced == traced_.end() ? nullptr : &traced->second);
      else if (family.type == prom::MetricType::Counter)
        out += fmt::format("{}{}{} {}\n", name, total, labels_of(x), as_number(x.counter.value));
      else
        out += fmt::format("{}{} {}\n", name, labels_of(x), as_number(x.gauge.value));
    }
  }
  return out + "# EOF\n";
}

} // namespace parley::net
