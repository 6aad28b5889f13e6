// Videos that are looked up in the database for a room's player.
#pragma once

#include "protocol/ids.hpp"

#include <set>

namespace parley {

/// A lookup may find a video that was removed while it was on its way: this remembers which those are.
class video_lookups {
public:
  void begin() { ++running_; }
  void end() {
    if (--running_ == 0)
      removed_.clear();
  }

  void removed(video_id what) {
    if (running_ > 0)
      removed_.insert(what);
  }
  /// While any lookup has been on its way.
  bool was_removed(video_id what) const { return removed_.contains(what); }

private:
  int running_ = 0;
  std::set<video_id> removed_;
};

} // namespace parley
