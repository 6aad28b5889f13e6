// Bounds of what clients may send, as the wire contract has them.
#pragma once

#include <cstddef>
#include <cstdint>

namespace parley::limits {

inline constexpr std::size_t email_max = 254;             ///< bytes
inline constexpr std::size_t room_description_max = 1000; ///< characters
inline constexpr std::size_t client_msg_id_max = 128;     ///< bytes
inline constexpr std::size_t request_id_bytes = 128;      ///< bytes of a frame's own `id`, as JSON
inline constexpr std::int64_t page_size_default = 20;
inline constexpr std::int64_t page_size_max = 100;
inline constexpr std::int64_t history_default = 50;
inline constexpr std::int64_t history_max = 200;
inline constexpr double sync_position_max_s = 604'800; ///< a week, in seconds
inline constexpr double sync_rate_min = 0.25;
inline constexpr double sync_rate_max = 4;
inline constexpr std::size_t video_title_max = 200;          ///< characters
inline constexpr std::size_t file_name_max = 255;            ///< characters
inline constexpr std::size_t media_type_max = 127;           ///< bytes of what a client says a file is
inline constexpr std::size_t attachments_max = 10;           ///< of one message
inline constexpr std::int64_t unused_files_max = 100;        ///< of one user, that no message has
inline constexpr std::size_t url_max = 2048;                 ///< bytes
inline constexpr std::size_t task_status_max = 64;           ///< characters of a task's `status`
inline constexpr std::size_t pushed_bytes = 64 * 1024;       ///< of the `data` of a push or a task's status, as JSON
inline constexpr std::size_t search_max = 100;               ///< characters of a `search`
inline constexpr std::size_t avatar_bytes = 2 * 1024 * 1024; ///< of the decoded image; the configuration may change it
inline constexpr std::int64_t blocks_max = 1000;             ///< users whom one user may block
inline constexpr std::int64_t rejections_max = 2;            ///< of one user's asking, by one user, about one room …
inline constexpr std::int64_t rejections_days = 7;           ///< … within these days; then it may not ask again
inline constexpr std::size_t replay_max = 1000; ///< messages that a resume replays at most, and changes of older ones
inline constexpr std::int64_t told_members_max =
  200; ///< of a room that tells who joins it who is here and has read what
inline constexpr std::size_t snippet_characters = 120;       ///< code points of a message that `room_activity` shows
inline constexpr std::int64_t unread_max = 1000;             ///< what is unread is counted so far: as many, or more
inline constexpr std::int64_t webhooks_max = 100;            ///< that administrators may make
inline constexpr std::size_t webhook_rooms_max = 1000;       ///< that one webhook may name
inline constexpr std::int64_t webhook_pending_max = 100'000; ///< events of one webhook that wait; then it is disabled
inline constexpr std::int64_t webhook_dead_max = 1000; ///< events of one webhook that were given up; the oldest go
inline constexpr std::int64_t webhook_dead_days = 7;   ///< that one of them is kept
inline constexpr std::int64_t profile_rooms_max = 200; ///< in each list of rooms that a profile has

} // namespace parley::limits

namespace parley {

/// Bounds of texts that the configuration may change, with the defaults of the wire contract.
struct text_limits {
  std::size_t content_characters = 4000;  ///< code points of a message's content
  std::size_t username_min = 2;           ///< characters
  std::size_t username_max = 32;          ///< characters
  std::size_t password_min_bytes = 8;     ///< as `prepare_password` gives it
  std::size_t password_max_bytes = 72;    ///< the same; bcrypt reads no more
  std::size_t room_name_characters = 100; ///< code points
  std::size_t path_id_bytes = 128;        ///< of one id in a path, when decoded

  friend bool operator==(const text_limits&, const text_limits&) = default;
};

} // namespace parley
