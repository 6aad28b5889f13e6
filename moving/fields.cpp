#include "moving/fields.hpp"

#include "protocol/ascii.hpp"
#include "protocol/words.hpp"

#include <algorithm>
#include <initializer_list>
#include <utility>

namespace parley::moving {
namespace {

constexpr std::array<std::string_view, all_kinds.size()> kind_names{"user", "room",    "member",
                                                                    "ban",  "message", "notification"};

const std::vector<field_names> user_fields{
  {field::id, {"id", "user_id", "_id", "uuid"}},
  {field::username, {"username", "user_name", "login", "nickname", "name"}},
  {field::full_name, {"full_name", "display_name"}},
  {field::email, {"email", "email_address", "mail"}},
  {field::password, {"password_hash", "hashed_password", "password", "passwd", "pw_hash"}},
  {field::avatar, {"avatar", "avatar_url", "avatar_path", "avatar_file", "picture", "profile_image"}},
  {field::role, {"role"}},
  {field::is_admin, {"is_admin", "is_superuser", "admin", "superuser"}},
  {field::is_enabled, {"is_active", "is_enabled", "enabled", "active"}},
  {field::is_deleted, {"deleted", "is_deleted"}},
  {field::created_at, {"created_at", "date_joined", "registered_at", "created", "create_time"}},
};
const std::vector<field_names> room_fields{
  {field::id, {"id", "room_id", "_id", "uuid"}},
  {field::title, {"name", "title", "room_name"}},
  {field::description, {"description", "topic", "about"}},
  {field::owner, {"owner_id", "creator_id", "host_id", "created_by", "owner", "user_id"}},
  {field::is_public, {"is_public", "public"}},
  {field::is_private, {"is_private", "private"}},
  {field::join_policy, {"join_policy"}},
  {field::history, {"history", "history_policy"}},
  {field::allow_guests, {"allow_guests"}},
  {field::sync_mode, {"sync_mode"}},
  {field::created_at, {"created_at", "created", "create_time"}},
};
const std::vector<field_names> member_fields{
  {field::room, {"room_id", "chatroom_id", "room"}},
  {field::user, {"user_id", "member_id", "customuser_id", "user"}},
  {field::role, {"role", "member_role"}},
  {field::joined_at, {"joined_at", "join_time", "created_at"}},
  {field::muted_until, {"muted_until"}},
  {field::joined_after, {"joined_after"}},
  {field::last_read, {"last_read_id", "last_read_message_id"}},
};
const std::vector<field_names> ban_fields{
  {field::room, {"room_id", "room"}},
  {field::user, {"user_id", "user"}},
  {field::banned_at, {"banned_at", "created_at"}},
};
const std::vector<field_names> message_fields{
  {field::id, {"id", "message_id", "_id", "uuid"}},
  {field::room, {"room_id", "chatroom_id", "room"}},
  {field::sender, {"sender_id", "author_id", "user_id", "from_user_id", "sender"}},
  {field::content, {"content", "text", "body", "message"}},
  {field::type, {"message_type", "type"}},
  {field::sent_at, {"timestamp", "sent_at", "created_at", "created", "time", "date"}},
  {field::edited_at, {"edited_at"}},
  {field::is_deleted, {"deleted", "is_deleted"}},
  {field::client_msg_id, {"client_msg_id"}},
};
const std::vector<field_names> notification_fields{
  {field::id, {"id", "notification_id", "_id", "uuid"}},
  {field::receiver, {"receiver_id", "recipient_id", "to_user_id", "user_id", "receiver"}},
  {field::content, {"content", "data", "payload", "message"}},
  {field::type, {"type", "notification_type"}},
  {field::status, {"status", "state"}},
  {field::is_read, {"is_read", "read"}},
  {field::room, {"room_id"}},
  {field::from, {"from_id", "sender_id", "from_user_id", "inviter_id"}},
  {field::token, {"token"}},
  {field::room_name, {"room_name"}},
  {field::created_at, {"created_at", "timestamp", "created"}},
  {field::answered_at, {"answered_at", "responded_at"}},
  {field::withdrawn, {"withdrawn"}},
};

constexpr std::string_view user_tables[] = {"users", "user", "accounts", "auth_user"};
constexpr std::string_view room_tables[] = {"rooms", "room", "chat_rooms", "chat_room", "chat_chatroom"};
constexpr std::string_view member_tables[] = {"room_members",      "room_member", "members",
                                              "room_participants", "room_users",  "chat_chatroom_members"};
constexpr std::string_view ban_tables[] = {"bans", "room_bans"};
constexpr std::string_view message_tables[] = {"messages", "message", "chat_messages", "chat_message"};
constexpr std::string_view notification_tables[] = {"notifications", "notification"};

/// Our own word, or one of `others`.
template <class Enum>
std::optional<Enum> read_word(std::string_view word, std::initializer_list<std::pair<std::string_view, Enum>> others) {
  auto plain = plain_word(word);
  if (const auto dot = plain.rfind('.'); dot != std::string::npos) // Python's str() of a member: `Role.ADMIN`
    plain.erase(0, dot + 1);
  if (const auto ours = parse_word<Enum>(plain))
    return ours;
  const auto* const found =
    std::ranges::find(others, std::string_view(plain), &std::pair<std::string_view, Enum>::first);
  return found != others.end() ? std::optional(found->second) : std::nullopt;
}

bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}

} // namespace

