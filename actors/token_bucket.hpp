// A token bucket with injected time: how often something may happen.
#pragma once

#include "protocol/time.hpp"

#include <algorithm>
#include <cstdint>

namespace parley {

/// Starts full. Not thread-safe.
class token_bucket {
public:
  /// `per_second` tokens come back each second, up to `burst`; both are at least 1.
  token_bucket(std::int64_t per_second, std::int64_t burst) : per_second_(per_second), burst_(burst) {}

  /// Takes one token. Returns 0, or the milliseconds until there is one again (at least 1).
  std::int64_t take(timestamp now) {
    // Counted in thousandths of a token, so that milliseconds times tokens a second stay whole numbers.
    if (!started_) {
      started_ = true;
      level_ = burst_ * 1000;
    } else if (now > last_) {
      auto gained = std::min<std::int64_t>((now - last_).count(), 3'600'000) * per_second_;
      level_ = std::min(burst_ * 1000, level_ + gained);
    }
    last_ = std::max(last_, now);
    if (level_ >= 1000) {
      level_ -= 1000;
      return 0;
    }
    return std::max<std::int64_t>(1, (1000 - level_ + per_second_ - 1) / per_second_);
  }

private:
  std::int64_t per_second_;
  std::int64_t burst_;
  std::int64_t level_ = 0;
  timestamp last_{};
  bool started_ = false;
};

} // namespace parley
