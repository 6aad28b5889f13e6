// Strong integer ids of the database's rows and of this process's connections.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace parley {

/// A positive integer that names one row of one table. `value == 0` names nothing.
template <class Tag>
struct id {
  std::int64_t value = 0;

  constexpr id() = default;
  constexpr explicit id(std::int64_t v) : value(v) {}

  constexpr explicit operator bool() const { return value != 0; }
  friend constexpr auto operator<=>(const id&, const id&) = default;
};

using user_id = id<struct user_tag>;
using room_id = id<struct room_tag>;
using message_id = id<struct message_tag>;
using notification_id = id<struct notification_tag>;
using video_id = id<struct video_tag>;
using session_id = id<struct session_tag>;
using file_id = id<struct file_tag>;
using webhook_id = id<struct webhook_tag>;
using delivery_id = id<struct delivery_tag>;

/// Names one WebSocket connection of this process; never used twice in its life.
using connection_id = id<struct connection_tag>;

/// The reserved user `anonymous`, made by the first migration; it cannot log in.
inline constexpr user_id anonymous_user{1};

} // namespace parley

template <class Tag>
struct std::hash<parley::id<Tag>> {
  std::size_t operator()(parley::id<Tag> x) const noexcept { return std::hash<std::int64_t>{}(x.value); }
};
