// How many things a second an open loop begins: one rate, or stages with linear ramps from target to target.
#pragma once

#include <tl/expected.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace parley::load {

/// One piece of a plan.
struct stage {
  double target = 0;  ///< things a second with which it ends
  double seconds = 0; ///< in which the rate goes there, by a straight line, from where it was; 0 jumps

  friend bool operator==(const stage&, const stage&) = default;
};

/// `TARGET:SECONDS` each, several in one text with commas between them. At most 100 stages, a target of at most
/// `rate_max`, between 0.1 s and a day together, in which something is begun. The error is one line for people that
/// says what is wrong and how it should be.
tl::expected<std::vector<stage>, std::string> parse_stages(const std::vector<std::string>& texts);

/// The moments of a run that a plan is laid over, as `now_ns()`.
struct rate_span {
  std::int64_t start = 0;       ///< the first rate begins
  std::int64_t stages_from = 0; ///< the first stage begins: the warm-up is over
  std::int64_t until = 0;       ///< nothing is begun any more
};

/// From the start of the run the rate is the first one; the stages begin where the warm-up ends. Every moment is told
/// from the beginning anew, so that no error adds up. Nothing in it changes; any thread.
class rate_plan {
public:
  /// Nothing is ever due.
  rate_plan() = default;
  /// `rate` is a second, 0 or more. Without stages it holds for ever, so that a number is a plan.
  rate_plan(double rate, const std::vector<stage>& stages = {});

  [[nodiscard]] bool there() const { return rate_ > 0 || staged(); }
  [[nodiscard]] bool staged() const { return !pieces_.empty(); }
  [[nodiscard]] std::size_t stages() const { return pieces_.size(); }
  /// How long all stages last together.
  [[nodiscard]] double seconds() const;

  /// When thing number `thing` (from 0) of the whole run is due: the moment from which on more than `thing` of them
  /// were to begin. The greatest number where that never comes. `until` does not matter.
  [[nodiscard]] std::int64_t due(std::uint64_t thing, const rate_span& over) const;
  /// How many were to begin before `t`: the integral of the rate, from the start to `t` or to `until`. Thing k is due
  /// before `t` where this is above k.
  [[nodiscard]] double begun_by(std::int64_t t, const rate_span& over) const;

  // -- stages, numbered from 0 --------------------------------------------------

  /// The stage in whose time a moment lies; `stages()` where it lies in none. `into_ns` counts from the first one's
  /// beginning. One that jumps has no time.
  [[nodiscard]] std::size_t stage_at(std::int64_t into_ns) const;
  [[nodiscard]] double target_of(std::size_t number) const;
  [[nodiscard]] double seconds_of(std::size_t number) const { return pieces_[number].seconds; }
  [[nodiscard]] double begins_at_s(std::size_t number) const { return pieces_[number].from_s; }
  /// How many were to begin in its time.
  [[nodiscard]] double things_of(std::size_t number) const;

private:
  struct piece {
    double from_s;  ///< since the first stage began
    double seconds; ///< that it lasts
    double rate;    ///< with which it begins
    double slope;   ///< that the rate gains a second
    double before;  ///< things of the pieces before it

    [[nodiscard]] double things_after(double s) const { return rate * s + slope * s * s / 2; }
    [[nodiscard]] double seconds_until(double things) const;
  };

  double rate_ = 0;
  std::vector<piece> pieces_;
};

} // namespace parley::load
