// A session: one WebSocket connection, from its first frame to its end. It lives on the I/O thread of its socket.
#pragma once

#include "actors/frame.hpp"
#include "actors/interfaces/visitor.hpp"
#include "protocol/model.hpp"

#include <string>

namespace parley {

/// One whole message of the client, at most `websocket.message_bytes`; valid UTF-8 unless it is binary, which only
/// connections that asked for it let through.
struct inbound {
  std::string text;
  bool binary = false;
};

/// The socket is gone; the last message that a session hears from its connection.
struct connection_lost {
  int code = 1006; ///< how it was closed, by whichever side said so first; 1006 if no close frame was seen
  std::string reason;
};

/// The time that the session asked its hub for has come.
struct wake {};

/// The access the connection came with is no longer good.
struct access_revoked {};

/// The user's name changed.
struct renamed {
  user_brief user;
};

/// One frame for the client, from whoever is not its room: the directory, the task board.
struct push_frame {
  frame_ptr frame;
};

/// What happened in a room, for a session that is not in it.
struct room_news {
  room_id room;
  frame_ptr frame;
};

/// A newer connection took over the session's `client_id`.
struct replaced {
  error_code why = error_code::none; ///< what it is told first; `none` for nothing
};

using session_actor = visitor_actor::extend<
  // Does what the client asks for. Most frames do not come this way, but by `inbound_port::take`.
  caf::reacts_to<inbound>,
  // Leaves every room, signs out and ends.
  caf::reacts_to<connection_lost>,
  // Looks at its deadlines: a token that expires, a client that says nothing.
  caf::reacts_to<wake>,
  // Closes 4401.
  caf::reacts_to<access_revoked>,
  // Speaks under the new name, and tells its rooms.
  caf::reacts_to<renamed>,
  // Hands the frame to the client.
  caf::reacts_to<push_frame>,
  // Hands it to the client, unless that has joined the room.
  caf::reacts_to<room_news>,
  // Closes 4409.
  caf::reacts_to<replaced>,
  // Tells the client, then closes 1001.
  caf::reacts_to<drain>>;

} // namespace parley
