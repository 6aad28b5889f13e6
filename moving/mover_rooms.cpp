// Rooms with their owners, members and who is banned.
#include "moving/mover.hpp"
#include "moving/values.hpp"
#include "protocol/text.hpp"
#include "protocol/words.hpp"

#include <algorithm>

namespace parley::moving {
namespace {

template <class Enum>
std::optional<Enum> read_plain(std::string_view word) {
  return parse_word<Enum>(plain_word(word));
}

std::string pair_of(room_id room, user_id user) {
  return std::to_string(room.value) + " " + std::to_string(user.value);
}

std::string told_place(const record& x) {
  return "room " + x[field::room].value_or("?") + ", user " + x[field::user].value_or("?");
}

} // namespace

void mover::take_room(record& x) {
  const auto id = x[field::id].value_or("");
  auto* const mine = new_place(kind::room, x, rooms_);
  if (mine == nullptr)
    return;
  auto owner = find_user(x[field::owner]);
  if (!owner || *owner == anonymous_user) {
    const auto first = first_members_.find(id);
    owner = first != first_members_.end() ? std::optional(first->second) : std::nullopt;
    if (owner)
      told_.note(kind::room, id, rule::new_owner,
                 x[field::owner].value_or("none") + " → " + std::to_string(owner->value));
  }
  auto title = text_of(kind::room, id, x[field::title], "name");
  if (!owner) {
    leave_out(kind::room, id, rule::no_owner, title);
    return;
  }
  mine->id = choose_id(kind::room, id);
  if (says_nothing(title)) {
    title = "room " + id;
    told_.note(kind::room, id, rule::new_name, title);
  }
  auto description = text_of(kind::room, id, x[field::description], "description");
  const auto shorten = [&](std::string& text, std::size_t most, std::string_view what) {
    if (count_characters(text) <= most)
      return;
    told_.note(kind::room, id, rule::cut, std::string(what).append(": ").append(text));
    text = first_characters(text, most);
  };
  shorten(title, how_.texts.room_name_characters, "name");
  shorten(description, limits::room_description_max, "description");
  const parley::room out{.id = room_id{mine->id},
                         .name = std::move(title),
                         .description = std::move(description),
                         .owner = *owner,
                         .config = config_of(x, id),
                         .created_at = time_of(kind::room, id, x[field::created_at], how_.now, "created_at")};
  our_rooms_.emplace(mine->id, storage::known_room{out.id, out.owner, out.name});
  ++told_.of(kind::room).taken;
  if (!how_.only_look)
    to_.put(out);
  put_member(
    out.id,
    {.user = *owner, .role = member_role::owner, .muted_until = {}, .joined_at = out.created_at, .joined_after = {}});
  keep(kind::room, id, mine->id);
}

/// Who gets a room whose owner is not there.
void mover::know_first_members() {
  from_.survey(kind::member, 0); // from then on it knows their order
  from_.read(kind::member, [&](const record& x) {
    const auto user = find_user(x[field::user]);
    if (x[field::room] && user && *user != anonymous_user)
      first_members_.try_emplace(*x[field::room], *user);
  });
}

room_config mover::config_of(const record& x, std::string_view id) {
  constexpr room_config usual;
  const bool is_private = truth_of(kind::room, id, x[field::is_private], !usual.is_public, "is_private");
  return {.is_public = truth_of(kind::room, id, x[field::is_public], !is_private, "is_public"),
          .join = word_of(kind::room, id, x[field::join_policy], usual.join, read_plain<join_policy>, "join_policy"),
          .history = word_of(kind::room, id, x[field::history], usual.history, read_plain<history_policy>, "history"),
          .allow_guests = truth_of(kind::room, id, x[field::allow_guests], usual.allow_guests, "allow_guests"),
          .sync = word_of(kind::room, id, x[field::sync_mode], usual.sync, read_plain<sync_mode>, "sync_mode")};
}

void mover::put_member(room_id room, const membership& who) {
  members_.insert(pair_of(room, who.user));
  if (!how_.only_look)
    to_.put(room, who);
}

bool mover::is_member(room_id room, user_id user) {
  return members_.contains(pair_of(room, user)) || to_.has_member(room, user);
}

void mover::take_member(record& x) {
  const auto which = told_place(x);
  auto& counts = told_.of(kind::member);
  const auto room = find_room(x[field::room]);
  const auto user = find_user(x[field::user]);
  if (!room || !user || *user == anonymous_user) {
    leave_out(kind::member, which, room ? rule::no_user : rule::no_room, "");
    return;
  }
  const bool owns = our_rooms_.at(room->value).owner == *user;
  if (const bool came = members_.contains(pair_of(*room, *user)); came && !owns) {
    leave_out(kind::member, which, rule::twice, "");
    return;
  } else if (!came && known_ && to_.has_member(*room, *user)) {
    ++counts.here_before;
    return;
  }
  ++counts.taken;
  const auto last_read = message_of(x[field::last_read]);
  if (last_read && !how_.only_look)
    to_.put(read_mark{*room, *user, *last_read});
  if (owns) // it came with the room
    return;
  auto role = word_of(kind::member, which, x[field::role], member_role::member, read_member_role, "role");
  if (role == member_role::owner) {
    role = member_role::moderator;
    told_.note(kind::member, which, rule::unknown_word, "owner, and the room has another: came as moderator");
  }
  put_member(*room, {.user = *user,
                     .role = role,
                     .muted_until = x[field::muted_until] ? read_time(*x[field::muted_until]) : std::nullopt,
                     .joined_at = time_of(kind::member, which, x[field::joined_at], how_.now, "joined_at"),
                     .joined_after = message_of(x[field::joined_after]).value_or(message_id{})});
}

void mover::take_ban(record& x) {
  const auto which = told_place(x);
  const auto room = find_room(x[field::room]);
  const auto user = find_user(x[field::user]);
  if (!room || !user || *user == anonymous_user) {
    leave_out(kind::ban, which, room ? rule::no_user : rule::no_room, "");
    return;
  }
  if (!bans_.insert(pair_of(*room, *user)).second) {
    leave_out(kind::ban, which, rule::twice, "");
    return;
  }
  const auto banned_at = time_of(kind::ban, which, x[field::banned_at], how_.now, "banned_at");
  auto& counts = told_.of(kind::ban);
  ++(how_.only_look || to_.put_ban(*room, *user, banned_at) ? counts.taken : counts.here_before);
}

} // namespace parley::moving
