// An open loop's timetable: things that are due at a fixed rate, in turn over lanes, some of which are this process's.
#pragma once

#include "load/measure/clock.hpp"
#include "load/scenario/part.hpp"

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace parley::load {

/// Thing i of the whole run is due `i / rate` after the start and belongs to lane `i mod lanes`, whichever process has
/// that lane: all processes together keep the rate.
class schedule {
public:
  /// `rate` is a second and above 0. `mine` are this process's lanes, each below `lanes`, rising.
  schedule(double rate, std::uint32_t lanes, std::vector<std::uint32_t> mine)
    : rate_(rate), lanes_(lanes), mine_(std::move(mine)) {}

  /// When the next thing of this process is due, `start` being that of the plan; `never` where it has no lane.
  [[nodiscard]] std::int64_t next_due(std::int64_t start) const {
    if (mine_.empty())
      return never;
    const std::uint64_t thing = taken_ / mine_.size() * lanes_ + mine_[taken_ % mine_.size()];
    return start + static_cast<std::int64_t>(static_cast<double>(thing) / rate_ * ns_per_s);
  }

  /// The next thing is done: answers which of `mine` it belongs to, as an index.
  std::size_t take() { return static_cast<std::size_t>(taken_++ % mine_.size()); }

private:
  double rate_;
  std::uint32_t lanes_;
  std::vector<std::uint32_t> mine_;
  std::uint64_t taken_ = 0;
};

} // namespace parley::load
