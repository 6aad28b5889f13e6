#include "actors/room/message_orders.hpp"

#include "actors/message_changes.hpp"
#include "protocol/policy.hpp"

#include <algorithm>
#include <utility>

namespace parley {

void message_orders::carry_out(edit_message& x, completion<message> out) {
  const auto by = x.by;
  auto step = [room = room_.id(), mute_clock = room_.known.mute_clock(by), x = std::move(x), now = room_.options.now()](
                storage::writer& w) { return parley::carry_out(w, room, x, now, mute_clock); };
  room_.turns.decide(by, out, std::move(step), [this, out](message& edited) {
    replace(edited);
    room_.options.sign(edited);
    room_.say.broadcast(message_edited{edited}, who_knows_nothing_of(edited));
    out(std::move(edited));
  });
}

void message_orders::carry_out(const delete_message& x, completion<finished> out) {
  auto step = [room = room_.id(), x](storage::writer& w) { return parley::carry_out(w, room, x); };
  room_.turns.decide(x.by, out, std::move(step), [this, out](std::optional<removed_message>& deleted) {
    if (deleted)
      tell_deleted(*deleted);
    out(finished{});
  });
}

void message_orders::carry_out(const mark_read& x, completion<read_mark> out) {
  auto step = [room = room_.id(), x](storage::writer& w) { return parley::carry_out(w, room, x); };
  room_.turns.decide(x.by, out, std::move(step), [this, out](marked& mark) {
    if (mark.moved) {
      roster_.mark(mark.value);
      room_.say.broadcast(message_read{mark.value});
      activity_.has_read(mark.value.user);
    }
    out(mark.value);
  });
}

std::vector<connection_id> message_orders::who_knows_nothing_of(const message& x) const {
  std::vector<connection_id> out;
  const auto& config = room_.row.value.config;
  if (config.history == history_policy::all)
    return out;
  const auto knows = [&](connection_id connection, user_id user) {
    if (user == anonymous_user) {
      const auto last = room_.here.guest_came_after(connection);
      return last && *last < x.id;
    }
    const auto* access = room_.known.find(user);
    return access != nullptr && access->who && knows_message(config, *access->who, x.id);
  };
  for (const auto& [connection, visitor] : room_.here.visitors())
    if (!knows(connection, attendance::user_of(visitor.who)))
      out.push_back(connection);
  std::ranges::sort(out);
  return out;
}

void message_orders::tell_deleted(const removed_message& x) {
  replace(x.value);
  room_.say.broadcast(message_deleted{x.value.id, x.value.room});
  room_.options.take_away({.videos = {}, .files = x.files});
}

void message_orders::replace(const message& x) {
  room_.row.revision = std::max(room_.row.revision, x.change);
  recent_.replace(x);
  arrivals_.changed(x);
  activity_.happened();
}

} // namespace parley
