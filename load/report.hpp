// The result of a run: an ordered list of figures, shown as a table or as one JSON object.
#pragma once

#include "load/histogram.hpp"

#include <nlohmann/json_fwd.hpp>

#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parley::load {

/// What a person can take in, and what a measurement is good for.
double three_decimals(double value);

/// Keys carry their unit (`latency_p99_us`). Figures appear in the order in which they were added.
class report {
public:
  report();
  report(const report&) = delete;
  report& operator=(const report&) = delete;
  ~report();

  void add(std::string key, std::int64_t value);
  void add(std::string key, std::uint64_t value) { add(std::move(key), static_cast<std::int64_t>(value)); }
  void add(std::string key, double value); ///< kept to three decimals
  void add(std::string key, bool value);
  void add(std::string key, std::string value);

  /// `NAME_p50_us`, `_p90_`, `_p99_`, `_p999_` and `_max_us`, from nanoseconds.
  void add_quantiles(std::string_view name, const histogram& values);

  /// A figure that a table shows in lines of its own, such as CPU by thread.
  void add_each(std::string key, const std::vector<std::pair<std::string, double>>& lines);

  void print(std::ostream& out, bool as_json) const;

private:
  std::unique_ptr<nlohmann::ordered_json> figures_; ///< an object
};

} // namespace parley::load
