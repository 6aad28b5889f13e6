// Users who are no more.
#include "storage/sql/accounts.hpp"

#include <algorithm>

namespace parley::storage::sql {
namespace {

change<integer> deletion(connection& link, const std::string& of) {
  return {link, "DELETE FROM " + of, {"user"}};
}

} // namespace

account_changes::account_changes(connection& link, user_queries& users)
  : link_(link), users_(users),
    successor_(link,
               "SELECT user_id FROM members WHERE room_id = :room AND role <> :owner ORDER BY role DESC, id LIMIT 1",
               {"room", "owner"}),
    sent_(link,
          "SELECT id, room_id FROM messages WHERE id > :after AND id <= :until AND sender_id = :sender AND deleted = 0 "
          "ORDER BY id",
          {"after", "until", "sender"}),
    last_(link, "SELECT COALESCE(MAX(id), 0) FROM messages", {}),
    membership_(link, "SELECT room_id FROM members WHERE user_id = :user LIMIT 1", {"user"}),
    uploads_(link, "SELECT id FROM uploads WHERE user_id = :user AND video_id IS NULL AND file_id IS NULL", {"user"}),
    unused_files_(link, "SELECT file FROM files WHERE message_id IS NULL AND uploaded_by = :user", {"user"}),
    deletions_{deletion(link, "blocks WHERE user_id = :user OR blocked_id = :user"),
               deletion(link, "read_marks WHERE user_id = :user"),
               deletion(link, "notifications WHERE receiver_id = :user OR from_id = :user OR candidate_id = :user"),
               deletion(link, "bans WHERE user_id = :user"),
               deletion(link, "tasks WHERE owner_id = :user"),
               deletion(link, "uploads WHERE user_id = :user"),
               deletion(link, "files WHERE message_id IS NULL AND uploaded_by = :user")},
    rename_(link,
            "UPDATE users SET username = :name, username_key = :name, email = :email, email_key = :email, "
            "password_hash = '', avatar_url = NULL, role = 0, deleted = 1 WHERE id = :id",
            {"name", "email", "id"}) {}

std::optional<user_id> account_changes::find_successor(room_id room) {
  const auto row = successor_.one(room, member_role::owner);
  return row ? std::optional(user_id{row->value}) : std::nullopt;
}

sent_messages account_changes::find_sent(user_id sender, message_id after, std::int64_t span) {
  const auto last = last_.one().value().value;
  const auto until = std::min(last, after.value + span);
  sent_messages out{.items = {}, .looked_to = message_id{std::max(after.value, until)}, .is_all = until == last};
  sent_.each([&](sent_row& row) { out.items.emplace_back(parley::room_id{row.room_id}, message_id{row.id}); }, after,
             until, sender);
  return out;
}

result<retired_user> account_changes::retire(user_id id) {
  link_.owe_erasure();
  link_.take_turn(turn::user_names);
  const auto known = users_.find(id);
  if (!known)
    return tl::unexpected(error_code::user_not_found);
  if (membership_.one(id))
    return tl::unexpected(error_code::already_member);
  auto name = std::string(retired_prefix) + std::to_string(id.value);
  while (users_.find_by_username_key(name)) // who was called so before that was refused
    name += '.';
  lost_files lost;
  uploads_.each([&](scalar<std::string>& row) { lost.videos.push_back(std::move(row.value)); }, id);
  unused_files_.each([&](scalar<std::string>& row) { lost.files.push_back(std::move(row.value)); }, id);
  for (auto& one : deletions_)
    one.run(id);
  rename_.run(name, name + "@parley.invalid", id);
  return retired_user{
    .value = {id, std::move(name), std::nullopt}, .avatar_url = known->avatar_url, .lost = std::move(lost)};
}

} // namespace parley::storage::sql
