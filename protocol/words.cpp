#include "protocol/words.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <type_traits>

namespace parley {

namespace {

/// The words of an enumeration, in the order of its values, which count from 0.
template <class Enum>
constexpr auto words() {
  if constexpr (std::is_same_v<Enum, user_role>)
    return std::to_array<std::string_view>({"user", "admin"});
  else if constexpr (std::is_same_v<Enum, member_role>)
    return std::to_array<std::string_view>({"member", "moderator", "owner"});
  else if constexpr (std::is_same_v<Enum, join_policy>)
    return std::to_array<std::string_view>({"approval", "open", "invite"});
  else if constexpr (std::is_same_v<Enum, history_policy>)
    return std::to_array<std::string_view>({"all", "since_join", "none"});
  else if constexpr (std::is_same_v<Enum, sync_mode>)
    return std::to_array<std::string_view>({"owner", "everyone", "off"});
  else if constexpr (std::is_same_v<Enum, message_type>)
    return std::to_array<std::string_view>({"text", "image", "file", "system"});
  else if constexpr (std::is_same_v<Enum, notification_kind>)
    return std::to_array<std::string_view>({"owner_invitation", "member_invitation", "join_request"});
  else if constexpr (std::is_same_v<Enum, notification_status>)
    return std::to_array<std::string_view>({"unread", "read", "accepted", "rejected"});
  else if constexpr (std::is_same_v<Enum, video_kind>)
    return std::to_array<std::string_view>({"file", "url"});
  else if constexpr (std::is_same_v<Enum, room_action>)
    return std::to_array<std::string_view>({"join", "ask", "withdraw", "read_history", "send", "invite", "leave",
                                            "edit", "configure", "set_role", "mute", "remove", "ban", "delete_any",
                                            "transfer", "dissolve", "add_video", "steer", "answer_requests"});
  else if constexpr (std::is_same_v<Enum, webhook_kind>)
    return std::to_array<std::string_view>({"message.posted", "message.edited", "message.deleted", "member.joined",
                                            "member.left", "room.active", "room.vacated", "notification.created",
                                            "task.updated", "webhook.test"});
  else if constexpr (std::is_same_v<Enum, delivery_state>)
    return std::to_array<std::string_view>({"pending", "dead"});
}

/// Whether the enumeration has this value: compilers write `Value = parley::user_role::admin` here, or else a cast,
/// `Value = (parley::user_role)2`.
template <auto Value>
constexpr bool is_enumerator() {
  constexpr std::string_view written = __PRETTY_FUNCTION__;
  constexpr std::string_view before = "Value = ";
  return written[written.find(before) + before.size()] != '(';
}

template <class Enum>
struct word_table {
  static constexpr auto all = words<Enum>();
  static_assert(is_enumerator<static_cast<Enum>(all.size() - 1)>() && !is_enumerator<static_cast<Enum>(all.size())>(),
                "each value needs a word, and each word a value");

  /// Empty for what is no value.
  static std::string_view word(Enum x) {
    const auto at = static_cast<std::size_t>(x);
    return at < all.size() ? all[at] : std::string_view();
  }
};

} // namespace

std::string_view name(user_role x) {
  return word_table<user_role>::word(x);
}

std::string_view name(member_role x) {
  return word_table<member_role>::word(x);
}

std::string_view name(join_policy x) {
  return word_table<join_policy>::word(x);
}

std::string_view name(history_policy x) {
  return word_table<history_policy>::word(x);
}

std::string_view name(sync_mode x) {
  return word_table<sync_mode>::word(x);
}

std::string_view name(message_type x) {
  return word_table<message_type>::word(x);
}

std::string_view name(notification_kind x) {
  return word_table<notification_kind>::word(x);
}

std::string_view name(notification_status x) {
  return word_table<notification_status>::word(x);
}

std::string_view name(video_kind x) {
  return word_table<video_kind>::word(x);
}

std::string_view name(room_action x) {
  return word_table<room_action>::word(x);
}

std::string_view name(webhook_kind x) {
  return word_table<webhook_kind>::word(x);
}

std::string_view name(delivery_state x) {
  return word_table<delivery_state>::word(x);
}

template <class Enum>
std::optional<Enum> parse_word(std::string_view word) {
  const auto& all = word_table<Enum>::all;
  const auto at = std::ranges::find(all, word);
  return at == all.end() ? std::nullopt : std::optional(static_cast<Enum>(at - all.begin()));
}

template std::optional<user_role> parse_word(std::string_view word);
template std::optional<member_role> parse_word(std::string_view word);
template std::optional<join_policy> parse_word(std::string_view word);
template std::optional<history_policy> parse_word(std::string_view word);
template std::optional<sync_mode> parse_word(std::string_view word);
template std::optional<message_type> parse_word(std::string_view word);
template std::optional<notification_kind> parse_word(std::string_view word);
template std::optional<notification_status> parse_word(std::string_view word);
template std::optional<video_kind> parse_word(std::string_view word);
template std::optional<webhook_kind> parse_word(std::string_view word);
template std::optional<delivery_state> parse_word(std::string_view word);

} // namespace parley
