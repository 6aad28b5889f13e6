// The `type` of everything that the server sends. Inside `protocol/` only: the encoders and the lists for clients read
// it.
#pragma once

#include "protocol/events.hpp"

#include <array>
#include <cstddef>
#include <string_view>

namespace parley {

/// The `type` of an event or a reply, in each shape that it is sent in.
template <class Event>
inline constexpr std::string_view type_of{};

template <>
inline constexpr std::string_view type_of<message_posted> = "room_message";
template <>
inline constexpr std::string_view type_of<typing_changed> = "typing";
template <>
inline constexpr std::string_view type_of<presence_changed> = "presence";
template <>
inline constexpr std::string_view type_of<room_updated> = "room_updated";
template <>
inline constexpr std::string_view type_of<room_closed> = "room_closed";
template <>
inline constexpr std::string_view type_of<message_edited> = "message_edited";
template <>
inline constexpr std::string_view type_of<message_deleted> = "message_deleted";
template <>
inline constexpr std::string_view type_of<message_read> = "message_read";
template <>
inline constexpr std::string_view type_of<sync_changed> = "sync_state";
template <>
inline constexpr std::string_view type_of<member_joined> = "member_joined";
template <>
inline constexpr std::string_view type_of<member_left> = "member_left";
template <>
inline constexpr std::string_view type_of<member_changed> = "member_changed";

template <>
inline constexpr std::string_view type_of<connected_reply> = "connected";
template <>
inline constexpr std::string_view type_of<pong_reply> = "pong";
template <>
inline constexpr std::string_view type_of<auth_ok_reply> = "auth_ok";
template <>
inline constexpr std::string_view type_of<auth_expiring_reply> = "auth_expiring";
template <>
inline constexpr std::string_view type_of<room_joined_reply> = "room_joined";
template <>
inline constexpr std::string_view type_of<room_join_error_reply> = "room_join_error";
template <>
inline constexpr std::string_view type_of<room_left_reply> = "room_left";
template <>
inline constexpr std::string_view type_of<room_leave_error_reply> = "room_leave_error";
template <>
inline constexpr std::string_view type_of<message_ack_reply> = "message_ack";
template <>
inline constexpr std::string_view type_of<server_draining_reply> = "server_draining";
template <>
inline constexpr std::string_view type_of<error_reply> = "error";
template <>
inline constexpr std::string_view type_of<notification_reply> = "notification";
template <>
inline constexpr std::string_view type_of<notification_answered_reply> = "notification_answered";
template <>
inline constexpr std::string_view type_of<sync_state_reply> = "sync_state";
template <>
inline constexpr std::string_view type_of<sync_conflict_reply> = "sync_conflict";
template <>
inline constexpr std::string_view type_of<clock_pong_reply> = "clock_pong";
template <>
inline constexpr std::string_view type_of<room_activity_reply> = "room_activity";

template <>
inline constexpr std::string_view type_of<connection_established_reply> = "connection_established";
template <>
inline constexpr std::string_view type_of<user_join_reply> = "user_join";
template <>
inline constexpr std::string_view type_of<user_leave_reply> = "user_leave";

template <>
inline constexpr std::string_view type_of<client_connected_reply> = "connected";
template <>
inline constexpr std::string_view type_of<hello_reply> = "hello";
template <>
inline constexpr std::string_view type_of<push_reply> = "push";
template <>
inline constexpr std::string_view type_of<task_connected_reply> = "connected";
template <>
inline constexpr std::string_view type_of<task_status_reply> = "task_status";
template <>
inline constexpr std::string_view type_of<simple_connected_reply> = "connected";
template <>
inline constexpr std::string_view type_of<echo_reply> = "echo";
template <>
inline constexpr std::string_view type_of<test_reply> = "test";

/// The `type`s that an event or a reply has when it is flat.
template <class Event>
inline constexpr std::array<std::string_view, 1> flat_types_of{type_of<Event>};

template <>
inline constexpr std::array<std::string_view, 1> flat_types_of<message_posted>{"chat_message"};
/// The types of the frames about who came and who went.
template <>
inline constexpr std::array<std::string_view, 2> flat_types_of<presence_changed>{type_of<user_join_reply>,
                                                                                 type_of<user_leave_reply>};

} // namespace parley
