// When an event that was not delivered is tried again.
#pragma once

#include "protocol/time.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace parley::app {

struct webhook_schedule {
  std::chrono::milliseconds first_pause{5000};         ///< after the first failure; the later ones are multiples of it
  std::chrono::milliseconds give_up_after{86'400'000}; ///< since the event; the last attempt is made then

  /// When to try again what failed at `now` and before that `failures` times; nullopt where it is given up. With 5 s:
  /// after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 10 h …
  std::optional<timestamp> next(timestamp created_at, std::int64_t failures, timestamp now) const;
};

} // namespace parley::app
