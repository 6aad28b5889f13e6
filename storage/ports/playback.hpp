// What a room watched last, and where its player stood.
#pragma once

#include "storage/ports/result.hpp"

namespace parley::storage {

/// The playback of a room as it is kept over restarts.
struct playback {
  std::int64_t version = 0;
  std::optional<video> watched; ///< none where it was removed since
  double position_s = 0;
  double rate = 1;
  user_id by;
};

/// It is read with its room.
class playback_writer {
public:
  virtual ~playback_writer() = default;

  /// Kept over restarts; nothing happens where the room is gone.
  virtual void save(room_id room, const playback& x) = 0;
};

} // namespace parley::storage
