#include "tests/sim/witness.hpp"

#include "protocol/limits.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace parley::sim {

namespace {

void settle_question(link& to, std::int64_t request) {
  if (request != 0)
    std::erase_if(to.questions, [&](const question& x) { return x.request == request; });
}

/// What was answered otherwise was not answered by an error.
void count_flat_errors(link& to, std::size_t more) {
  to.flat_errors = std::min(to.flat_errors + more, to.questions.size());
}

/// Whose names are the connection's own; none for a user, who has the same ones on all.
connection_id guest_of(const link& x) {
  return x.user == anonymous_user ? x.id() : connection_id();
}

} // namespace

void witness::fail(std::string promise, std::string detail) {
  if (!broken_)
    broken_ = {std::move(promise), std::move(detail)};
}

place* witness::hearing_place(link& to, room_id room, const heard& what) {
  auto& at = to.places[room];
  if (at.joined)
    return &at;
  fail("members only", fmt::format("connection {} of user {} heard {} of room {}, which it is not in", to.id().value,
                                   to.user.value, what.type, room.value));
  return nullptr;
}

void witness::on_frame(link& to, const heard& what) {
  const bool flat = to.shape() == wire_shape::flat;
  const auto room = flat ? to.places.begin()->first : what.room;
  switch (what.what) {
  case word::room_joined:
    on_room_joined(to, what);
    settle_question(to, what.request);
    break;
  case word::established:
    to.user = what.user; // a bad token may come in as a guest
    enter(to, room);
    break;
  case word::room_left:
    to.places[room].joined = false;
    settle_question(to, what.request);
    break;
  case word::room_closed:
    if (auto* at = hearing_place(to, room, what))
      at->joined = false;
    break;
  case word::message_ack:
    for (const auto& x : to.questions)
      if (x.request == what.request)
        acknowledged(x.room, to.user, x.client_msg_id, what.message, x.content, guest_of(to));
    settle_question(to, what.request);
    break;
  case word::error:
    count_flat_errors(to, flat ? 1 : 0); // which does not say what it is about
    settle_question(to, what.request);
    break;
  case word::auth_ok:
    for (const auto& x : to.questions)
      if (x.request == what.request) {
        to.token_ends_at = x.token_ends_at;
        to.issued_at = x.issued_at;
      }
    settle_question(to, what.request);
    break;
  case word::room_join_error:
  case word::room_leave_error:
    settle_question(to, what.request);
    break;
  case word::room_message:
  case word::chat_message:
    on_message(to, room, what);
    break;
  case word::user_join:
    if (what.user == to.user && !to.places[room].joined)
      enter(to, room);
    on_presence(to, room, what, true);
    break;
  case word::user_leave:
    if (what.user == to.user) { // nobody else says so to this connection
      to.places[room].joined = false;
      to.questions.clear(); // what is committed from here on is not said to it
      count_flat_errors(to, 0);
    } else {
      on_presence(to, room, what, false);
    }
    break;
  case word::presence:
    on_presence(to, room, what, what.flag);
    break;
  case word::typing:
    if (auto* at = hearing_place(to, room, what))
      at->typing[what.user] = what.flag;
    break;
  case word::message_edited:
  case word::message_deleted:
    if (auto* at = hearing_place(to, room, what)) {
      if (auto known = at->contents.find(what.message); known != at->contents.end())
        known->second = what.content;
    }
    break;
  case word::message_read:
  case word::room_updated:
  case word::member_news:
    hearing_place(to, room, what);
    break;
  case word::room_activity:
    on_activity(to, what);
    break;
  default:
    break;
  }
}

void witness::enter(link& to, room_id room) {
  auto& at = to.places[room];
  at = {};
  at.joined = true;
  at.last = truth_.last(room); // what is committed by now may come, what comes later must
}

