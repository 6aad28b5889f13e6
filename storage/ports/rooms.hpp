// Rooms, what their actors keep of them, and a user's right to one.
#pragma once

#include "storage/ports/playback.hpp"
#include "storage/ports/result.hpp"

namespace parley::storage {

/// A room with everything that its actor keeps of it.
struct room_state {
  room value;
  message_id last_message; ///< 0 where the room has none
  std::optional<playback> watching;
  std::optional<timestamp> guests_muted_until = {};
  std::int64_t revision = 0; ///< how often messages of the room were edited or deleted
  /// How far its members have read; none where it has too many to tell, or nobody asked for them.
  std::optional<std::vector<read_mark>> reads = {};
};

/// A user's right to a room, read in one go.
struct room_access {
  room value;
  std::optional<membership> who; ///< empty for a stranger
  bool banned = false;
};

/// What waits for an answer before a user becomes a member.
struct pending_place {
  notification_id id;
  notification_kind kind = notification_kind::join_request;
};

/// A user's right to a room, and what it has read there.
struct room_place {
  room_access access;
  message_id last_message; ///< of the room; 0 where it has none
  message_id last_read;    ///< 0 where nothing was
  std::int64_t unread = 0; ///< of others and visible, at most `limits::unread_max`; 0 for a stranger
  std::optional<pending_place> pending;
};

/// A room that a user is a member of.
struct own_room {
  room_place place;
  std::optional<message> last_message; ///< the room's last one, if the user may see it
};

enum class room_scope : std::uint8_t { mine, listed }; ///< rooms of the user; rooms with `is_public`

class room_reader {
public:
  virtual ~room_reader() = default;

  /// Without `reads`, which are another table's.
  virtual std::optional<room_state> find(room_id id) = 0;
  virtual std::optional<room_access> find_access(room_id room, user_id user) = 0;
  /// Rooms whose folded name holds `search`, by id. `total` is exact, so that each room of the scope costs an entry of
  /// an index; with a `search`, a look at its name.
  virtual page<room> list(user_id user, room_scope scope, std::string_view search, page_request at) = 0;
};

class room_writer : public virtual room_reader {
public:
  /// The creator becomes owner and member.
  virtual room create(user_id owner, const new_room& x, timestamp now) = 0;
  virtual result<room> update(room_id id, const room_patch& x) = 0;
  virtual result<room> update_config(room_id id, const room_config& x) = 0;
  virtual result<void> remove(room_id id) = 0;
  virtual void set_active(room_id id, bool is_active) = 0;
  /// After a start: no session is joined anywhere.
  virtual void clear_active() = 0;
  /// The old owner stays as a moderator; join requests that wait for an answer go to the new one and are given back
  /// as they are now. `room_not_found`, `not_a_member`.
  virtual result<std::pair<room, std::vector<notification>>> transfer(room_id room, user_id to) = 0;
};

} // namespace parley::storage
