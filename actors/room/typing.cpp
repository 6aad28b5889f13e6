#include "actors/room/typing.hpp"

#include <vector>

namespace parley {

void typing::carry_out(const set_typing& x) {
  if (x.user.id == anonymous_user) { // guests do not wait for each other
    set(x);
    return;
  }
  room_.turns.in_turn(
    x.user.id, room_.turns.answer_due(), [this, x] { set(x); },
    [this, from = x.from](error_code why) { room_.say.refuse(from, refused::request::typing, why); });
}

void typing::set(const set_typing& x) {
  if (!room_.here.contains(x.from.connection)) {
    room_.say.refuse(x.from, refused::request::typing, error_code::not_joined);
    return;
  }
  if (room_.is_suspended()) {
    room_.say.refuse(x.from, refused::request::typing, error_code::rate_limited);
    return;
  }
  const auto who = typist::of(x.user.id, x.from.connection);
  if (x.is_typing) {
    const auto until = room_.options.now.steady() + lifetime;
    until_.set(who, until);
    room_.port.wake_at(until);
  } else {
    until_.clear(who);
  }
  tell(who, x.is_typing);
}

void typing::stop(const typist& who) {
  if (until_.clear(who))
    tell(who, false);
}

void typing::tell(const typist& who, bool is_typing) {
  const auto* guest = room_.here.find(who.guest);
  const auto shown = room_.here.show(guest != nullptr ? guest->who : person_id{who.user.value});
  room_.say.broadcast(typing_changed{room_.id(), shown.user, is_typing, shown.guest_name},
                      guest != nullptr ? std::vector{who.guest} : room_.here.connections_of(who.user));
}

void typing::expire() {
  while (auto who = until_.take_due(room_.options.now.steady()))
    tell(*who, false);
  if (!until_.empty())
    room_.port.wake_at(until_.next());
}

} // namespace parley
