// The profile is read in one snapshot: a list of rooms, then a count for each.
#include "storage/sql/profile.hpp"

#include "protocol/policy.hpp"

namespace parley::storage::sql {

profile_queries::profile_queries(connection& link, user_queries& users, notification_queries& notifications)
  : link_(link), users_(users), notifications_(notifications),
    rooms_(link,
           "SELECT " + room_columns + ", " + membership_columns +
             ", r.is_active, COALESCE(k.last_read_id, 0) FROM members m JOIN rooms r ON r.id = m.room_id "
             "LEFT JOIN read_marks k ON k.room_id = m.room_id AND k.user_id = m.user_id "
             "WHERE m.user_id = :user ORDER BY r.id",
           {"user"}),
    unread_(link,
            "SELECT COUNT(*) FROM messages WHERE room_id = :room AND id > :after AND sender_id <> :user "
            "AND deleted = 0",
            {"room", "after", "user"}) {}

std::optional<own_profile> profile_queries::find(user_id id) {
  const snapshot state(link_);
  auto value = users_.find(id);
  if (!value)
    return std::nullopt;
  own_profile out{
    .value = std::move(*value), .owned = {}, .joined = {}, .unread_notifications = notifications_.count_unread(id)};
  rooms_.each(
    [&](joined_room_row& row) {
      const auto who = row.who.get().value();
      auto in = row.value.take();
      const auto count = unread(in, who, message_id{row.last_read_id});
      auto& list = in.owner == id ? out.owned : out.joined;
      list.push_back({in.id, std::move(in.name), row.is_active != 0, count});
    },
    id);
  return out;
}

integer profile_queries::unread(const room& value, const membership& who, message_id last_read) {
  const auto visible = visible_messages(value.config, who);
  if (visible.none)
    return 0;
  return unread_.one(value.id, std::max(visible.after, last_read), who.user).value().value;
}

} // namespace parley::storage::sql
