// Transactions, rooms, members and notifications.
#include "tests/support/memory_writer.hpp"

namespace parley::test {

memory_state& memory_transaction::current() {
  if (!open_)
    throw std::logic_error("a change outside of a transaction");
  return *open_;
}

void memory_transaction::begin() {
  if (open_)
    throw std::logic_error("begin within a transaction");
  store_.count(store_call::begin);
  open_ = store_.committed;
}

void memory_transaction::require_place() const {
  if (incarnation_ != store_.incarnation)
    throw storage::storage_error("another process has taken this one's place");
}

bool memory_transaction::commit() {
  store_.count(store_call::commit);
  require_place();
  const auto fate = store_.loses();
  require_place(); // others went on meanwhile
  if (fate == lost::question) {
    open_.reset();
    return false;
  }
  store_.committed = std::move(current());
  open_.reset();
  ++store_.commits;
  store_.after_commit();
  return fate == lost::nothing || store_.knows_commits;
}

void memory_transaction::savepoint() {
  store_.count(store_call::savepoint);
  saved_ = current();
}

void memory_writer::commit() {
  if (!in_.commit())
    throw storage::storage_error("the connection broke, and nothing was committed");
}

std::vector<storage::result<storage::appended>> memory_writer::store(std::span<const storage::message_draft> drafts) {
  in_.store().before_store(drafts);
  for (;;) {
    in_.begin();
    auto out = messages_.append(drafts);
    if (in_.commit())
      return out;
  }
}

std::vector<std::string> memory_token_changes::revoke_user(user_id id, timestamp now, timestamp) {
  in_.current().revoked.users.push_back({id, now});
  return {};
}

// -- rooms -------------------------------------------------------------------------------

room memory_room_changes::create(user_id owner, const new_room& x, timestamp now) {
  const auto id = in_.current().next_room();
  in_.current().rooms[id] = {id, x.name, x.description, owner, x.config, now, 1};
  in_.current().members[{id, owner}] = {owner, member_role::owner, std::nullopt, now, {}};
  return in_.current().rooms[id];
}

storage::result<room> memory_room_changes::update(room_id id, const room_patch& x) {
  auto it = in_.current().rooms.find(id);
  if (it == in_.current().rooms.end())
    return tl::unexpected(error_code::room_not_found);
  it->second.name = x.name.value_or(it->second.name);
  it->second.description = x.description.value_or(it->second.description);
  return it->second;
}

storage::result<room> memory_room_changes::update_config(room_id id, const room_config& x) {
  auto it = in_.current().rooms.find(id);
  if (it == in_.current().rooms.end())
    return tl::unexpected(error_code::room_not_found);
  it->second.config = x;
  return it->second;
}

storage::result<void> memory_room_changes::remove(room_id id) {
  auto& now = in_.current();
  if (now.rooms.erase(id) == 0)
    return tl::unexpected(error_code::room_not_found);
  const auto of_room = [id](const auto& x) { return x.first.first == id; };
  std::erase_if(now.members, of_room);
  std::erase_if(now.bans, of_room);
  std::erase_if(now.read_marks, of_room);
  now.guests_muted_until.erase(id);
  now.revisions.erase(id);
  std::erase_if(now.messages, [id](const auto& x) { return x.room == id; });
  std::erase_if(now.videos, [id](const auto& x) { return x.second.value.room == id; });
  std::erase_if(now.uploads, [&](const auto& x) {
    return x.second.room == id || (x.second.made && !now.videos.contains(*x.second.made));
  });
  std::erase_if(now.files, [id](const auto& x) { return x.second.value.room == id; });
  now.playback.erase(id);
  return {};
}

void memory_room_changes::set_active(room_id id, bool is_active) {
  in_.current().activity.emplace_back(id, is_active);
}

void memory_room_changes::clear_active() {
  auto& now = in_.current();
  for (const auto& [id, room] : now.rooms)
    if (now.is_active(id))
      now.activity.emplace_back(id, false);
}

// -- members -----------------------------------------------------------------------------

storage::result<membership> memory_member_changes::add(room_id room, user_id user, member_role role, timestamp now) {
  if (!in_.current().rooms.contains(room))
    return tl::unexpected(error_code::room_not_found);
  if (in_.current().bans.contains({room, user}))
    return tl::unexpected(error_code::banned);
  if (in_.current().members.contains({room, user}))
    return tl::unexpected(error_code::already_member);
  if (!in_.current().users.contains(user))
    return tl::unexpected(error_code::user_not_found);
  ++in_.current().rooms.at(room).members;
  return in_.current().members[{room, user}] = {user, role, std::nullopt, now, in_.current().last_message(room)};
}

storage::result<void> memory_member_changes::remove(room_id room, user_id user, bool ban, timestamp now) {
  auto it = in_.current().rooms.find(room);
  if (it == in_.current().rooms.end())
    return tl::unexpected(error_code::room_not_found);
  if (it->second.owner == user)
    return tl::unexpected(error_code::owner_cannot_leave);
  if (in_.current().members.erase({room, user}) == 0) {
    if (!ban)
      return tl::unexpected(error_code::not_a_member);
    if (!in_.current().users.contains(user))
      return tl::unexpected(error_code::user_not_found);
  } else {
    --it->second.members;
  }
  if (ban)
    in_.current().bans.try_emplace({room, user}, now);
  return {};
}

storage::result<membership> memory_member_changes::change(room_id room, user_id user, const member_patch& x) {
  auto it = in_.current().members.find({room, user});
  if (it == in_.current().members.end())
    return tl::unexpected(error_code::not_a_member);
  it->second.role = x.role.value_or(it->second.role);
  it->second.muted_until = x.muted_until.value_or(it->second.muted_until);
  return it->second;
}

storage::result<void> memory_member_changes::lift_ban(room_id room, user_id user) {
  if (in_.current().bans.erase({room, user}) == 0)
    return tl::unexpected(error_code::user_not_found);
  return {};
}

void memory_member_changes::mute_guests(room_id room, std::optional<timestamp> until) {
  if (until)
    in_.current().guests_muted_until.insert_or_assign(room, *until);
  else
    in_.current().guests_muted_until.erase(room);
}

storage::result<void> memory_block_changes::add(user_id by, user_id whom, timestamp now) {
  if (!in_.current().users.contains(by) || !in_.current().users.contains(whom))
    return tl::unexpected(error_code::user_not_found);
  in_.current().blocks.try_emplace({by, whom}, now);
  return {};
}

void memory_block_changes::remove(user_id by, user_id whom) {
  in_.current().blocks.erase({by, whom});
}

storage::result<std::pair<room, std::vector<notification>>> memory_room_changes::transfer(room_id room, user_id to) {
  auto it = in_.current().rooms.find(room);
  if (it == in_.current().rooms.end())
    return tl::unexpected(error_code::room_not_found);
  auto next = in_.current().members.find({room, to});
  if (next == in_.current().members.end())
    return tl::unexpected(error_code::not_a_member);
  std::vector<notification> moved;
  if (auto& owner = it->second.owner; owner != to) {
    if (auto last = in_.current().members.find({room, owner}); last != in_.current().members.end())
      last->second.role = member_role::moderator;
    next->second.role = member_role::owner;
    next->second.muted_until.reset();
    owner = to;
    for (auto& [id, x] : in_.current().notifications) {
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

storage::result<notification> memory_notification_changes::add(const storage::new_notification& x) {
  auto room = in_.current().rooms.find(x.room);
  if (room == in_.current().rooms.end())
    return tl::unexpected(error_code::room_not_found);
  if (!in_.current().users.contains(x.receiver) || !in_.current().users.contains(x.from))
    return tl::unexpected(error_code::user_not_found);
  const auto id = in_.current().next_notification();
  const notification made{.id = id,
                          .receiver = x.receiver,
                          .kind = x.kind,
                          .status = notification_status::unread,
                          .room = x.room,
                          .room_name = room->second.name,
                          .from = in_.current().brief(x.from),
                          .token = x.token,
                          .created_at = x.created_at};
  if (in_.current().pending(x.room, made.candidate()))
    return tl::unexpected(error_code::already_pending);
  return in_.current().notifications[id] = made;
}

storage::result<notification> memory_notification_changes::mark(notification_id id, user_id receiver, bool read) {
  auto it = in_.current().notifications.find(id);
  if (it == in_.current().notifications.end() || it->second.receiver != receiver)
    return tl::unexpected(error_code::notification_not_found);
  if (it->second.answered())
    return tl::unexpected(it->second.withdrawn ? error_code::gone : error_code::already_answered);
  it->second.status = read ? notification_status::read : notification_status::unread;
  return it->second;
}

storage::result<notification> memory_notification_changes::answer(notification_id id, bool accept, timestamp now) {
  auto it = in_.current().notifications.find(id);
  if (it == in_.current().notifications.end())
    return tl::unexpected(error_code::notification_not_found);
  if (it->second.answered())
    return tl::unexpected(it->second.withdrawn ? error_code::gone : error_code::already_answered);
  it->second.status = accept ? notification_status::accepted : notification_status::rejected;
  in_.current().answered_at[id] = now;
  return it->second;
}

storage::result<void> memory_notification_changes::withdraw(room_id room, user_id by) {
  const auto* found = in_.current().pending(room, by);
  if (found == nullptr || found->kind != notification_kind::join_request)
    return tl::unexpected(error_code::notification_not_found);
  auto& it = in_.current().notifications.at(found->id);
  it.status = notification_status::rejected;
  it.withdrawn = true;
  return {};
}

} // namespace parley::test
