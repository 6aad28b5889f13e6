#include "load/report.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <iomanip>

namespace parley::load {

namespace {

std::string shown(const nlohmann::ordered_json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

} // namespace

double three_decimals(double value) {
  return std::round(value * 1000) / 1000;
}

report::report() : figures_(std::make_unique<nlohmann::ordered_json>(nlohmann::ordered_json::object())) {}

report::~report() = default;

void report::add(std::string key, std::int64_t value) {
  (*figures_)[std::move(key)] = value;
}
void report::add(std::string key, double value) {
  (*figures_)[std::move(key)] = three_decimals(value);
}
void report::add(std::string key, bool value) {
  (*figures_)[std::move(key)] = value;
}
void report::add(std::string key, std::string value) {
  (*figures_)[std::move(key)] = std::move(value);
}

void report::add_quantiles(std::string_view name, const histogram& values) {
  const auto add_us = [&](std::string_view suffix, std::int64_t ns) {
    add(std::string(name) + "_" + std::string(suffix) + "_us", static_cast<double>(ns) / 1000);
  };
  add_us("p50", values.quantile(0.5));
  add_us("p90", values.quantile(0.9));
  add_us("p99", values.quantile(0.99));
  add_us("p999", values.quantile(0.999));
  add_us("max", values.max());
}

void report::add_each(std::string key, const std::vector<std::pair<std::string, double>>& lines) {
  auto& object = (*figures_)[std::move(key)] = nlohmann::ordered_json::object();
  for (const auto& [name, value] : lines)
    object[name] = three_decimals(value);
}

void report::print(std::ostream& out, bool as_json) const {
  if (as_json) {
    out << figures_->dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << std::endl;
    return;
  }
  std::size_t width = 0;
  for (const auto& [key, value] : figures_->items()) {
    width = std::max(width, key.size());
    if (value.is_object())
      for (const auto& [inner, unused] : value.items())
        width = std::max(width, inner.size() + 2);
  }
  const auto line = [&](const std::string& key, const std::string& value) {
    out << std::left << std::setw(static_cast<int>(width) + 2) << key << value << '\n';
  };
  for (const auto& [key, value] : figures_->items()) {
    line(key, value.is_object() ? "" : shown(value));
    if (value.is_object())
      for (const auto& [inner, figure] : value.items())
        line("  " + inner, shown(figure));
  }
  out << std::flush;
}

} // namespace parley::load
