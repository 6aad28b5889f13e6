// Who may do what in the room, and who may not be in it: roles, mutes, removals, bans, the owner.
#include "actors/live_room_inline.hpp"
#include "actors/moderation.hpp"

namespace parley {

live_room::promise<member_state> live_room::change_one(const change_member& x) {
  auto out = make_response_promise<member_state>();
  auto step = [room = room_.id, x, now = env_->now()](storage::writer& w) { return carry_out(w, room, x, now); };
  decide(x.target, out, std::move(step), [this, out](changed_member& now) mutable {
    if (now.place.user == anonymous_user)
      learn(guests_, right{now.place, false});
    else
      remember(now.place.user, right{now.place, false});
    out.deliver(member_state{std::move(now.shown), now.place.muted_until});
  });
  return out;
}

live_room::promise<finished> live_room::expel(const remove_member& x) {
  auto out = make_response_promise<finished>();
  auto step = [room = room_.id, x, now = env_->now()](storage::writer& w) { return carry_out(w, room, x, now); };
  decide(x.target, out, std::move(step), [this, x, out]() mutable {
    remember(x.target, right{std::nullopt, x.ban && x.by != x.target});
    put_out(x.target);
    out.deliver(finished{});
  });
  return out;
}

live_room::promise<finished> live_room::unban(const lift_ban& x) {
  auto out = make_response_promise<finished>();
  auto step = [room = room_.id, x](storage::writer& w) { return carry_out(w, room, x); };
  decide(x.target, out, std::move(step), [this, user = x.target, out]() mutable {
    remember(user, right{});
    out.deliver(finished{});
  });
  return out;
}

live_room::promise<room_view> live_room::hand_over(const transfer_room& x) {
  auto out = make_response_promise<room_view>();
  auto step = [room = room_.id, x](storage::writer& w) { return carry_out(w, room, x); };
  decide(x.target, out, std::move(step), [this, out](transferred& now) mutable {
    if (!now.places.empty()) {
      room_ = std::move(now.value);
      for (auto& place : now.places)
        remember(place.user, right{place, false});
      broadcast(room_updated{room_, live()});
      for (const auto& request : now.moved)
        notify(request);
    }
    out.deliver(room_view{room_, live()});
  });
  return out;
}

} // namespace parley
