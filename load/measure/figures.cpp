#include "load/measure/figures.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace parley::load {

double three_decimals(double value) {
  return std::round(value * 1000) / 1000;
}

void figures::add(std::string name, std::optional<double> value) {
  if (value)
    add(std::move(name), *value);
  else
    put(std::move(name), std::monostate());
}

void figures::add(std::string name, std::optional<std::int64_t> value) {
  if (value)
    add(std::move(name), *value);
  else
    put(std::move(name), std::monostate());
}

void figures::add_quantiles(std::string_view prefix, const histogram& values, const std::optional<tag>& of) {
  const auto add_ms = [&](std::string_view suffix, std::int64_t ns) {
    const auto ms = values.count() == 0 ? std::nullopt : std::optional(static_cast<double>(ns) / 1e6);
    const std::string name = std::string(prefix).append(suffix).append("_ms");
    add(of ? tagged(name, *of) : name, ms);
  };
  add_ms("p50", values.quantile(0.5));
  add_ms("p90", values.quantile(0.9));
  add_ms("p95", values.quantile(0.95));
  add_ms("p99", values.quantile(0.99));
  add_ms("p999", values.quantile(0.999));
  add_ms("max", values.max());
}

const figure* figures::find(std::string_view name) const {
  const auto found = std::find_if(all_.begin(), all_.end(), [name](const auto& each) { return each.first == name; });
  return found != all_.end() ? &found->second : nullptr;
}

void figures::put(std::string name, figure value) {
  assert(find(name) == nullptr);
  all_.emplace_back(std::move(name), value);
}

std::optional<double> as_number(const figure& of) {
  struct reader {
    std::optional<double> operator()(std::monostate) const { return std::nullopt; }
    std::optional<double> operator()(std::int64_t value) const { return static_cast<double>(value); }
    std::optional<double> operator()(double value) const { return value; }
    std::optional<double> operator()(bool value) const { return value ? 1.0 : 0.0; }
  };
  return std::visit(reader{}, of);
}

} // namespace parley::load
