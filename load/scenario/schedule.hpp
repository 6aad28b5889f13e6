// An open loop's timetable: things that are due by a plan of rates, in turn over lanes, some of which are this
// process's.
#pragma once

#include "load/scenario/part.hpp"
#include "load/scenario/rate_plan.hpp"

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace parley::load {

/// Where a plan of rates lies in a run.
inline rate_span span_of(const plan& when) {
  return {.start = when.start, .stages_from = when.measure_from, .until = when.measure_to};
}

/// Thing i of the whole run is due when `rate_plan::due` says so and belongs to lane `i mod lanes`, whichever process
/// has that lane: all processes together keep the rate.
class schedule {
public:
  /// `mine` are this process's lanes, each below `lanes`, rising.
  schedule(rate_plan rates, std::uint32_t lanes, std::vector<std::uint32_t> mine)
    : rates_(std::move(rates)), lanes_(lanes), mine_(std::move(mine)) {}

  /// When the next thing of this process is due; `never` where it has no lane, or the last stage is over.
  [[nodiscard]] std::int64_t next_due(const plan& when) const {
    if (mine_.empty())
      return never;
    const std::uint64_t thing = taken_ / mine_.size() * lanes_ + mine_[taken_ % mine_.size()];
    return rates_.due(thing, span_of(when));
  }

  /// The next thing is done: answers which of `mine` it belongs to, as an index.
  std::size_t take() { return static_cast<std::size_t>(taken_++ % mine_.size()); }

private:
  rate_plan rates_;
  std::uint32_t lanes_;
  std::vector<std::uint32_t> mine_;
  std::uint64_t taken_ = 0;
};

} // namespace parley::load
