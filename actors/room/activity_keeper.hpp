// When a room's `is_active` has to be stored.
#pragma once

#include "protocol/time.hpp"

#include <algorithm>
#include <chrono>
#include <optional>

namespace parley {

/// Compares what is true with what is stored: one write at a time, a growing pause after one that failed.
class activity_keeper {
public:
  static constexpr std::chrono::seconds pause_min{1};  ///< before a failed write is repeated;
  static constexpr std::chrono::seconds pause_max{30}; ///< doubled up to this

  /// When `is_active` has to be written: in the past for at once, `moment::max()` for never.
  moment due(bool is_active) const { return writing_ || stored_ == is_active ? moment::max() : not_before_; }

  /// It is given to the writer now. Until `stored` or `failed` nothing else is due.
  void begin() { writing_ = true; }
  void stored(bool is_active) {
    writing_ = false;
    stored_ = is_active;
    pause_ = pause_min;
  }
  /// Returns when to try again. What is stored is unknown then: a commit that failed may be found to have happened all
  /// the same.
  moment failed(moment now) {
    writing_ = false;
    stored_.reset();
    not_before_ = now + pause_;
    pause_ = std::min(pause_ * 2, pause_max);
    return not_before_;
  }

  /// It is known that the room is stored as one where nobody is.
  bool is_at_rest() const { return stored_ == false && !writing_; }

private:
  std::optional<bool> stored_ = false;
  bool writing_ = false; ///< the writer has not answered yet
  moment not_before_{};
  std::chrono::seconds pause_ = pause_min;
};

} // namespace parley
