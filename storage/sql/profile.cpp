// The profile is read in one snapshot: lists of rooms, then a count for each that has something new.
#include "storage/sql/profile.hpp"

#include "protocol/policy.hpp"

#include <algorithm>
#include <iterator>

namespace parley::storage::sql {

profile_queries::profile_queries(connection& link, user_queries& users, notification_queries& notifications)
  : link_(link), users_(users), notifications_(notifications),
    rooms_(link,
           "SELECT " + room_columns + ", " + membership_columns +
             ", r.is_active, COALESCE(k.last_read_id, 0), r.messages_deleted, "
             "COALESCE((SELECT MAX(x.id) FROM messages x WHERE x.room_id = r.id), 0) "
             "FROM members m JOIN rooms r ON r.id = m.room_id "
             "LEFT JOIN read_marks k ON k.room_id = m.room_id AND k.user_id = m.user_id "
             "WHERE m.user_id = :user AND m.role = :role ORDER BY m.room_id LIMIT :limit",
           {"user", "role", "limit"}),
    unread_(link) {}

std::optional<own_profile> profile_queries::find(user_id id) {
  const snapshot state(link_);
  auto value = users_.find(id);
  if (!value)
    return std::nullopt;
  own_profile out{.value = std::move(*value),
                  .owned = rooms(id, member_role::owner),
                  .joined = {},
                  .unread_notifications = notifications_.count_unread(id)};
  // Rooms by role are what an index has in their order; by ownership they are not.
  const auto moderated = rooms(id, member_role::moderator);
  const auto plain = rooms(id, member_role::member);
  std::ranges::merge(moderated, plain, std::back_inserter(out.joined), {}, &room_brief::id, &room_brief::id);
  if (std::ssize(out.joined) > limits::profile_rooms_max)
    out.joined.resize(static_cast<std::size_t>(limits::profile_rooms_max));
  return out;
}

std::vector<room_brief> profile_queries::rooms(user_id user, member_role role) {
  std::vector<room_brief> out;
  rooms_.each(
    [&](joined_room_row& row) {
      auto in = row.value.take();
      const auto count = unread(in, row);
      out.push_back({in.id, std::move(in.name), row.is_active != 0, count});
    },
    user, role, limits::profile_rooms_max);
  return out;
}

integer profile_queries::unread(const room& value, const joined_room_row& row) {
  const auto who = row.who.get().value();
  const auto visible = visible_messages(value.config, who);
  if (visible.none)
    return 0;
  return unread_.count({.room = value.id,
                        .user = who.user,
                        .after = std::max(visible.after, message_id{row.last_read_id}),
                        .last = message_id{row.last_message},
                        .deleted_yet = row.messages_deleted});
}

} // namespace parley::storage::sql
