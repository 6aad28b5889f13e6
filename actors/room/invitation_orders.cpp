#include "actors/room/invitation_orders.hpp"

#include "actors/invitations.hpp"

#include <utility>

namespace parley {

void invitation_orders::carry_out(const become_member& x, completion<admission> out) {
  auto step = [room = room_.id(), user = x.user, token = room_.options.new_token(),
               now = room_.options.now()](storage::writer& w) { return ask_to_join(w, room, user, token, now); };
  room_.turns.decide(x.user, out, std::move(step), [this, out](asked& came) {
    if (came.joined)
      roster_.add(*came.joined);
    if (came.request)
      room_.say.notify(*came.request);
    out(admission{std::move(came.request)});
  });
}

void invitation_orders::carry_out(const withdraw_request& x, completion<finished> out) {
  auto step = [room = room_.id(), by = x.by](storage::writer& w) { return w.notifications().withdraw(room, by); };
  room_.turns.decide(x.by, out, std::move(step), [out] { out(finished{}); });
}

void invitation_orders::carry_out(const invite_member& x, completion<admission> out) {
  auto step = [room = room_.id(), x, token = room_.options.new_token(), now = room_.options.now()](storage::writer& w) {
    return invite(w, room, x, token, now);
  };
  room_.turns.decide(x.target, out, std::move(step), [this, out](notification& made) {
    room_.say.notify(made);
    out(admission{std::move(made)});
  });
}

void invitation_orders::carry_out(const answer_notification& x, completion<notification_outcome> out) {
  auto step = [room = room_.id(), x, token = room_.options.new_token(), now = room_.options.now()](storage::writer& w) {
    return parley::answer(w, room, x, token, now);
  };
  room_.turns.decide(x.by.id, out, std::move(step), [this, by = x.by, out](answered& end) {
    if (end.joined)
      roster_.add(*end.joined);
    const auto& value = end.value;
    room_.say.notify(value);
    const notification_answered_reply told{value.id, value.room, value.status, by};
    room_.port.to_directory(notify_user{value.from.id, make_text_frame(encode_envelope(told, {}, language::zh))});
    if (end.request)
      room_.say.notify(*end.request);
    out(notification_outcome{value.status, value.room});
  });
}

} // namespace parley
