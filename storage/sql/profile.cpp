// The profile is read in one snapshot: lists of rooms, then a count for each that has something new.
#include "storage/sql/profile.hpp"

#include "storage/sql/paging.hpp"

#include <algorithm>

namespace parley::storage::sql {
namespace {

/// The memberships whose ids the question `p` answers, as `m`, with the room of each. `CROSS JOIN` has SQLite ask `p`
/// as it goes, for it is the outer loop then; else it keeps the answer in a table first, whose memory costs as much as
/// all the rest.
std::string memberships(const std::string& p) {
  return " FROM (" + p +
         ") p CROSS JOIN members m JOIN rooms r ON r.id = m.room_id "
         "LEFT JOIN read_marks k ON k.room_id = m.room_id AND k.user_id = m.user_id ";
}
const std::string of_those = "WHERE m.id = p.id";

/// Answers `own_room_row`, in whatever order.
std::string rooms_of(const std::string& p) {
  return "SELECT " + room_columns + ", " + membership_columns +
         ", COALESCE(k.last_read_id, 0), r.messages_deleted, n.id, n.kind, " + last_message_columns + memberships(p) +
         "LEFT JOIN notifications n ON n.room_id = m.room_id AND n.candidate_id = m.user_id AND n.status < 2 "
         "LEFT JOIN messages l ON l.id = " +
         last_message_id + " LEFT JOIN users s ON s.id = l.sender_id " + of_those;
}

/// The first `:limit` memberships in which `:user` has this role, as an index has them.
std::string first_with(member_role role) {
  return "SELECT id FROM (SELECT id FROM members WHERE user_id = :user AND role = " + std::to_string(to_integer(role)) +
         " ORDER BY room_id LIMIT :limit) of_role_" + std::to_string(to_integer(role));
}

/// In the order of their ids, so many of them as a profile has.
void settle(std::vector<room_brief>& rooms) {
  std::ranges::sort(rooms, {}, &room_brief::id);
  if (std::ssize(rooms) > limits::profile_rooms_max)
    rooms.resize(static_cast<std::size_t>(limits::profile_rooms_max));
}

/// `list` answers `own_room_row`; `take` makes a room of one.
template <class Count, class List, class Take, class... Key>
page<own_room> read_rooms(Count& count, List& list, const page_request& at, Take take, const Key&... key) {
  page<own_room> out{.items = {}, .total = count.one(key...).value().value, .number = at.number, .size = at.size};
  out.items.reserve(static_cast<std::size_t>(at.size));
  list.each([&](own_room_row& row) { out.items.push_back(take(row)); }, key..., at.size, at.offset());
  // They are in order most often, and a database would sort them with all that they hold.
  const auto id = [](const own_room& x) { return x.place.access.value.id; };
  if (!std::ranges::is_sorted(out.items, {}, id))
    std::ranges::sort(out.items, {}, id);
  return out;
}

std::optional<pending_place> to_pending(const nullable<integer>& id, const nullable<integer>& kind) {
  return id.is_null()
           ? std::nullopt
           : std::optional(pending_place{notification_id{id.value}, static_cast<notification_kind>(kind.value)});
}

} // namespace

profile_queries::profile_queries(connection& link, user_queries& users, notification_queries& notifications,
                                 file_queries& files)
  : link_(link), users_(users), notifications_(notifications), files_(files),
    rooms_(link,
           "SELECT r.id, r.name, r.history, m.role, m.joined_after, r.is_active, COALESCE(k.last_read_id, 0), "
           "r.messages_deleted, COALESCE(" +
             last_message_id + ", 0)" +
             memberships(first_with(member_role::owner) + " UNION ALL " + first_with(member_role::moderator) +
                         " UNION ALL " + first_with(member_role::member)) +
             of_those,
           {"user", "limit"}),
    // The status in the words of the index `notifications_pending`.
    place_(link,
           "SELECT " + room_columns + ", " + membership_columns +
             ", b.banned_at, COALESCE(k.last_read_id, 0), r.messages_deleted, COALESCE(" + last_message_id +
             ", 0), n.id, n.kind FROM rooms r "
             "LEFT JOIN members m ON m.room_id = r.id AND m.user_id = :user "
             "LEFT JOIN bans b ON b.room_id = r.id AND b.user_id = :user "
             "LEFT JOIN read_marks k ON k.room_id = r.id AND k.user_id = :user "
             "LEFT JOIN notifications n ON n.room_id = r.id AND n.candidate_id = :user AND n.status < 2 "
             "WHERE r.id = :room",
           {"user", "room"}),
    own_(link, rooms_of("SELECT id FROM members WHERE user_id = :user ORDER BY room_id" + one_page),
         {"user", "size", "offset"}),
    count_own_(link, count_own_rooms, {"user"}),
    own_found_(link, rooms_of("SELECT m.id" + own_rooms_found + " ORDER BY r.id" + one_page),
               {"user", "pattern", "size", "offset"}),
    count_own_found_(link, "SELECT COUNT(*)" + own_rooms_found, {"user", "pattern"}), unread_(link) {}

std::optional<own_profile> profile_queries::find(user_id id) {
  const snapshot state(link_);
  auto value = users_.find(id);
  if (!value)
    return std::nullopt;
  own_profile out{
    .value = std::move(*value), .owned = {}, .joined = {}, .unread_notifications = notifications_.count_unread(id)};
  rooms_.each(
    [&](joined_room_row& row) {
      const membership who{.user = id,
                           .role = static_cast<member_role>(row.role),
                           .muted_until = {},
                           .joined_at = {},
                           .joined_after = message_id{row.joined_after}};
      const room_config config{.history = static_cast<history_policy>(row.history)};
      const room_id room{row.id};
      const auto count = unread(visible_messages(config, who), {.room = room,
                                                                .user = id,
                                                                .after = message_id{row.last_read_id},
                                                                .last = message_id{row.last_message},
                                                                .deleted_yet = row.messages_deleted});
      auto& rooms = who.role == member_role::owner ? out.owned : out.joined;
      rooms.push_back({room, std::move(row.name), row.is_active != 0, count});
    },
    id, limits::profile_rooms_max);
  settle(out.owned);
  settle(out.joined);
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
                 .pending = to_pending(row->pending_id, row->pending_kind)};
  if (out.access.who)
    out.unread =
      unread(visible_messages(out.access.value.config, *out.access.who), {.room = room,
                                                                          .user = user,
                                                                          .after = out.last_read,
                                                                          .last = out.last_message,
                                                                          .deleted_yet = row->messages_deleted});
  return out;
}

