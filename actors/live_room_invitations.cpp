// Who comes in, by asking or by invitation, and who hears of it.
#include "actors/invitations.hpp"
#include "actors/live_room_inline.hpp"

namespace parley {

live_room::promise<admission> live_room::become(const become_member& x) {
  auto out = make_response_promise<admission>();
  auto step = [room = room_.id, user = x.user.id, token = env_->new_token(), now = env_->now()](storage::writer& w) {
    return ask_to_join(w, room, user, token, now);
  };
  decide(x.user.id, out, std::move(step), [this, out](asked& came) mutable {
    if (came.joined)
      remember(came.joined->user, right{came.joined, false});
    if (came.request)
      notify(*came.request);
    out.deliver(admission{std::move(came.request)});
  });
  return out;
}

live_room::promise<finished> live_room::withdraw(const withdraw_request& x) {
  auto out = make_response_promise<finished>();
  auto step = [room = room_.id, by = x.by](storage::writer& w) { return w.notifications().withdraw(room, by); };
  decide(x.by, out, std::move(step), [out]() mutable { out.deliver(finished{}); });
  return out;
}

live_room::promise<admission> live_room::invite(const invite_member& x) {
  auto out = make_response_promise<admission>();
  auto step = [room = room_.id, x, token = env_->new_token(), now = env_->now()](storage::writer& w) {
    return parley::invite(w, room, x, token, now);
  };
  decide(x.target, out, std::move(step), [this, out](notification& made) mutable {
    notify(made);
    out.deliver(admission{std::move(made)});
  });
  return out;
}

live_room::promise<notification_outcome> live_room::answer(const answer_notification& x) {
  auto out = make_response_promise<notification_outcome>();
  auto step = [room = room_.id, x, token = env_->new_token(), now = env_->now()](storage::writer& w) {
    return parley::answer(w, room, x, token, now);
  };
  decide(x.by.id, out, std::move(step), [this, by = x.by, out](answered& end) mutable {
    if (end.joined)
      remember(end.joined->user, right{end.joined, false});
    const auto& value = end.value;
    notify(value);
    notification_answered_reply told{value.id, value.room, value.status, by};
    send(env_->directory, notify_user{value.from.id, make_text_frame(encode_envelope(told, {}, language::zh))});
    if (end.request)
      notify(*end.request);
    out.deliver(notification_outcome{value.status, value.room});
  });
  return out;
}

void live_room::notify(const notification& x) {
  send(env_->directory,
       notify_user{x.receiver, make_text_frame(encode_envelope(notification_reply{x}, {}, language::zh))});
}

} // namespace parley
