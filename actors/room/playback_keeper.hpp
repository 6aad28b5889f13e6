// When a room's player has to be stored.
#pragma once

#include "protocol/time.hpp"

#include <chrono>

namespace parley {

/// Counts what changed against what was stored: the latest state wins, one write at a time, with a pause between two.
class playback_keeper {
public:
  static constexpr std::chrono::seconds pause{1};         ///< between two writes of a player that changed
  static constexpr std::chrono::seconds running_pause{5}; ///< the same while it runs on untouched

  /// The player changed since it was last given to the writer.
  void changed() { unsaved_ = true; }

  /// When it has to be written: in the past for at once, `moment::max()` for never. A change in a room where nobody is
  /// left has no pause: whoever comes next may come after a restart.
  moment due(bool is_running, bool is_room_empty) const {
    if (writing_ || !(unsaved_ || is_running))
      return moment::max();
    if (unsaved_ && is_room_empty)
      return moment::min();
    return written_at_ + (unsaved_ ? pause : running_pause);
  }

  /// It is given to the writer now. Until `stored` or `failed` nothing else is due.
  void begin(moment now) {
    unsaved_ = false;
    writing_ = true;
    written_at_ = now;
  }
  void stored() { writing_ = false; }
  /// Returns when to try again.
  moment failed() {
    writing_ = false;
    unsaved_ = true;
    return written_at_ + pause;
  }

  /// Everything that changed is stored.
  bool is_settled() const { return !unsaved_ && !writing_; }

private:
  bool unsaved_ = false;
  bool writing_ = false; ///< the writer has not answered yet
  moment written_at_{};
};

} // namespace parley
