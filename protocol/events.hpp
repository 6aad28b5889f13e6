// What the server says over WebSocket: events that a room hears, replies that one connection hears.
#pragma once

#include "protocol/commands.hpp"
#include "protocol/model.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace parley {

/// How a connection wants its frames: the envelope of `/ws` or the flat messages of `/ws/chat/`.
enum class wire_shape : std::uint8_t { envelope, flat };

// -- events of a room: encoded once a shape, heard by many ---------------------------
//
// Guests are all user 1. A `guest_name` is the name that one of them gave itself; it is written only where it is not
// empty.

struct message_posted {
  message value;
  bool replayed = false;
  std::string guest_name = {}; ///< of a live message; a stored one has none
};
struct typing_changed {
  room_id room;
  user_brief user;
  bool is_typing = false;
  std::string guest_name = {};
};
/// The first session of a user, or of a guest with a name of its own, joined the room, or the last one left.
struct presence_changed {
  room_id room;
  user_brief user;
  bool online = false;
  std::int64_t active_users = 0;
  std::string guest_name = {};
};
struct room_updated {
  room value;
  occupancy live;
};
struct room_closed {
  room_id id;
};
struct message_edited {
  message value;
  bool replayed = false;
};
struct message_deleted {
  message_id id;
  room_id room;
  bool replayed = false;
};
struct message_read {
  read_mark value;
};
struct sync_changed {
  sync_state value;
};
/// A member, as the frames about it tell it.
struct member_news {
  room_id room;
  user_brief user;
  member_role role = member_role::member;
  std::optional<timestamp> muted_until = {}; ///< for the member itself and for moderators; none for others
};
struct member_joined : member_news {};
struct member_left : member_news {}; ///< as what it was
struct member_changed : member_news {};

using room_event =
  std::variant<message_posted, typing_changed, presence_changed, room_updated, room_closed, message_edited,
               message_deleted, message_read, sync_changed, member_joined, member_left, member_changed>;

std::string encode_envelope(const room_event& event);
std::string encode_flat(const room_event& event);

// -- replies on /ws ---------------------------------------------------------------------

/// `auth_error` is a failure of the check itself, not of the token; `/ws` and `/ws/chat/` close instead of saying it.
enum class auth_status : std::uint8_t { authenticated, guest, invalid_token, auth_error };

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
  moment server_time{};
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
  std::optional<sync_state> sync;
  std::int64_t last_change = 0;                     ///< the room's revision
  std::optional<std::vector<user_id>> online = {};  ///< none in a room of many
  std::optional<std::vector<read_mark>> reads = {}; ///< the same
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
/// Pushed to every live session of the receiver.
struct notification_reply {
  notification value;
};
/// Pushed to every live session of whoever asked or invited.
struct notification_answered_reply {
  notification_id id;
  room_id room;
  notification_status status = notification_status::accepted;
  user_brief user; ///< who answered
};
/// For members who are not in the room: what happened there last, and how much of it they have not read.
struct room_activity_reply {
  room_id room;
  std::optional<message> last; ///< that the member may see
  std::int64_t unread = 0;
};
struct sync_state_reply {
  sync_state value;
};
/// `if_version` was no longer the version; nothing changed.
struct sync_conflict_reply {
  sync_state now;
};
struct clock_pong_reply {
  std::string t0;       ///< the client's number as JSON text
  moment received_at{}; ///< t1
  moment sent_at{};     ///< t2
};
/// `supported_types` is written on `unknown_type` only, `retry_after_ms` where it is set.
struct error_reply {
  error_code code = error_code::internal;
  std::optional<std::int64_t> retry_after_ms;
};

using envelope_reply = std::variant<connected_reply, pong_reply, auth_ok_reply, auth_expiring_reply, room_joined_reply,
                                    room_join_error_reply, room_left_reply, room_leave_error_reply, message_ack_reply,
                                    server_draining_reply, error_reply, notification_reply, notification_answered_reply,
                                    sync_state_reply, sync_conflict_reply, clock_pong_reply, room_activity_reply>;

/// `request_id` is the client's `id` as JSON text; it is repeated where it is not empty.
std::string encode_envelope(const envelope_reply& reply, std::string_view request_id, language lang);

// -- replies on /ws/chat/ -----------------------------------------------------------------

struct connection_established_reply {
  user_brief user;
  std::string guest_name = {};
};
struct user_join_reply {
  user_brief user;
  std::string guest_name = {};
};
struct user_leave_reply {
  user_brief user;
  std::string guest_name = {};
};

using flat_reply = std::variant<connection_established_reply, user_join_reply, user_leave_reply, pong_reply,
                                server_draining_reply, error_reply>;

std::string encode_flat(const flat_reply& reply, language lang);

// -- replies on /ws/{client_id}, /ws/realtime/…, /ws/ws/simple/… and /ws/test/… -------------

struct client_connected_reply {
  std::string client; ///< the client_id
  std::optional<user_id> user;
  auth_status status = auth_status::guest;
};
struct hello_reply {
  std::string message;
  std::string client;
  std::optional<user_brief> user;
};
struct push_reply {
  std::string data; ///< as JSON text
};
struct task_connected_reply {
  std::string connection;
  user_id user = anonymous_user;
  auth_status status = auth_status::guest;
};
struct task_status_reply {
  task_status value;
};
struct simple_connected_reply {
  std::string connection;
};
struct echo_reply {
  std::string connection;
  std::string data;
  std::int64_t count = 0; ///< from 1
};
struct test_reply {
  std::string connection;
};

/// `error_reply` and `server_draining_reply` look as on /ws/chat/.
using channel_reply =
  std::variant<client_connected_reply, hello_reply, push_reply, task_connected_reply, task_status_reply,
               simple_connected_reply, echo_reply, test_reply, pong_reply, server_draining_reply, error_reply>;

/// `supported` is what an `error_reply` lists on `unknown_type`.
std::string encode_channel(const channel_reply& reply, language lang,
                           std::span<const std::string_view> supported = client_command_types());

// -- the `type`s that the server sends, each once, on … -------------------------------------

std::span<const std::string_view> envelope_event_types(); ///< /ws
std::span<const std::string_view> chat_event_types();     ///< /ws/chat/{room_id}/
std::span<const std::string_view> client_event_types();   ///< /ws/{client_id}
std::span<const std::string_view> task_event_types();     ///< /ws/realtime/{connection_id}
std::span<const std::string_view> simple_event_types();   ///< /ws/ws/simple/{connection_id}
std::span<const std::string_view> test_event_types();     ///< /ws/test/{connection_id}, where echoes have none

} // namespace parley
