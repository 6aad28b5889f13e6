// The search for the highest rate that holds, as a machine that is asked what to try next.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace parley::load {

/// Doubles the rate until it does not hold, then halves the interval on a logarithmic scale until its ends lie within
/// `precision` of each other. Since a run near the edge may fall to either side, a rate counts by two of up to three
/// runs, but one that holds on the way up counts at once: a later one decides.
class rate_search {
public:
  static constexpr double precision = 1.05;

  rate_search(double from, double to) : next_(from), to_(to) {}

  struct probe {
    double rate;
    bool held;
  };

  /// What to try next; nothing when the search is over.
  [[nodiscard]] std::optional<double> next() const { return over_ ? std::nullopt : std::optional(next_); }

  /// How the run at `next()` came out.
  void note(bool held);

  [[nodiscard]] std::optional<double> highest_held() const { return held_; }
  [[nodiscard]] std::optional<double> lowest_failed() const { return failed_; } ///< nothing: even the greatest held
  [[nodiscard]] const std::vector<probe>& probes() const { return probes_; }

private:
  void decide(bool held);

  double next_;
  double to_;
  bool over_ = false;
  int holds_ = 0; ///< runs at this rate
  int fails_ = 0;
  std::optional<double> held_;
  std::optional<double> failed_;
  std::vector<probe> probes_;
};

} // namespace parley::load
