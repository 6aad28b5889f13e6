#include "app/webhook_schedule.hpp"

#include <algorithm>
#include <array>

namespace parley::app {

std::optional<timestamp> webhook_schedule::next(timestamp created_at, std::int64_t failures, timestamp now) const {
  constexpr std::array<int, 6> pauses{1, 60, 360, 1440, 3600, 7200}; // of `first_pause`
  const auto end = created_at + give_up_after;
  if (now >= end)
    return std::nullopt;
  const auto index = std::clamp<std::int64_t>(failures, 0, std::ssize(pauses) - 1);
  return std::min(now + first_pause * pauses.at(static_cast<std::size_t>(index)), end);
}

} // namespace parley::app
