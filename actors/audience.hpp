// Which connections of one I/O thread hear which room.
#pragma once

#include "actors/ports.hpp"
#include "actors/room_pace.hpp"
#include "protocol/events.hpp"

#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

namespace parley {

/// The fan-out table of one thread. Delivering is a loop over plain calls.
class audience {
public:
  struct listener {
    connection_id connection;
    connection_port* port; ///< owned by whoever calls `add`, until `remove`
    wire_shape shape;
  };

  /// Adds the connection, or changes its shape.
  void add(room_id room, listener who);

  /// False if it was not there.
  bool remove(room_id room, connection_id who);

  /// Sends each listener but those in `except`, which rise, the frame of its shape; a null frame is sent to nobody.
  /// With `later` it may wait for company. Returns how many heard.
  std::size_t deliver(room_id room, const frame_ptr& envelope, const frame_ptr& flat,
                      std::span<const connection_id> except, bool later = false) const;

  /// Null if nobody hears the room here.
  room_pace* find_pace(room_id room);

  std::size_t rooms() const { return rooms_.size(); }

private:
  struct entry {
    std::vector<listener> listeners; ///< sorted by connection: ids rise, so that joining appends
    room_pace pace;
  };

  std::unordered_map<room_id, entry> rooms_;
};

} // namespace parley
