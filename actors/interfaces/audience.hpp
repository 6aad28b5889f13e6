// What a room knows of whoever hears it: a hub, for the connections of one I/O thread.
#pragma once

#include "actors/frame.hpp"
#include "actors/interfaces/common.hpp"
#include "actors/latency.hpp"
#include "protocol/close_code.hpp"
#include "protocol/events.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace parley {

/// The chain of what the room says to all who hear it in this shape.
constexpr std::uint64_t chain_of(room_id room, wire_shape shape) {
  return static_cast<std::uint64_t>(room.value) * 2 + static_cast<std::uint64_t>(shape);
}

/// Adds the connection to the room's audience there, right after `first` has gone to it, so that between
/// `first` and the room's next event nothing is missing. `replay` follows `first` at the pace of the socket.
struct attach_listener {
  room_id room;
  connection_id connection;
  wire_shape shape = wire_shape::envelope;
  std::vector<frame_ptr> first;
  std::vector<frame_ptr> replay;
  message_id last = {};      ///< the newest message that whoever heard all of them knows
  std::int64_t revision = 0; ///< and up to which revision it knows what was changed
};

/// Takes the connection out of the room's audience.
struct detach_listener {
  room_id room;
  connection_id connection;
};

/// One event for the room's audience there, in both shapes; those in `except`, which rise, do not hear it.
struct deliver {
  room_id room;
  frame_ptr envelope;
  frame_ptr flat;
  std::vector<connection_id> except;
  std::optional<stage_times> stages = {}; ///< of a chat message, on one of its threads
  message_id last = {};                   ///< of a message that was posted: its id; 0 else
  std::int64_t revision = 0;              ///< what was changed up to it is known to whoever hears this
};

/// One frame for one connection.
struct unicast {
  connection_id connection;
  frame_ptr frame;
  room_id room = {};        ///< that says it
  std::uint64_t ticket = 0; ///< of the request that it answers; 0: of none
};

/// Closes the connection behind what is queued for it.
struct close_connection {
  connection_id connection;
  close_code code = close_code::normal;
  std::string reason;
  room_id room = {}; ///< that asks for it
};

using audience_actor = caf::typed_actor<
  // The connection hears the room from now on.
  caf::reacts_to<attach_listener>,
  // The connection hears the room no more.
  caf::reacts_to<detach_listener>,
  // Gives the event to every connection that hears the room: the fan-out.
  caf::reacts_to<deliver>,
  // Gives the frame to the connection, if it is still there.
  caf::reacts_to<unicast>,
  // Closes the connection, if it is still there.
  caf::reacts_to<close_connection>>;

/// Somebody who is present in a room, as the room shows them.
struct present_person {
  user_brief user;
  std::string guest_name; ///< empty but for a guest who gave one
};

/// Tells one from all others in the room.
inline std::pair<user_id, std::string> key_of(const present_person& x) {
  return {x.user.id, x.guest_name};
}

/// Who is present in the room; `all` begins anew.
struct mirror_presence {
  room_id room;
  bool all = false;
  std::vector<present_person> come;
  std::vector<present_person> gone;
};

/// An audience on another node, which has to know who is present should this node be no more.
using mirror_actor = caf::typed_actor<
  // Takes it down.
  caf::reacts_to<mirror_presence>>;

} // namespace parley
