#include "net/http/api/channel.hpp"

namespace parley::net::api {

namespace {

channel rooms_channel() {
  return {
    .route = "rooms_socket",
    .title = "Rooms by envelope",
    .what =
      "Every frame is `{\"type\",\"payload\"}`; an `id` of the client's (string or number) comes back on the direct "
      "answer. As a guest only `auth` and `ping` are served, and `auth` must come within 10 s.",
    .has_envelope = true,
    .from_client =
      {
        {"ping", "Ping", "Is anybody there?"},
        {"auth", "Auth", "Signs in, or extends the socket with a new token."},
        {"join_room", "JoinRoom", "From now on this socket hears the room."},
        {"leave_room", "OneRoom", "No longer."},
        {"send_message", "SendMessage", "Says something in a room."},
        {"typing", "Typing", "The others of the room hear it, and a stop by itself after 6 s."},
        {"sync_load", "SyncLoad", "Puts a video up, paused at 0, or none."},
        {"sync_play", "SyncPosition", "Plays from there."},
        {"sync_pause", "SyncPosition", "Pauses there."},
        {"sync_seek", "SyncPosition", "Goes there."},
        {"sync_rate", "SyncRate", "Plays so much faster or slower."},
        {"sync_buffering", "SyncBuffering", "The room's clock stands still while anyone buffers, 15 s at most."},
        {"sync_request", "OneRoom", "What does the room watch?"},
        {"clock_ping", "ClockPing", "What time is it on the server?"},
      },
    .from_server =
      {
        {"connected", "Connected", "The first frame."},
        {"pong", "Pong", "The answer to `ping`.", true},
        {"auth_ok", "AuthOk", "The token was taken.", true},
        {"auth_expiring", "AuthExpiring", "The token is good for another minute."},
        {"room_joined", "RoomJoined", "The answer to `join_room`.", true},
        {"room_join_error", "RoomJoinError", "It was refused.", true},
        {"room_left", "RoomLeft", "The answer to `leave_room`, or news of a removal.", true},
        {"room_leave_error", "RoomLeaveError", "It was refused.", true},
        {"message_ack", "MessageAck", "The message is stored.", true},
        {"room_message", "RoomMessage", "Somebody said something."},
        {"message_edited", "MessageEdited", "A message is another one now."},
        {"message_deleted", "MessageGone", "A message was taken back."},
        {"message_read", "MessageRead", "A member has read up to there."},
        {"typing", "TypingHeard", "Another member types, or stopped, or said what it typed."},
        {"presence", "Presence",
         "A user's first session joined the room, or the last one left, or was lost some seconds ago."},
        {"member_joined", "MemberNews", "Somebody became a member."},
        {"member_left", "MemberNews", "A member left, or was removed; as what it was."},
        {"member_changed", "MemberNews", "A member, or all guests as user 1, has another role or mute."},
        {"room_activity", "RoomActivity",
         "What happened last in a room of this user's that this socket has not joined: the latest, once a second at "
         "most, "
         "once in ten in a room of over 1000 members; also when the user has read more elsewhere."},
        {"room_updated", "RoomUpdated", "The room has another name, description or setting."},
        {"room_closed", "RoomClosed", "The room was dissolved."},
        {"notification", "Notification", "An invitation or a request for this user, or news of one."},
        {"notification_answered", "NotificationAnswered", "What this user asked was answered."},
        {"sync_state", "SyncState", "What the room watches; also the answer to `sync_request`.", true},
        {"sync_conflict", "SyncConflict", "`if_version` was no longer the version; nothing changed.", true},
        {"clock_pong", "ClockPong", "The answer to `clock_ping`.", true},
        {"server_draining", "Draining", "The server goes away; come back after so long."},
        {"error", "Error", "A frame could not be served.", true},
      },
  };
}

channel chat_channel() {
  return {
    .route = "chat_socket",
    .title = "One room, flat",
    .what = "The members stand beside `type`. A room is one and the same here and on `/ws`. Where it allows guests, "
            "one without "
            "a token is user 1, and with `?name=` called so beside it; a name that a user has (`username_taken`) or "
            "could not "
            "have (`validation_failed`) is refused, and closes 4403.",
    .from_client =
      {
        {"chat_message", "ChatSend", "Says something."},
        {"typing", "ChatTyping", "The others of the room hear it, and a stop by itself after 6 s."},
        {"user_join", "ChatJoin", "Hears the room again."},
        {"user_leave", "ChatLeave", "Is deaf to the room until `user_join`; the socket stays."},
        {"ping", "FlatPing", "Is anybody there?"},
      },
    .from_server =
      {
        {"connection_established", "ConnectionEstablished", "The first frame."},
        {"user_join", "UserJoined", "The first session of a user, or of a guest with a name, joined the room."},
        {"user_leave", "UserLeft", "The last one left, or was lost some seconds ago."},
        {"chat_message", "ChatMessage", "Somebody said something."},
        {"typing", "ChatTypingHeard", "Another member types, or stopped, or said what it typed."},
        {"message_edited", "ChatMessageEdited", "A message is another one now."},
        {"message_deleted", "ChatMessageDeleted", "A message was taken back."},
        {"message_read", "ChatMessageRead", "A member has read up to there."},
        {"sync_state", "ChatSyncState", "What the room watches."},
        {"member_joined", "ChatMemberJoined", "Somebody became a member."},
        {"member_left", "ChatMemberLeft", "A member left, or was removed; as what it was."},
        {"member_changed", "ChatMemberChanged", "A member, or all guests as user 1, has another role or mute."},
        {"room_updated", "ChatRoomUpdated", "The room has another name, description or setting."},
        {"room_closed", "ChatRoomClosed", "The room was dissolved."},
        {"pong", "FlatPong", "The answer to `ping`."},
        {"server_draining", "FlatDraining", "The server goes away; come back after so long."},
        {"error", "FlatError", "A frame could not be served, or the socket is about to be closed."},
      },
  };
}

channel clients_channel() {
  return {
    .route = "client_socket",
    .title = "Known or anonymous clients",
    .what = "An invalid token is served as anonymous. The same `client_id` again closes the older socket with 4409.",
    .from_client = {{"hello", "Hello", "Says hello."}, {"ping", "ClientPing", "Is anybody there?"}},
    .from_server =
      {
        {"connected", "ClientConnected", "The first frame."},
        {"hello", "HelloAnswered", "The answer to `hello`."},
        {"pong", "ClientPong", "The answer to `ping`."},
        {"push", "Push", "What was posted to this client or its user."},
        {"server_draining", "FlatDraining", "The server goes away; come back after so long."},
        {"error", "FlatError", "A frame could not be served."},
      },
  };
}

channel tasks_channel() {
  return {
    .route = "task_socket",
    .title = "The status of a task",
    .what = "The last known status at once, and then each new one. The id may hold `/`.",
    .from_client = {{"ping", "ClientPing", "Is anybody there?"}},
    .from_server =
      {
        {"connected", "TaskConnected", "The first frame."},
        {"task_status", "TaskStatus", "How the task does."},
        {"pong", "ClientPong", "The answer to `ping`."},
        {"server_draining", "FlatDraining", "The server goes away; come back after so long."},
        {"error", "FlatError", "A frame could not be served."},
      },
  };
}

channel echo_channel() {
  return {
    .route = "simple_socket",
    .title = "Echo with a count",
    .what = "Each text comes back.",
    .from_client = {{"any", "AnyFrame", "Any text."}},
    .from_server =
      {
        {"connected", "SimpleConnected", "The first frame."},
        {"echo", "Echo", "The text again."},
        {"server_draining", "FlatDraining", "The server goes away; come back after so long."},
        {"error", "FlatError", "The socket is about to be closed."},
      },
  };
}

channel test_channel() {
  return {
    .route = "test_socket",
    .title = "Echo",
    .what = "Each frame comes back as it is.",
    .from_client = {{"any", "AnyFrame", "Any text or bytes."}},
    .from_server =
      {
        {"test", "TestConnected", "The first frame."},
        {"any", "AnyFrame", "The frame again."},
        {"server_draining", "FlatDraining", "The server goes away; come back after so long."},
        {"error", "FlatError", "The socket is about to be closed."},
      },
  };
}

} // namespace

const std::vector<channel>& channels() {
  static const std::vector<channel> table{rooms_channel(), chat_channel(), clients_channel(),
                                          tasks_channel(), echo_channel(), test_channel()};
  return table;
}

} // namespace parley::net::api
