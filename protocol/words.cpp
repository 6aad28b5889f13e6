#include "protocol/words.hpp"

namespace parley {

namespace {

/// Goes through the values 0, 1, 2 … until one has no name.
template <class Enum>
std::optional<Enum> find_word(std::string_view word) {
  for (int i = 0;; ++i) {
    const auto x = static_cast<Enum>(i);
    const auto known = name(x);
    if (known.empty())
      return std::nullopt;
    if (known == word)
      return x;
  }
}

} // namespace

// Each switch has no `default`, so that a new value without a name is a warning.

std::string_view name(user_role x) {
  switch (x) {
  case user_role::user:
    return "user";
  case user_role::admin:
    return "admin";
  }
  return {};
}

std::string_view name(member_role x) {
  switch (x) {
  case member_role::member:
    return "member";
  case member_role::moderator:
    return "moderator";
  case member_role::owner:
    return "owner";
  }
  return {};
}

std::string_view name(join_policy x) {
  switch (x) {
  case join_policy::approval:
    return "approval";
  case join_policy::open:
    return "open";
  case join_policy::invite:
    return "invite";
  }
  return {};
}

std::string_view name(history_policy x) {
  switch (x) {
  case history_policy::all:
    return "all";
  case history_policy::since_join:
    return "since_join";
  case history_policy::none:
    return "none";
  }
  return {};
}

std::string_view name(sync_mode x) {
  switch (x) {
  case sync_mode::owner:
    return "owner";
  case sync_mode::everyone:
    return "everyone";
  case sync_mode::off:
    return "off";
  }
  return {};
}

std::string_view name(message_type x) {
  switch (x) {
  case message_type::text:
    return "text";
  case message_type::image:
    return "image";
  case message_type::file:
    return "file";
  case message_type::system:
    return "system";
  }
  return {};
}

std::string_view name(notification_kind x) {
  switch (x) {
  case notification_kind::owner_invitation:
    return "owner_invitation";
  case notification_kind::member_invitation:
    return "member_invitation";
  case notification_kind::join_request:
    return "join_request";
  }
  return {};
}

std::string_view name(notification_status x) {
  switch (x) {
  case notification_status::unread:
    return "unread";
  case notification_status::read:
    return "read";
  case notification_status::accepted:
    return "accepted";
  case notification_status::rejected:
    return "rejected";
  }
  return {};
}

std::string_view name(video_kind x) {
  switch (x) {
  case video_kind::file:
    return "file";
  case video_kind::url:
    return "url";
  }
  return {};
}

template <>
std::optional<user_role> parse_word(std::string_view word) {
  return find_word<user_role>(word);
}

template <>
std::optional<member_role> parse_word(std::string_view word) {
  return find_word<member_role>(word);
}

template <>
std::optional<join_policy> parse_word(std::string_view word) {
  return find_word<join_policy>(word);
}

template <>
std::optional<history_policy> parse_word(std::string_view word) {
  return find_word<history_policy>(word);
}

template <>
std::optional<sync_mode> parse_word(std::string_view word) {
  return find_word<sync_mode>(word);
}

template <>
std::optional<message_type> parse_word(std::string_view word) {
  return find_word<message_type>(word);
}

template <>
std::optional<notification_kind> parse_word(std::string_view word) {
  return find_word<notification_kind>(word);
}

template <>
std::optional<notification_status> parse_word(std::string_view word) {
  return find_word<notification_status>(word);
}

template <>
std::optional<video_kind> parse_word(std::string_view word) {
  return find_word<video_kind>(word);
}

} // namespace parley
