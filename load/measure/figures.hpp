// The figures of a run: a flat, ordered list of names and values, the same in the table, the JSON and `--assert`.
#pragma once

#include "load/measure/histogram.hpp"
#include "load/measure/tag.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace parley::load {

/// What a person can take in, and what a measurement is good for.
double three_decimals(double value);

/// `monostate` is a figure that the run could not tell (the server's CPU without `--server-pid`): null in JSON.
using figure = std::variant<std::monostate, std::int64_t, double, bool>;

/// Names carry their unit (`p99_ms`) and appear in the order in which they were added. A name is added once.
class figures {
public:
  void add(std::string name, std::uint64_t value) { put(std::move(name), static_cast<std::int64_t>(value)); }
  void add(std::string name, std::int64_t value) { put(std::move(name), value); }
  void add(std::string name, double value) { put(std::move(name), three_decimals(value)); }
  void add(std::string name, bool value) { put(std::move(name), value); }
  /// Null where there is no value: a figure that may be unknown is still added, so that its name is known.
  void add(std::string name, std::optional<double> value);
  void add(std::string name, std::optional<std::int64_t> value);

  /// `PREFIXp50_ms`, `p90_ms`, `p95_ms`, `p99_ms`, `p999_ms` and `max_ms`, from nanoseconds; null where nothing was
  /// recorded. With a tag: those of a part of the run.
  void add_quantiles(std::string_view prefix, const histogram& values, const std::optional<tag>& of = std::nullopt);

  /// Null pointer where there is no such name.
  [[nodiscard]] const figure* find(std::string_view name) const;
  [[nodiscard]] const std::vector<std::pair<std::string, figure>>& all() const { return all_; }

private:
  void put(std::string name, figure value);

  std::vector<std::pair<std::string, figure>> all_;
};

/// As a number to compare with: a bool is 0 or 1; nothing for null.
std::optional<double> as_number(const figure& of);

} // namespace parley::load
