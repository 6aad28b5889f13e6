// Changes to the room itself. Each is committed before anybody hears of it.
#include "actors/live_room_inline.hpp"
#include "actors/moderation.hpp"

namespace parley {

live_room::promise<room_view>
live_room::change(user_id by, std::function<storage::result<room>(storage::writer&, const room& now)> step) {
  auto out = make_response_promise<room_view>();
  auto change_it = [id = room_.id, by, step = std::move(step)](storage::writer& w) {
    // Not what this actor remembers: another change may be on its way before this one.
    return find_owned(w, id, by).and_then([&](room&& now) { return step(w, now); });
  };
  decide(by, out, std::move(change_it), [this, out](room& changed) mutable {
    room_ = std::move(changed);
    broadcast(room_updated{room_, live()});
    if (!room_.config.allow_guests)
      put_out(anonymous_user);
    out.deliver(room_view{room_, live()});
  });
  return out;
}

live_room::promise<finished> live_room::dissolve(user_id by) {
  auto out = make_response_promise<finished>();
  auto delete_it = [id = room_.id, by](storage::writer& w) {
    return find_owned(w, id, by).and_then([&](room&&) { return w.rooms().remove(id); });
  };
  decide(by, out, std::move(delete_it), [this, out]() mutable {
    closed_down();
    out.deliver(finished{});
  });
  return out;
}

void live_room::closed_down() {
  gone_ = true;
  broadcast(room_closed{room_.id});
  for (const auto& [connection, x] : attendance_.visitors()) {
    const auto& hub = env_->hubs[x.thread];
    send(hub, detach_listener{room_.id, connection});
    if (x.shape == wire_shape::flat)
      send(hub, close_connection{connection, close_code::no_room, "the room was dissolved"});
    send(x.session, removed_from_room{room_.id});
  }
  attendance_.clear();
  typing_ = {};
  send(env_->directory, room_gone{room_.id}); // who ends this actor when nobody can know its address any more
}

} // namespace parley