page<own_room> profile_queries::list_rooms(user_id user, std::string_view search, page_request at) {
  const snapshot state(link_);
  const auto take_row = [&](own_room_row& row) { return take(row, user); };
  return search.empty() ? read_rooms(count_own_, own_, at, take_row, user)
                        : read_rooms(count_own_found_, own_found_, at, take_row, user, like_pattern(search));
}

own_room profile_queries::take(own_room_row& row, user_id user) {
  // Who was banned is no member.
  own_room out{.place = {.access = {.value = row.value.take(), .who = row.who.get(), .banned = false},
                         .last_message = message_id{row.last.id.get().value_or(0)},
                         .last_read = message_id{row.last_read_id},
                         .pending = to_pending(row.pending_id, row.pending_kind)},
               .last_message = {}};
  auto& place = out.place;
  const auto& access = place.access;
  const auto visible = visible_messages(access.value.config, *access.who);
  place.unread = unread(visible, {.room = access.value.id,
                                  .user = user,
                                  .after = place.last_read,
                                  .last = place.last_message,
                                  .deleted_yet = row.messages_deleted});
  if (!visible.shows(place.last_message))
    return out;
  auto last = row.last.take();
  out.last_message = last.take();
  if (last.has_files())
    files_.attach({&*out.last_message, 1});
  return out;
}

integer profile_queries::unread(const visibility& visible, unread_question asked) {
  if (visible.none)
    return 0;
  asked.after = std::max(visible.after, asked.after);
  return unread_.count(asked);
}

} // namespace parley::storage::sql
