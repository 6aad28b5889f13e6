// Who belongs to a room, and who may not come back.
#include "storage/sql/members.hpp"

#include "storage/sql/paging.hpp"

namespace parley::storage::sql {
namespace {

const std::string bans_of_room = " FROM bans b JOIN users u ON u.id = b.user_id WHERE b.room_id = :room";

} // namespace

member_queries::member_queries(connection& link)
  : link_(link), list_(link,
                       "SELECT u.id, u.username, u.avatar_url, m.role, m.joined_at FROM members m "
                       "JOIN users u ON u.id = m.user_id WHERE m.room_id = :room ORDER BY m.id",
                       {"room"}),
    ids_(link, "SELECT user_id FROM members WHERE room_id = :room ORDER BY user_id", {"room"}),
    bans_(link, "SELECT " + user_brief_columns + bans_of_room + " ORDER BY b.banned_at DESC, b.user_id DESC" + one_page,
          {"room", "size", "offset"}),
    count_bans_(link, "SELECT COUNT(*)" + bans_of_room, {"room"}) {}

std::vector<member_view> member_queries::list(room_id room) {
  std::vector<member_view> out;
  list_.each(
    [&](member_row& row) {
      out.push_back({.user = {user_id{row.user_id}, std::move(row.username), row.avatar_url.get()},
                     .role = static_cast<member_role>(row.role),
                     .joined_at = to_time(row.joined_at)});
    },
    room);
  return out;
}

std::vector<user_id> member_queries::list_ids(room_id room) {
  std::vector<user_id> out;
  ids_.each([&](const scalar<integer>& x) { out.emplace_back(x.value); }, room);
  return out;
}

page<user_brief> member_queries::list_bans(room_id room, page_request at) {
  return read_page<user_brief>(link_, count_bans_, bans_, at, room);
}

member_changes::member_changes(connection& link, room_queries& rooms, user_queries& users, event_book& book)
  : member_queries(link), rooms_(rooms), users_(users), book_(book),
    insert_(link,
            "INSERT INTO members (room_id, user_id, role, joined_at, joined_after) "
            "VALUES (:room, :user, :role, :joined_at, :joined_after) "
            "ON CONFLICT (room_id, user_id) DO NOTHING",
            {"room", "user", "role", "joined_at", "joined_after"}),
    count_(link, "UPDATE rooms SET member_count = member_count + :more WHERE id = :room", {"more", "room"}),
    delete_(link, "DELETE FROM members WHERE room_id = :room AND user_id = :user", {"room", "user"}),
    update_(link,
            "UPDATE members SET role = :role, muted_until = :muted_until WHERE room_id = :room AND user_id = :user",
            {"role", "muted_until", "room", "user"}),
    demote_owner_(link, "UPDATE members SET role = :moderator WHERE room_id = :room AND role = :owner",
                  {"moderator", "room", "owner"}),
    ban_(link,
         "INSERT INTO bans (room_id, user_id, banned_at) VALUES (:room, :user, :banned_at) "
         "ON CONFLICT (room_id, user_id) DO NOTHING",
         {"room", "user", "banned_at"}),
    lift_ban_(link, "DELETE FROM bans WHERE room_id = :room AND user_id = :user", {"room", "user"}),
    mute_guests_(link,
                 "INSERT INTO guest_mutes (room_id, muted_until) VALUES (:room, :until) "
                 "ON CONFLICT (room_id) DO UPDATE SET muted_until = excluded.muted_until",
                 {"room", "until"}),
    unmute_guests_(link, "DELETE FROM guest_mutes WHERE room_id = :room", {"room"}) {}

result<membership> member_changes::add(room_id room, user_id user, member_role role, timestamp now) {
  const auto access = rooms_.find_access(room, user);
  if (!access)
    return tl::unexpected(error_code::room_not_found);
  if (access->banned)
    return tl::unexpected(error_code::banned);
  if (access->who)
    return tl::unexpected(error_code::already_member);
  if (!users_.exists(user))
    return tl::unexpected(error_code::user_not_found);
  const auto joined_after = rooms_.find(room).value().last_message;
  if (insert_.run(room, user, role, now, joined_after) == 0)
    return tl::unexpected(error_code::already_member);
  count_.run(1, room);
  book_.tell(webhook_kind::member_joined, room,
             [&](timestamp at) { return encode_event(webhook_kind::member_joined, at, room, user); });
  return membership{
    .user = user, .role = role, .muted_until = std::nullopt, .joined_at = now, .joined_after = joined_after};
}

result<void> member_changes::remove(room_id room, user_id user, bool ban, timestamp now) {
  const auto access = rooms_.find_access(room, user);
  if (!access)
    return tl::unexpected(error_code::room_not_found);
  if (access->value.owner == user)
    return tl::unexpected(error_code::owner_cannot_leave);
  if (!access->who && !ban)
    return tl::unexpected(error_code::not_a_member);
  if (!access->who && !users_.exists(user))
    return tl::unexpected(error_code::user_not_found);
  if (delete_.run(room, user) != 0) {
    count_.run(-1, room);
    book_.tell(webhook_kind::member_left, room,
               [&](timestamp at) { return encode_event(webhook_kind::member_left, at, room, user); });
  }
  if (ban)
    ban_.run(room, user, now);
  return {};
}

result<membership> member_changes::change(room_id room, user_id user, const member_patch& x) {
  auto access = rooms_.find_access(room, user);
  if (!access || !access->who)
    return tl::unexpected(error_code::not_a_member);
  membership& who = *access->who;
  who.role = x.role.value_or(who.role);
  who.muted_until = x.muted_until.value_or(who.muted_until);
  update_.run(who.role, who.muted_until, room, user);
  return who;
}

result<void> member_changes::lift_ban(room_id room, user_id user) {
  if (lift_ban_.run(room, user) == 0)
    return tl::unexpected(error_code::user_not_found);
  return {};
}

void member_changes::mute_guests(room_id room, std::optional<timestamp> until) {
  if (until)
    mute_guests_.run(room, *until);
  else
    unmute_guests_.run(room);
}

void member_changes::hand_over(room_id room, user_id to) {
  demote_owner_.run(member_role::moderator, room, member_role::owner);
  // Nobody could lift an owner's mute but the owner.
  update_.run(member_role::owner, std::optional<timestamp>(), room, to);
}

} // namespace parley::storage::sql
