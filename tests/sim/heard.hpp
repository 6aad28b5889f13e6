// A frame of the server, read once for all who hear it.
#pragma once

#include "actors/frame.hpp"
#include "protocol/ids.hpp"

#include <cstdint>
#include <deque>
#include <string>
#include <unordered_map>

namespace parley::sim {

enum class word : std::uint8_t {
  other,
  ping,
  close,
  connected,
  auth_ok,
  error,
  room_joined,
  room_join_error,
  room_left,
  room_leave_error,
  message_ack,
  room_message,
  message_edited,
  message_deleted,
  message_read,
  presence,
  typing,
  room_updated,
  room_closed,
  member_news, ///< somebody came, went or was changed
  room_activity,
  established,
  chat_message,
  user_join,
  user_leave,
  draining,
};

/// What simulated clients and checkers look at; the members that a frame does not have are as here.
struct heard {
  frame_ptr bytes;
  word what = word::other;
  std::int64_t request = 0; ///< the `id` that the client gave
  room_id room;             ///< none in the flat shape
  message_id message;       ///< its own id; in an acknowledgement the one it names
  message_id last_message;
  user_id user; ///< whom it is about, or who sent the message
  std::int64_t active_users = -1;
  bool flag = false; ///< `is_typing`; of presence: online
  bool replayed = false;
  bool resync = false;
  bool authenticated = false;
  std::string code;
  std::string content;
  std::string client_msg_id;
  std::string type; ///< as written
};

/// Reads every frame once, and keeps it until the world ends: then nobody else may.
class hearing {
public:
  const heard& read(const frame_ptr& frame);
  /// One that `read` has seen, by the address of its wire bytes.
  const heard& known(const void* bytes) const { return *by_bytes_.at(bytes); }

  /// How many frames somebody else still holds.
  std::size_t still_held() const;

private:
  std::deque<heard> all_;
  std::unordered_map<const void*, const heard*> by_bytes_;
};

} // namespace parley::sim
