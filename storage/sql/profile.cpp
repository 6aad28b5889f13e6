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
    // The status in the words of the index `notifications_pending`.
    place_(link,
           "SELECT " + room_columns + ", " + membership_columns +
             ", b.banned_at, COALESCE(k.last_read_id, 0), r.messages_deleted, "
             "COALESCE((SELECT MAX(x.id) FROM messages x WHERE x.room_id = r.id), 0), n.id, n.kind FROM rooms r "
             "LEFT JOIN members m ON m.room_id = r.id AND m.user_id = :user "
             "LEFT JOIN bans b ON b.room_id = r.id AND b.user_id = :user "
             "LEFT JOIN read_marks k ON k.room_id = r.id AND k.user_id = :user "
             "LEFT JOIN notifications n ON n.room_id = r.id AND n.candidate_id = :user AND n.status < 2 "
             "WHERE r.id = :room",
           {"user", "room"}),
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

std::optional<room_place> profile_queries::find_place(room_id room, user_id user) {
  const snapshot state(link_);
  auto row = place_.one(user, room);
  if (!row)
    return std::nullopt;
  room_place out{.access = row->access.take(),
                 .last_message = message_id{row->last_message},
                 .last_read = message_id{row->last_read_id},
                 .pending = {}};
  if (const auto id = row->pending_id.get())
    out.pending = {notification_id{*id}, static_cast<notification_kind>(row->pending_kind.value)};
  if (out.access.who)
    out.unread = unread(out.access.value, *out.access.who,
                        {.room = room,
                         .user = user,
                         .after = out.last_read,
                         .last = out.last_message,
                         .deleted_yet = row->messages_deleted});
  return out;
}

std::vector<room_brief> profile_queries::rooms(user_id user, member_role role) {
  std::vector<room_brief> out;
  rooms_.each(
    [&](joined_room_row& row) {
      auto in = row.value.take();
      const auto count = unread(in, row.who.get().value(),
                                {.room = in.id,
                                 .user = user,
                                 .after = message_id{row.last_read_id},
                                 .last = message_id{row.last_message},
                                 .deleted_yet = row.messages_deleted});
      out.push_back({in.id, std::move(in.name), row.is_active != 0, count});
    },
    user, role, limits::profile_rooms_max);
  return out;
}

integer profile_queries::unread(const room& value, const membership& who, unread_question asked) {
  const auto visible = visible_messages(value.config, who);
  if (visible.none)
    return 0;
  asked.after = std::max(visible.after, asked.after);
  return unread_.count(asked);
}

} // namespace parley::storage::sql
