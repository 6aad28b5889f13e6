#include "actors/room_pace.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace parley {

namespace {

/// Patience with who is late, in usual intervals.
constexpr int late = 2;

} // namespace

std::optional<room_pace::instant> room_pace::note(instant now, std::chrono::microseconds hold,
                                                  std::uint64_t departures) {
  // The mean of the logarithms: bursts with pauses between them count as bursts.
  const auto interval = std::max<instant::duration>(now - std::exchange(last_, now), std::chrono::nanoseconds(1));
  usual_ += (std::log2(static_cast<float>(interval.count())) - usual_) / 4;
  const std::chrono::nanoseconds usual(static_cast<std::int64_t>(std::exp2(usual_)));
  if (usual > hold / 2)
    return std::nullopt;
  if (waiting_ == 0 || departures_ != departures) {
    departures_ = departures;
    waiting_ = 0;
    since_ = now;
  }
  if (++waiting_ < enough)
    return std::min(since_ + hold, now + late * usual);
  waiting_ = 0;
  return std::nullopt;
}

} // namespace parley
