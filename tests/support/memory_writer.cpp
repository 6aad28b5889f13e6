// Transactions, rooms, members and notifications.
#include "tests/support/memory_writer.hpp"

namespace parley::test {

memory_state& memory_writer::current() {
  if (!open_)
    throw std::logic_error("a change outside of a transaction");
  return *open_;
}

void memory_writer::begin() {
  if (open_)
    throw std::logic_error("begin within a transaction");
  store_.count(store_call::begin);
  open_ = store_.committed;
}

void memory_writer::commit() {
  store_.count(store_call::commit);
  store_.committed = std::move(current());
  open_.reset();
  ++store_.commits;
  store_.after_commit();
}

std::vector<std::string> memory_writer::revoke_user(user_id id, timestamp now, timestamp) {
  current().revoked.users.push_back({id, now});
  return {};
}

// -- rooms -------------------------------------------------------------------------------

room memory_writer::create_room(user_id owner, const new_room& x, timestamp now) {
  const auto id = current().next_room();
  current().rooms[id] = {id, x.name, x.description, owner, x.config, now};
  current().members[{id, owner}] = {owner, member_role::owner, std::nullopt, now, {}};
  return current().rooms[id];
}

storage::result<room> memory_writer::update_room(room_id id, const room_patch& x) {
  auto it = current().rooms.find(id);
  if (it == current().rooms.end())
    return tl::unexpected(error_code::room_not_found);
  it->second.name = x.name.value_or(it->second.name);
  it->second.description = x.description.value_or(it->second.description);
  return it->second;
}

storage::result<room> memory_writer::update_room_config(room_id id, const room_config& x) {
  auto it = current().rooms.find(id);
  if (it == current().rooms.end())
    return tl::unexpected(error_code::room_not_found);
  it->second.config = x;
  return it->second;
}

storage::result<void> memory_writer::delete_room(room_id id) {
  auto& now = current();
  if (now.rooms.erase(id) == 0)
    return tl::unexpected(error_code::room_not_found);
  const auto of_room = [id](const auto& x) { return x.first.first == id; };
  std::erase_if(now.members, of_room);
  std::erase_if(now.bans, of_room);
  std::erase_if(now.read_marks, of_room);
  now.guests_muted_until.erase(id);
  std::erase_if(now.messages, [id](const auto& x) { return x.room == id; });
  std::erase_if(now.videos, [id](const auto& x) { return x.second.value.room == id; });
  std::erase_if(now.uploads, [&](const auto& x) {
    return x.second.room == id || (x.second.made && !now.videos.contains(*x.second.made));
  });
  now.playback.erase(id);
  return {};
}

void memory_writer::set_active(room_id id, bool is_active) {
  current().activity.emplace_back(id, is_active);
}

void memory_writer::clear_active() {
  auto& now = current();
  for (const auto& [id, room] : now.rooms)
    if (now.is_active(id))
      now.activity.emplace_back(id, false);
}

// -- members -----------------------------------------------------------------------------

storage::result<membership> memory_writer::add_member(room_id room, user_id user, member_role role, timestamp now) {
  if (!current().rooms.contains(room))
    return tl::unexpected(error_code::room_not_found);
  if (current().bans.contains({room, user}))
    return tl::unexpected(error_code::banned);
  if (current().members.contains({room, user}))
    return tl::unexpected(error_code::already_member);
  if (!current().users.contains(user))
    return tl::unexpected(error_code::user_not_found);
  return current().members[{room, user}] = {user, role, std::nullopt, now, current().last_message(room)};
}

storage::result<void> memory_writer::remove_member(room_id room, user_id user, bool ban, timestamp now) {
  auto it = current().rooms.find(room);
  if (it == current().rooms.end())
    return tl::unexpected(error_code::room_not_found);
  if (it->second.owner == user)
    return tl::unexpected(error_code::owner_cannot_leave);
  if (current().members.erase({room, user}) == 0) {
    if (!ban)
      return tl::unexpected(error_code::not_a_member);
    if (!current().users.contains(user))
      return tl::unexpected(error_code::user_not_found);
  }
  if (ban)
    current().bans.try_emplace({room, user}, now);
  return {};
}

storage::result<membership> memory_writer::change_member(room_id room, user_id user, const member_patch& x) {
  auto it = current().members.find({room, user});
  if (it == current().members.end())
    return tl::unexpected(error_code::not_a_member);
  it->second.role = x.role.value_or(it->second.role);
  it->second.muted_until = x.muted_until.value_or(it->second.muted_until);
  return it->second;
}

storage::result<void> memory_writer::lift_ban(room_id room, user_id user) {
  if (current().bans.erase({room, user}) == 0)
    return tl::unexpected(error_code::user_not_found);
  return {};
}

void memory_writer::mute_guests(room_id room, std::optional<timestamp> until) {
  if (until)
    current().guests_muted_until.insert_or_assign(room, *until);
  else
    current().guests_muted_until.erase(room);
}

storage::result<void> memory_writer::block_user(user_id by, user_id whom, timestamp now) {
  if (!current().users.contains(by) || !current().users.contains(whom))
    return tl::unexpected(error_code::user_not_found);
  current().blocks.try_emplace({by, whom}, now);
  return {};
}

void memory_writer::unblock_user(user_id by, user_id whom) {
  current().blocks.erase({by, whom});
}

storage::result<std::pair<room, std::vector<notification>>> memory_writer::transfer_room(room_id room, user_id to) {
  auto it = current().rooms.find(room);
  if (it == current().rooms.end())
    return tl::unexpected(error_code::room_not_found);
  auto next = current().members.find({room, to});
  if (next == current().members.end())
    return tl::unexpected(error_code::not_a_member);
  std::vector<notification> moved;
  if (auto& owner = it->second.owner; owner != to) {
    if (auto last = current().members.find({room, owner}); last != current().members.end())
      last->second.role = member_role::moderator;
    next->second.role = member_role::owner;
    next->second.muted_until.reset();
    owner = to;
    for (auto& [id, x] : current().notifications) {
      if (x.room != room || x.kind != notification_kind::join_request || x.answered())
        continue;
      x.receiver = to;
      x.status = notification_status::unread;
      moved.push_back(x);
    }
  }
  return std::pair(it->second, std::move(moved));
}

// -- notifications -----------------------------------------------------------------------

storage::result<notification> memory_writer::add_notification(const storage::new_notification& x) {
  auto room = current().rooms.find(x.room);
  if (room == current().rooms.end())
    return tl::unexpected(error_code::room_not_found);
  if (!current().users.contains(x.receiver) || !current().users.contains(x.from))
    return tl::unexpected(error_code::user_not_found);
  const auto id = current().next_notification();
  const notification made{.id = id,
                          .receiver = x.receiver,
                          .kind = x.kind,
                          .status = notification_status::unread,
                          .room = x.room,
                          .room_name = room->second.name,
                          .from = current().brief(x.from),
                          .token = x.token,
                          .created_at = x.created_at};
  if (current().pending(x.room, made.candidate()))
    return tl::unexpected(error_code::already_pending);
  return current().notifications[id] = made;
}

storage::result<notification> memory_writer::mark_notification(notification_id id, user_id receiver, bool read) {
  auto it = current().notifications.find(id);
  if (it == current().notifications.end() || it->second.receiver != receiver)
    return tl::unexpected(error_code::notification_not_found);
  if (it->second.answered())
    return tl::unexpected(it->second.withdrawn ? error_code::gone : error_code::already_answered);
  it->second.status = read ? notification_status::read : notification_status::unread;
  return it->second;
}

storage::result<notification> memory_writer::answer_notification(notification_id id, bool accept, timestamp now) {
  auto it = current().notifications.find(id);
  if (it == current().notifications.end())
    return tl::unexpected(error_code::notification_not_found);
  if (it->second.answered())
    return tl::unexpected(it->second.withdrawn ? error_code::gone : error_code::already_answered);
  it->second.status = accept ? notification_status::accepted : notification_status::rejected;
  current().answered_at[id] = now;
  return it->second;
}

storage::result<void> memory_writer::withdraw_request(room_id room, user_id by) {
  const auto* found = current().pending(room, by);
  if (found == nullptr || found->kind != notification_kind::join_request)
    return tl::unexpected(error_code::notification_not_found);
  auto& it = current().notifications.at(found->id);
  it.status = notification_status::rejected;
  it.withdrawn = true;
  return {};
}

} // namespace parley::test
