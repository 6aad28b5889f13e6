#include "load/scenario/storm_rounds.hpp"

#include <algorithm>
#include <cassert>

namespace parley::load {

void storm_rounds::begin(const plan& when) {
  plan_ = when;
}

std::int64_t storm_rounds::next() const {
  if (begun() == rounds_)
    return never;
  const std::int64_t piece = (plan_.measure_to - plan_.measure_from) / (std::int64_t{rounds_} + 1);
  return plan_.measure_from + piece * (std::int64_t{begun()} + 1);
}

void storm_rounds::drop(std::uint32_t dropped) {
  const std::int64_t from = next();
  if (!storms_.empty())
    storms_.back().to = std::min(storms_.back().to, from);
  away_ += dropped;
  storms_.push_back({from, away_ > 0 ? never : from});
}

std::int64_t storm_rounds::back(std::int64_t now) {
  assert(away_ > 0);
  if (--away_ > 0)
    return 0;
  storms_.back().to = now;
  return now - storms_.back().from;
}

bool storm_rounds::storms_at(std::int64_t time) const {
  return std::any_of(storms_.begin(), storms_.end(),
                     [time](const storm& each) { return time >= each.from && time < each.to; });
}

} // namespace parley::load
