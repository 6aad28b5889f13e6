// What a room knows of a session: whoever speaks for one of its visitors, or for several, which `connection` tells
// apart.
#pragma once

#include "actors/interfaces/common.hpp"
#include "protocol/error_code.hpp"
#include "protocol/model.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace parley {

/// The room has taken the connection in (after the join it asked for, or again).
struct entered_room {
  room_id room;
  connection_id connection;
};

/// The room will not do what the session asked of it.
struct refused {
  room_id room;
  connection_id connection;
  enum class request : std::uint8_t { join, leave, post, typing, sync } what = request::join;
  error_code code = error_code::internal;
  std::string request_id;              ///< of the frame that asked
  std::optional<sync_state> sync = {}; ///< as it is now; with `sync_conflict` only
  std::uint64_t ticket = 0;            ///< of the request
};

/// The room has put the connection out, and told the client so.
struct removed_from_room {
  room_id room;
  connection_id connection;
};

using visitor_actor = caf::typed_actor<
  // The connection is in the room: it may post from now on.
  caf::reacts_to<entered_room>,
  // Tells the client why not, with the `id` of its frame.
  caf::reacts_to<refused>,
  // The connection is in the room no more.
  caf::reacts_to<removed_from_room>>;

} // namespace parley
