// Rooms by id, by member and by name.
#include "storage/sql/rooms.hpp"

#include "protocol/text.hpp"
#include "storage/sql/members.hpp"
#include "storage/sql/notifications.hpp"
#include "storage/sql/paging.hpp"

namespace parley::storage::sql {
namespace {

const std::string one_page_by_id = " ORDER BY r.id" + one_page;
const std::string listed = " FROM rooms r WHERE r.is_public = 1 AND r.name_key LIKE :pattern ESCAPE '!'";

} // namespace

room room_row::take() {
  return {.id = room_id{id},
          .name = std::move(name),
          .description = std::move(description),
          .owner = user_id{owner_id},
          .config = {.is_public = is_public != 0,
                     .join = static_cast<parley::join_policy>(join_policy),
                     .history = static_cast<history_policy>(history),
                     .allow_guests = allow_guests != 0,
                     .sync = static_cast<parley::sync_mode>(sync_mode)},
          .created_at = to_time(created_at),
          .members = member_count};
}

std::optional<membership> membership_row::get() const {
  if (user_id.is_null())
    return std::nullopt;
  const auto muted = muted_until.get();
  return membership{.user = parley::user_id{user_id.value},
                    .role = static_cast<member_role>(role.value),
                    .muted_until = muted ? std::optional(to_time(*muted)) : std::nullopt,
                    .joined_at = to_time(joined_at.value),
                    .joined_after = message_id{joined_after.value}};
}

room_queries::room_queries(connection& link, playback_queries& playback)
  : link_(link), playback_(playback), state_(link,
                                             "SELECT " + room_columns + ", COALESCE(" + last_message_id +
                                               ", 0), g.muted_until, r.revision FROM rooms r "
                                               "LEFT JOIN guest_mutes g ON g.room_id = r.id WHERE r.id = :id",
                                             {"id"}),
    access_(link,
            "SELECT " + room_columns + ", " + membership_columns +
              ", b.banned_at FROM rooms r "
              "LEFT JOIN members m ON m.room_id = r.id AND m.user_id = :user "
              "LEFT JOIN bans b ON b.room_id = r.id AND b.user_id = :user WHERE r.id = :room",
            {"user", "room"}),
    list_mine_(link,
               "SELECT " + room_columns + " FROM (SELECT room_id FROM members WHERE user_id = :user ORDER BY room_id" +
                 one_page + ") m JOIN rooms r ON r.id = m.room_id ORDER BY r.id",
               {"user", "size", "offset"}),
    count_mine_(link, count_own_rooms, {"user"}),
    list_listed_(link,
                 "SELECT " + room_columns + " FROM (SELECT id FROM rooms WHERE is_public = 1 ORDER BY id" + one_page +
                   ") x JOIN rooms r ON r.id = x.id ORDER BY r.id",
                 {"size", "offset"}),
    count_listed_(link, "SELECT COUNT(*) FROM rooms WHERE is_public = 1", {}),
    search_mine_(link, "SELECT " + room_columns + own_rooms_found + one_page_by_id,
                 {"user", "pattern", "size", "offset"}),
    count_found_mine_(link, "SELECT COUNT(*)" + own_rooms_found, {"user", "pattern"}),
    search_listed_(link, "SELECT " + room_columns + listed + one_page_by_id, {"pattern", "size", "offset"}),
    count_found_listed_(link, "SELECT COUNT(*)" + listed, {"pattern"}) {}

std::optional<room_state> room_queries::find(room_id id) {
  const snapshot state(link_);
  auto row = state_.one(id);
  if (!row)
    return std::nullopt;
  room_state out{row->value.take(), message_id{row->last_message}, playback_.find(id)};
  if (const auto until = row->guests_muted_until.get())
    out.guests_muted_until = to_time(*until);
  out.revision = row->revision;
  return out;
}

std::optional<room_access> room_queries::find_access(room_id room, user_id user) {
  auto row = access_.one(user, room);
  return row ? std::optional(row->take()) : std::nullopt;
}

page<room> room_queries::list(user_id user, room_scope scope, std::string_view search, page_request at) {
  if (search.empty())
    return scope == room_scope::mine ? read_page<room>(link_, count_mine_, list_mine_, at, user)
                                     : read_page<room>(link_, count_listed_, list_listed_, at);
  const auto pattern = like_pattern(search);
  return scope == room_scope::mine ? read_page<room>(link_, count_found_mine_, search_mine_, at, user, pattern)
                                   : read_page<room>(link_, count_found_listed_, search_listed_, at, pattern);
}

room_changes::room_changes(connection& link, playback_queries& playback, member_changes& members,
                           notification_changes& notifications, event_book& book)
  : room_queries(link, playback), link_(link), members_(members), notifications_(notifications), book_(book),
    insert_(link,
            "INSERT INTO rooms (owner_id, name, name_key, description, is_public, join_policy, history, allow_guests, "
            "sync_mode, created_at) VALUES (:owner, :name, :name_key, :description, :is_public, :join_policy, "
            ":history, :allow_guests, :sync_mode, :created_at) RETURNING id",
            {"owner", "name", "name_key", "description", "is_public", "join_policy", "history", "allow_guests",
             "sync_mode", "created_at"}),
    update_(link, "UPDATE rooms SET name = :name, name_key = :name_key, description = :description WHERE id = :id",
            {"name", "name_key", "description", "id"}),
    update_config_(link,
                   "UPDATE rooms SET is_public = :is_public, join_policy = :join_policy, history = :history, "
                   "allow_guests = :allow_guests, sync_mode = :sync_mode WHERE id = :id",
                   {"is_public", "join_policy", "history", "allow_guests", "sync_mode", "id"}),
    delete_(link, "DELETE FROM rooms WHERE id = :id", {"id"}),
    set_active_(link, "UPDATE rooms SET is_active = :is_active WHERE id = :id", {"is_active", "id"}),
    active_(link, "SELECT id FROM rooms WHERE is_active = 1 ORDER BY id", {}),
    clear_active_(link, "UPDATE rooms SET is_active = 0 WHERE is_active = 1", {}),
    set_owner_(link, "UPDATE rooms SET owner_id = :owner WHERE id = :id", {"owner", "id"}) {}

room room_changes::create(user_id owner, const new_room& x, timestamp now) {
  const auto row = insert_.one(owner, x.name, fold(x.name), x.description, x.config.is_public, x.config.join,
                               x.config.history, x.config.allow_guests, x.config.sync, now);
  room made{.id = room_id{row.value().value},
            .name = x.name,
            .description = x.description,
            .owner = owner,
            .config = x.config,
            .created_at = now,
            .members = 1};
  if (!members_.add(made.id, owner, member_role::owner, now))
    throw storage_error("the owner of a new room could not join it");
  return made;
}

result<room> room_changes::find_value(room_id id) {
  auto known = find(id);
  if (!known)
    return tl::unexpected(error_code::room_not_found);
  return std::move(known->value);
}

result<room> room_changes::update(room_id id, const room_patch& x) {
  link_.owe_erasure();
  auto value = find_value(id);
  if (!value)
    return value;
  value->name = x.name.value_or(value->name);
  value->description = x.description.value_or(value->description);
  update_.run(value->name, fold(value->name), value->description, id);
  return value;
}

result<room> room_changes::update_config(room_id id, const room_config& x) {
  auto value = find_value(id);
  if (!value)
    return value;
  update_config_.run(x.is_public, x.join, x.history, x.allow_guests, x.sync, id);
  value->config = x;
  return value;
}

result<void> room_changes::remove(room_id id) {
  link_.owe_erasure();
  if (delete_.run(id) == 0)
    return tl::unexpected(error_code::room_not_found);
  book_.forget_dead(id);
  return {};
}

void room_changes::set_active(room_id id, bool is_active) {
  if (set_active_.run(is_active, id) != 0)
    tell_active(id, is_active);
}

void room_changes::tell_active(room_id id, bool is_active) {
  const auto kind = is_active ? webhook_kind::room_active : webhook_kind::room_vacated;
  book_.tell(kind, id, [&](timestamp at) { return encode_event(kind, at, id); });
}

void room_changes::clear_active() {
  if (!book_.is_idle()) {
    std::vector<room_id> active;
    active_.each([&](const scalar<integer>& row) { active.emplace_back(row.value); });
    for (const auto id : active)
      tell_active(id, false);
  }
  clear_active_.run();
}

result<std::pair<room, std::vector<notification>>> room_changes::transfer(room_id room, user_id to) {
  auto access = find_access(room, to);
  if (!access)
    return tl::unexpected(error_code::room_not_found);
  if (!access->who)
    return tl::unexpected(error_code::not_a_member);
  std::vector<notification> moved;
  if (access->value.owner != to) {
    members_.hand_over(room, to);
    set_owner_.run(to, room);
    moved = notifications_.hand_over(room, to);
    access->value.owner = to;
  }
  return std::pair(std::move(access->value), std::move(moved));
}

} // namespace parley::storage::sql
