// What Parley talks about: users, rooms, members, messages. Plain values without behaviour.
#pragma once

#include "protocol/ids.hpp"
#include "protocol/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace parley {

enum class user_role : std::uint8_t { user, admin };

struct user {
  user_id id;
  std::string username;
  std::string email;
  std::optional<std::string> avatar_url;
  user_role role = user_role::user;
  timestamp created_at{};

  friend bool operator==(const user&, const user&) = default;
};

/// How a user is named in rooms and events.
struct user_brief {
  user_id id;
  std::string username;
  std::optional<std::string> avatar_url;

  friend bool operator==(const user_brief&, const user_brief&) = default;
};

enum class join_policy : std::uint8_t { approval, open, invite };
enum class history_policy : std::uint8_t { all, since_join, none };
enum class sync_mode : std::uint8_t { owner, everyone, off };

struct room_config {
  bool is_public = false;
  join_policy join = join_policy::approval;
  history_policy history = history_policy::all;
  bool allow_guests = false;
  sync_mode sync = sync_mode::owner;

  friend bool operator==(const room_config&, const room_config&) = default;
};

struct room {
  room_id id;
  std::string name;
  std::string description;
  user_id owner;
  room_config config;
  timestamp created_at{};

  friend bool operator==(const room&, const room&) = default;
};

/// How full a room is now, over all sessions joined to it.
struct occupancy {
  std::int64_t active_users = 0; ///< distinct users; the room is active while this is positive

  bool is_active() const { return active_users > 0; }
  friend bool operator==(const occupancy&, const occupancy&) = default;
};

struct room_brief {
  room_id id;
  std::string name;
  bool is_active = false;
  std::int64_t unread = 0; ///< messages past the user's read mark, not its own

  friend bool operator==(const room_brief&, const room_brief&) = default;
};

enum class member_role : std::uint8_t { member, moderator, owner };

/// One user's place in one room.
struct membership {
  user_id user;
  member_role role = member_role::member;
  std::optional<timestamp> muted_until;
  timestamp joined_at{};
  message_id joined_after; ///< the room's last message when the user became a member; 0 = none

  bool moderates() const { return role != member_role::member; }
  friend bool operator==(const membership&, const membership&) = default;
};

/// A member as the details of a room show it.
struct member_view {
  user_brief user;
  member_role role = member_role::member;
  timestamp joined_at{};
  bool online = false; ///< has a live session that is joined to this room or signed in elsewhere
};

enum class message_type : std::uint8_t { text, image, file, system };

struct message {
  message_id id;
  room_id room;
  user_id sender;
  std::string sender_username;
  std::string content;
  message_type type = message_type::text;
  timestamp sent_at{};
  std::optional<timestamp> edited_at;
  bool deleted = false;
  std::optional<std::string> client_msg_id;

  friend bool operator==(const message&, const message&) = default;
};

/// One numbered page of a list.
template <class T>
struct page {
  std::vector<T> items;
  std::int64_t total = 0;
  std::int64_t number = 1;
  std::int64_t size = 20;
};

struct page_request {
  std::int64_t number = 1;
  std::int64_t size = 20;

  std::int64_t offset() const { return (number - 1) * size; }
};

/// One stretch of a room's history, oldest first.
struct history_page {
  std::vector<message> items;
  bool has_more = false;
};

/// At most one of the two cursors is set; with neither, the newest `limit` messages are asked for.
struct history_request {
  std::int64_t limit = 50;
  std::optional<message_id> before;
  std::optional<message_id> after;
};

} // namespace parley
