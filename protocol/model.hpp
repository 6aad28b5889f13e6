// What Parley talks about: users, rooms, members, messages, notifications, tasks, videos. Plain values.
#pragma once

#include "protocol/ids.hpp"
#include "protocol/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
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

/// The name of `anonymous_user`.
inline constexpr std::string_view anonymous_name = "anonymous";

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
  std::int64_t members = 0; ///< how many there are

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
  std::int64_t unread = 0; ///< messages of others past the user's read mark; `limits::unread_max` means as many or more

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

/// What somebody may do in a room, in the order in which it is told. Each stands for a route or a frame.
enum class room_action : std::uint8_t {
  join,            ///< become a member at once
  ask,             ///< ask the owner to become one
  withdraw,        ///< take that back
  read_history,    ///< see messages of before
  send,            ///< post
  invite,          ///< invite others
  leave,           ///< be a member no more
  edit,            ///< change name and description
  configure,       ///< change the settings
  set_role,        ///< make moderators
  mute,            ///< mute plain members
  remove,          ///< remove them
  ban,             ///< keep users out, and let them in again
  delete_any,      ///< delete messages of others
  transfer,        ///< give the room away
  dissolve,        ///< end it
  add_video,       ///< put a video up
  steer,           ///< command the player
  answer_requests, ///< let in who asked
};

/// A member as the details of a room show it.
struct member_view {
  user_brief user;
  member_role role = member_role::member;
  timestamp joined_at{};
  bool online = false; ///< has a live session that is joined to this room or signed in elsewhere
};

enum class message_type : std::uint8_t { text, image, file, system };

/// A file of a room, for messages to have.
struct attachment {
  file_id id;
  room_id room;
  std::string name;
  std::string content_type;               ///< of a picture by its content, else as its sender said
  std::int64_t size = 0;                  ///< bytes
  std::optional<std::int64_t> width = {}; ///< of a picture, in pixels
  std::optional<std::int64_t> height = {};
  std::string url = {};           ///< empty as stored, signed anew whenever it is shown
  std::string thumbnail_url = {}; ///< the same, of a picture
  user_id uploaded_by;
  timestamp created_at{};

  bool is_picture() const { return width.has_value(); }
  friend bool operator==(const attachment&, const attachment&) = default;
};

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
  std::int64_t change = 0; ///< the room's revision when it was edited last or deleted; 0 for never
  std::vector<attachment> attachments = {};

  friend bool operator==(const message&, const message&) = default;
};

/// How far a user has read a room; it only ever goes up.
struct read_mark {
  room_id room;
  user_id user;
  message_id last_read;

  friend bool operator==(const read_mark&, const read_mark&) = default;
};

enum class notification_kind : std::uint8_t { owner_invitation, member_invitation, join_request };
enum class notification_status : std::uint8_t { unread, read, accepted, rejected };

/// One invitation or request, as its receiver sees it.
struct notification {
  notification_id id;
  user_id receiver;
  notification_kind kind = notification_kind::join_request;
  notification_status status = notification_status::unread;
  room_id room; ///< may be gone since
  std::string room_name;
  user_brief from;   ///< who asks or invites
  std::string token; ///< random; proves that the answer comes from whoever was shown it
  timestamp created_at{};
  bool withdrawn = false; ///< by who asked: its status says nothing

  bool answered() const { return status == notification_status::accepted || status == notification_status::rejected; }
  /// The user who becomes a member where it is accepted.
  user_id candidate() const { return kind == notification_kind::join_request ? from.id : receiver; }
  friend bool operator==(const notification&, const notification&) = default;
};

enum class video_kind : std::uint8_t { file, url };

struct video {
  video_id id;
  room_id room;
  std::string title;
  video_kind kind = video_kind::file;
  std::string url;                         ///< of a file: empty as stored, signed anew whenever it is shown
  std::optional<std::int64_t> size;        ///< bytes; of a file
  std::optional<std::string> content_type; ///< of a file
  user_id uploaded_by;
  timestamp created_at{};

  friend bool operator==(const video&, const video&) = default;
};

/// What a room watches: the position as it was at `at`.
struct sync_state {
  room_id room;
  std::int64_t version = 0; ///< raised by each accepted change; 0 before the first
  std::optional<video> watched;
  bool playing = false;
  double position_s = 0;            ///< seconds, not negative
  double rate = 1;                  ///< 0.25 to 4
  moment at{};                      ///< of the server's even clock
  user_id by;                       ///< whose change was the last; none before the first
  std::vector<user_id> waiting_for; ///< who buffers; the clock stands still meanwhile

  friend bool operator==(const sync_state&, const sync_state&) = default;
};

/// The last that was said of a task.
struct task_status {
  std::string connection; ///< the `connection_id` of its channel, which may hold `/`
  std::string status;
  std::optional<double> progress; ///< 0 to 100
  std::string message;
  std::string data; ///< as JSON text; `null` where there is none
  timestamp at{};

  friend bool operator==(const task_status&, const task_status&) = default;
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