void witness::on_room_joined(link& to, const heard& what) {
  std::optional<message_id> resume;
  for (const auto& x : to.questions)
    if (x.request == what.request)
      resume = x.resume;
  auto& at = to.places[what.room];
  if (at.joined) { // again: nothing began anew
    at.active_users = what.active_users;
    return;
  }
  at = {};
  at.joined = at.anchored = true;
  at.active_users = what.active_users;
  at.last = what.last_message;
  if (!resume)
    return;
  if (what.resync) {
    const auto missed = std::ranges::count_if(truth_.log(what.room), [&](const auto& x) { return x.id > *resume; });
    if (missed <= static_cast<std::ptrdiff_t>(limits::replay_max))
      fail("resume without gap",
           fmt::format("connection {} was told to read {} messages for itself", to.id().value, missed));
    return;
  }
  at.floor = *resume;
  at.replaying = true;
  if (const auto begin = replay_begins(to, what, *resume)) {
    at.last = *begin;
    at.strict = true;
  }
}

std::optional<message_id> witness::replay_begins(const link& to, const heard& what, message_id resume) const {
  const auto& now = disk_.committed;
  const auto room = now.rooms.find(what.room);
  if (room == now.rooms.end())
    return std::nullopt;
  const auto history = room->second.config.history;
  if (history == history_policy::all)
    return resume;
  // Elsewhere it depends on who asks, which may be another by now than when the room decided.
  const std::pair place(what.room, to.user);
  const auto who = now.members.find(place);
  if (who == now.members.end() || truth_.is_haunted() || left_.contains(place) || ranked_.contains(place))
    return std::nullopt;
  if (who->second.moderates())
    return resume;
  if (history == history_policy::since_join)
    return std::max(resume, who->second.joined_after);
  return std::max(resume, what.last_message);
}

void witness::on_presence(link& to, room_id room, const heard& what, bool online) {
  auto* at = hearing_place(to, room, what);
  if (at == nullptr)
    return;
  at->online[what.user] = online;
  if (what.active_users >= 0)
    at->active_users = what.active_users;
  if (!online)
    at->typing.erase(what.user);
}

void witness::on_activity(link& to, const heard& what) {
  const auto at = to.places.find(what.room);
  const bool is_leaving = std::ranges::any_of(to.questions, [&](const auto& x) { return x.room == what.room; });
  if (at != to.places.end() && at->second.joined && !is_leaving)
    fail("news for who is elsewhere", fmt::format("connection {} of user {} was told of room {}, which it is in",
                                                  to.id().value, to.user.value, what.room.value));
}

void witness::on_message(link& to, room_id room, const heard& what) {
  const auto* entry = truth_.find(room, what.message);
  if (entry == nullptr && !disk_.committed.rooms.contains(room))
    return; // it went with its room in the transaction that brought it
  if (entry == nullptr) {
    fail("acknowledged is stored", fmt::format("message {} of room {} was said to connection {} before its commit",
                                               what.message.value, room.value, to.id().value));
    return;
  }
  check_content(*entry, what);
  told_.insert({room, what.message});
  auto& here = to.places[room];
  if (const auto own = to.own_posts.find(what.client_msg_id);
      to.shape() == wire_shape::flat && entry->sender == to.user && own != to.own_posts.end()) {
    const auto open =
      std::erase_if(to.questions, [&](const question& x) { return x.client_msg_id == what.client_msg_id; });
    count_flat_errors(to, 0);
    // A guest hears the same name from other guests too, who are the same user: the first one answers.
    if (open > 0 || to.user != anonymous_user)
      acknowledged(room, to.user, what.client_msg_id, what.message, {}, guest_of(to));
    const bool follows = here.joined && what.message > here.last && truth_.adjoin(room, here.last, what.message);
    if (!follows && own->second > 0) {
      --own->second; // said again, to the sender alone
      return;
    }
  }
  auto* at = hearing_place(to, room, what);
  if (at == nullptr)
    return;
  check_member(to, room, *entry, what);
  const bool free_start = at->replaying && !at->strict && what.replayed && what.message > at->floor;
  const bool early = !at->anchored && what.message <= at->last;
  if (at->anchored && !free_start && what.message <= at->last)
    fail("one order", fmt::format("connection {} heard message {} of room {} after {}", to.id().value,
                                  what.message.value, room.value, at->last.value));
  else if (!free_start && !early && !truth_.adjoin(room, at->last, what.message))
    fail(what.replayed ? "resume without gap" : "one order",
         fmt::format("connection {} heard message {} of room {} right after {}: {} is missing", to.id().value,
                     what.message.value, room.value, at->last.value, truth_.next(room, at->last)->id.value));
  if (what.replayed && !at->replaying)
    fail("resume without gap", fmt::format("connection {} was replayed message {} without asking, or too late",
                                           to.id().value, what.message.value));
  at->replaying = what.replayed && at->replaying;
  at->strict = at->strict || free_start;
  at->anchored = true;
  at->last = what.message;
  at->contents[what.message] = what.content;
}

