#include "actors/room/member_orders.hpp"

#include "actors/moderation.hpp"

#include <utility>

namespace parley {

void member_orders::carry_out(const change_member& x, completion<member_state> out) {
  auto step = [room = room_.id(), x, now = room_.options.now()](storage::writer& w) {
    return parley::carry_out(w, room, x, now);
  };
  room_.turns.decide(x.target, out, std::move(step), [this, out](changed_member& now) {
    if (now.place.user == anonymous_user)
      room_.known.learn_guests(now.place);
    else
      room_.known.learn(now.place.user, now.place);
    out(member_state{std::move(now.shown), now.place.muted_until});
  });
}

void member_orders::carry_out(const remove_member& x, completion<finished> out) {
  auto step = [room = room_.id(), x, now = room_.options.now()](storage::writer& w) {
    return parley::carry_out(w, room, x, now);
  };
  room_.turns.decide(x.target, out, std::move(step), [this, x, out] {
    room_.known.learn(x.target, std::nullopt, x.ban && x.by != x.target);
    presence_.put_out(x.target);
    out(finished{});
  });
}

void member_orders::carry_out(const lift_ban& x, completion<finished> out) {
  auto step = [room = room_.id(), x](storage::writer& w) { return parley::carry_out(w, room, x); };
  room_.turns.decide(x.target, out, std::move(step), [this, user = x.target, out] {
    room_.known.learn(user, std::nullopt);
    out(finished{});
  });
}

void member_orders::carry_out(const transfer_room& x, completion<room_view> out) {
  auto step = [room = room_.id(), x](storage::writer& w) { return parley::carry_out(w, room, x); };
  room_.turns.decide(x.target, out, std::move(step), [this, out](transferred& now) {
    auto& row = room_.row.value;
    if (!now.places.empty()) {
      row = std::move(now.value);
      for (auto& place : now.places)
        room_.known.learn(place.user, place);
      room_.say.broadcast(room_updated{row, room_.here.live()});
      for (const auto& request : now.moved)
        room_.say.notify(request);
    }
    out(room_view{row, room_.here.live()});
  });
}

} // namespace parley