std::string_view name(kind x) {
  return kind_names[static_cast<std::size_t>(x)];
}

std::optional<kind> find_kind(std::string_view word) {
  const auto found = std::ranges::find(kind_names, word);
  if (found == kind_names.end())
    return std::nullopt;
  return all_kinds[static_cast<std::size_t>(found - kind_names.begin())];
}

std::span<const field_names> fields_of(kind x) {
  switch (x) {
  case kind::user:
    return user_fields;
  case kind::room:
    return room_fields;
  case kind::member:
    return member_fields;
  case kind::ban:
    return ban_fields;
  case kind::message:
    return message_fields;
  case kind::notification:
    return notification_fields;
  }
  return {};
}

std::span<const std::string_view> tables_of(kind x) {
  switch (x) {
  case kind::user:
    return user_tables;
  case kind::room:
    return room_tables;
  case kind::member:
    return member_tables;
  case kind::ban:
    return ban_tables;
  case kind::message:
    return message_tables;
  case kind::notification:
    return notification_tables;
  }
  return {};
}

std::string plain_word(std::string_view word) {
  std::string out;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const char c = word[i];
    if (is_upper(c) && i > 0 && !is_upper(word[i - 1]) && word[i - 1] != '_' && word[i - 1] != '-' &&
        word[i - 1] != '.')
      out += '_';
    out += c == '-' ? '_' : to_lower(c);
  }
  return out;
}

std::optional<user_role> read_user_role(std::string_view word) {
  return read_word<user_role>(word, {{"administrator", user_role::admin},
                                     {"superuser", user_role::admin},
                                     {"member", user_role::user},
                                     {"normal", user_role::user}});
}

std::optional<member_role> read_member_role(std::string_view word) {
  return read_word<member_role>(word, {{"admin", member_role::moderator},
                                       {"mod", member_role::moderator},
                                       {"host", member_role::owner},
                                       {"creator", member_role::owner},
                                       {"user", member_role::member},
                                       {"guest", member_role::member}});
}

std::optional<message_type> read_message_type(std::string_view word) {
  return read_word<message_type>(word, {{"chat", message_type::text},
                                        {"message", message_type::text},
                                        {"chat_message", message_type::text},
                                        {"picture", message_type::image},
                                        {"notice", message_type::system}});
}

std::optional<notification_kind> read_notification_kind(std::string_view word) {
  return read_word<notification_kind>(word, {{"owner_invite", notification_kind::owner_invitation},
                                             {"invitation", notification_kind::owner_invitation},
                                             {"room_invitation", notification_kind::owner_invitation},
                                             {"member_invite", notification_kind::member_invitation},
                                             {"request", notification_kind::join_request}});
}

std::optional<notification_status> read_notification_status(std::string_view word) {
  return read_word<notification_status>(word, {{"pending", notification_status::unread},
                                               {"new", notification_status::unread},
                                               {"sent", notification_status::unread},
                                               {"seen", notification_status::read},
                                               {"accept", notification_status::accepted},
                                               {"approved", notification_status::accepted},
                                               {"reject", notification_status::rejected},
                                               {"declined", notification_status::rejected},
                                               {"refused", notification_status::rejected}});
}

} // namespace parley::moving