void witness::check_content(const ledger::entry& entry, const heard& what) {
  if (std::ranges::find(entry.versions, what.content) == entry.versions.end() &&
      !(entry.to_be_deleted && what.content.empty()))
    fail("one order", fmt::format("message {} was said to be '{}', which nobody wrote", entry.id.value, what.content));
  if (!entry.client_msg_id.empty() && what.client_msg_id != entry.client_msg_id)
    fail("no double", fmt::format("message {} came with the client_msg_id '{}'", entry.id.value, what.client_msg_id));
}

void witness::check_member(const link& to, room_id room, const ledger::entry& entry, const heard& what) {
  if (truth_.is_haunted())
    return;
  if (!what.replayed && (entry.members & bit(to.user)) == 0)
    fail("members only", fmt::format("user {} heard message {} of room {} and was no member when it was sent",
                                     to.user.value, entry.id.value, room.value));
  const auto config = disk_.committed.rooms.find(room);
  const auto who = disk_.committed.members.find({room, to.user});
  if (config == disk_.committed.rooms.end() || who == disk_.committed.members.end() || who->second.moderates() ||
      left_.contains({room, to.user}))
    return;
  const auto history = config->second.config.history;
  if (history == history_policy::since_join && entry.id <= who->second.joined_after)
    fail("members only", fmt::format("user {} heard message {} of room {}, from before it was a member", to.user.value,
                                     entry.id.value, room.value));
  if (history == history_policy::none && what.replayed)
    fail("members only", fmt::format("user {} was replayed message {} of room {}, which shows no old ones",
                                     to.user.value, entry.id.value, room.value));
}

void witness::acknowledged(room_id room, user_id sender, const std::string& client_msg_id, message_id id,
                           const std::string& content, connection_id guest) {
  const auto* entry = truth_.find(room, id);
  if (entry == nullptr && !disk_.committed.rooms.contains(room))
    return; // it went with its room, maybe in the same transaction
  if (entry == nullptr || entry->sender != sender || entry->client_msg_id != client_msg_id) {
    fail("acknowledged is stored", fmt::format("user {} was told that '{}' is message {} of room {}, which is not so",
                                               sender.value, client_msg_id, id.value, room.value));
    return;
  }
  told_.insert({room, id});
  if (client_msg_id.empty()) {
    if (content != entry->versions.front())
      fail("acknowledged is stored", fmt::format("message {} is not '{}', which was posted", id.value, content));
    return;
  }
  if (const auto said = posts_.find({room, sender, client_msg_id});
      said != posts_.end() && said->second != entry->versions.front())
    fail("acknowledged is stored", fmt::format("message {} is not what was posted as '{}'", id.value, client_msg_id));
  const auto [known, fresh] = acknowledged_.try_emplace({room, sender, guest, client_msg_id}, id);
  if (!fresh && known->second != id)
    fail("no double", fmt::format("'{}' of user {} in room {} was acknowledged as {} and as {}", client_msg_id,
                                  sender.value, room.value, known->second.value, id.value));
}

void witness::check_acknowledged() {
  if (truth_.doubled())
    fail("no double", "one client_msg_id of one user in one room was stored twice");
  const auto& now = disk_.committed;
  for (const auto& [room, id] : told_) {
    if (!now.rooms.contains(room))
      continue;
    const auto& entry = *truth_.find(room, id);
    const auto at = std::ranges::lower_bound(now.messages, id, {}, &message::id);
    const bool kept = at != now.messages.end() && at->id == id && at->room == room && at->sender == entry.sender &&
                      at->client_msg_id.value_or("") == entry.client_msg_id;
    const bool shown = kept && (std::ranges::find(entry.versions, at->content) != entry.versions.end() ||
                                (entry.to_be_deleted && at->deleted));
    if (!shown)
      fail("acknowledged is stored",
           fmt::format("message {}, '{}' of user {} in room {}, was told of and is {}", id.value, entry.client_msg_id,
                       entry.sender.value, room.value, kept ? "another" : "gone"));
  }
}

} // namespace parley::sim
