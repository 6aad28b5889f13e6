// What the server says over WebSocket: events that a room hears, replies that one connection hears.
#pragma once

#include "protocol/commands.hpp"
#include "protocol/model.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace parley {

/// How a connection wants its frames: the envelope of `/ws` or the flat messages of `/ws/chat/`.
enum class wire_shape : std::uint8_t { envelope, flat };

// -- events of a room: encoded once a shape, heard by many ---------------------------

struct message_posted {
  message value;
  bool replayed = false;
};
struct typing_changed {
  room_id room;
  user_brief user;
  bool is_typing = false;
};
/// A user's first session joined the room, or its last one left.
struct presence_changed {
  room_id room;
  user_brief user;
  bool online = false;
  std::int64_t active_users = 0;
};
struct room_updated {
  room value;
  occupancy live;
};
struct room_closed {
  room_id id;
};

using room_event = std::variant<message_posted, typing_changed, presence_changed, room_updated, room_closed>;

std::string encode_envelope(const room_event& event);
std::string encode_flat(const room_event& event);

// -- replies on /ws ---------------------------------------------------------------------

enum class auth_status : std::uint8_t { authenticated, guest, invalid_token };

std::string_view name(auth_status x);

struct connected_reply {
  connection_id connection;
  auth_status status = auth_status::guest;
  std::optional<user_brief> user;
  std::int64_t heartbeat_ms = 0;
  timestamp server_time{};
};
struct pong_reply {
  std::string echo; ///< the client's own `timestamp`, as JSON text
  timestamp server_time{};
};
struct auth_ok_reply {
  user_brief user;
  timestamp expires_at{};
};
struct auth_expiring_reply {
  timestamp expires_at{};
};
struct room_joined_reply {
  room_id room;
  std::int64_t active_users = 0;
  message_id last_message; ///< 0 is written as null
  bool resync = false;     ///< `"resync":true` is written only where it is set
};
struct room_join_error_reply {
  room_id room;
  error_code code = error_code::internal;
};
struct room_left_reply {
  room_id room;
  std::string reason; ///< written only where it is not empty, for example `removed`
};
struct room_leave_error_reply {
  room_id room;
  error_code code = error_code::not_joined;
};
struct message_ack_reply {
  message_id id;
  std::optional<std::string> client_msg_id;
  timestamp sent_at{};
  std::int64_t sent_to_online_users = 0;
};
struct server_draining_reply {
  std::int64_t reconnect_after_ms = 0;
};
/// `supported_types` is written on `unknown_type` only, `retry_after_ms` where it is set.
struct error_reply {
  error_code code = error_code::internal;
  std::optional<std::int64_t> retry_after_ms;
};

using envelope_reply = std::variant<connected_reply, pong_reply, auth_ok_reply, auth_expiring_reply, room_joined_reply,
                                    room_join_error_reply, room_left_reply, room_leave_error_reply, message_ack_reply,
                                    server_draining_reply, error_reply>;

/// `request_id` is the client's `id` as JSON text; it is repeated where it is not empty.
std::string encode_envelope(const envelope_reply& reply, std::string_view request_id, language lang);

// -- replies on /ws/chat/ -----------------------------------------------------------------

struct connection_established_reply {
  user_brief user;
};
struct user_join_reply {
  user_brief user;
};
struct user_leave_reply {
  user_brief user;
};

using flat_reply = std::variant<connection_established_reply, user_join_reply, user_leave_reply, pong_reply,
                                server_draining_reply, error_reply>;

std::string encode_flat(const flat_reply& reply, language lang);

} // namespace parley
