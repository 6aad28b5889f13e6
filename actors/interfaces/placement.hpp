// The placement: which room is live, and where.
#pragma once

#include "actors/interfaces/room.hpp"
#include "protocol/model.hpp"

#include <cstdint>
#include <vector>

namespace parley {

/// The room's actor, started if it is not live.
struct find_room {
  room_id room;
};

/// How many distinct users are in the room now.
struct occupancy_changed {
  room_id room;
  occupancy live;
};

/// The room was dissolved. It answers `room_not_found` to who still knows it, until the placement ends it.
struct room_gone {
  room_id room;
};

/// How many are in each of these rooms.
struct get_occupancy {
  std::vector<room_id> rooms;
};
struct occupancies {
  std::vector<occupancy> rooms; ///< in the order asked
};

/// How many rooms somebody is in.
struct get_rooms_active {};

using placement_actor = caf::typed_actor<
  // Answers the one actor of the room there is. `room_not_found`.
  caf::replies_to<find_room>::with<room_actor>,
  // From a room, after each coming and going.
  caf::reacts_to<occupancy_changed>,
  // From a room, once.
  caf::reacts_to<room_gone>,
  // For lists of rooms.
  caf::replies_to<get_occupancy>::with<occupancies>,
  // Answers a count.
  caf::replies_to<get_rooms_active>::with<std::int64_t>,
  // Each quarter of a minute: ends the rooms that nobody needs.
  caf::reacts_to<tick>>;

} // namespace parley
