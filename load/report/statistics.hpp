// How far two series of runs differ, and how sure that is.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace parley::load {

/// Share of identical pairs of servers that a verdict may call different, for each figure.
inline constexpr double false_verdicts = 0.01;

/// How B stands to A, from rounds in which both were measured.
struct ratio_estimate {
  double ratio = 1;         ///< B / A, the geometric mean over the rounds
  double low = 0, high = 0; ///< the true ratio lies between them but for `false_verdicts` of all cases
  double deviation = 0;     ///< standard deviation of the rounds' logarithmic ratios
  std::size_t rounds = 0;

  /// The interval leaves out "no difference".
  [[nodiscard]] bool distinguishable() const { return low > 1 || high < 1; }
};

/// Value i of both comes from round i. The interval is the wider one of Student's and of a bootstrap's (2,000
/// resamples, the same ones each time) over the rounds' logarithmic ratios. Nothing below three rounds, or where a
/// value is not above 0.
std::optional<ratio_estimate> estimate_ratio(const std::vector<double>& a, const std::vector<double>& b);

/// Rounds after which a true change by `change` (0.03 is 3 %) is found 9 times in 10, where rounds deviate so; at least
/// three, at most 10,000.
std::size_t rounds_needed(double deviation, double change);

/// An interval that a further run of the same kind falls into but for `false_verdicts` of all cases, by Student, from
/// the logarithms. Nothing below three runs, or where one is not above 0.
struct prediction {
  double low = 0, high = 0;
};
std::optional<prediction> predict(const std::vector<double>& runs);

} // namespace parley::load
