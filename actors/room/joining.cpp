#include "actors/room/joining.hpp"

#include "actors/invitations.hpp"
#include "protocol/close_reason.hpp"
#include "protocol/limits.hpp"
#include "protocol/policy.hpp"

#include <algorithm>
#include <utility>

namespace parley {

void joining::carry_out(join_room& x) {
  if (room_.row.is_dissolved) {
    refuse(x.from, error_code::room_not_found);
    return;
  }
  if (room_.is_suspended()) {
    refuse(x.from, error_code::rate_limited);
    return;
  }
  if (x.guest != error_code::none) {
    if (!room_.row.value.config.allow_guests)
      refuse(x.from, x.guest);
    else if (room_.here.contains(x.from.connection))
      announce_again(x);
    else if (x.name_fault != error_code::none)
      refuse(x.from, x.name_fault);
    else if (x.returning)
      catch_up(std::move(x), {}, room_.turns.answer_due());
    else
      enter(x, {}, false);
    return;
  }
  const auto until = room_.turns.answer_due();
  auto failed = [this, from = x.from](error_code why) { refuse(from, why); };
  const auto user = x.user.id;
  room_.turns.with_right(
    user, until, [this, x = std::move(x), until](const right& access) mutable { admit(x, access, until); },
    std::move(failed));
}

void joining::admit(join_room& x, const right& access, moment until) {
  if (room_.row.is_dissolved)
    refuse(x.from, error_code::room_not_found);
  else if (room_.here.contains(x.from.connection))
    announce_again(x);
  else if (x.returning && (access.banned || !access.who))
    presence_.say_removed(x.from.outlet, x.from.visitor, x.from.shape, x.from.connection);
  else if (access.banned)
    refuse(x.from, error_code::banned);
  else if (access.who)
    catch_up(std::move(x), access, until);
  else if (room_.row.value.config.join == join_policy::open && !x.members_only)
    admit_new_member(std::move(x), until);
  else
    refuse(x.from, error_code::not_a_member);
}

void joining::admit_new_member(join_room x, moment until) {
  const auto user = x.user.id;
  arrivals_.await_membership(user, x.from, until); // one at a time: it holds the user's lane
  room_.port.wake_at(until);
  room_.turns.write_holding(
    user,
    [room = room_.id(), user, now = room_.options.now()](storage::writer& w) {
      return enter_open_room(w, room, user, now);
    },
    [this, x, until](storage::result<entered>& entered) {
      if (entered && entered->is_new)
        roster_.add(*entered);
      else if (entered)
        room_.known.learn(x.user.id, entered->place);
      if (!arrivals_.take_membership(x.user.id))
        return; // it was told that this takes too long
      if (entered)
        catch_up(x, right{entered->place, false}, until);
      else
        refuse(x.from, entered.error());
    },
    [this, user](error_code why) {
      if (const auto asked = arrivals_.take_membership(user))
        refuse(*asked, why);
    });
}

void joining::catch_up(join_room x, const right& access, moment until) {
  if (x.last_message && *x.last_message > recent_.newest() && !posts_.empty()) {
    // It read over HTTP what was committed but not broadcast yet: it comes in behind that, and hears nothing twice.
    room_.turns.hold(x.user.id);
    arrivals_.await_posts({posts_.next_ticket(), std::move(x), access, until});
    room_.port.wake_at(until);
    return;
  }
  const auto lacks = lacks_of(x, access);
  replay(std::move(x), lacks, until);
}

void joining::let_in_waiting() {
  while (auto next = arrivals_.take_ready(posts_.oldest())) {
    const auto user = next->request.user.id;
    if (const auto verdict = welcome_of(user); verdict != error_code::none)
      refuse(next->request.from, verdict);
    else
      replay(next->request, lacks_of(next->request, next->access), next->until);
    room_.turns.release(user);
  }
}

moment joining::expire() {
  const auto now = room_.options.now.steady();
  while (const auto late = arrivals_.take_overdue(now)) {
    refuse(late->request.from, error_code::rate_limited);
    room_.turns.release(late->request.user.id); // what the user asked next may wait here as well
  }
  while (const auto late = arrivals_.take_overdue_membership(now))
    refuse(*late, error_code::rate_limited);
  return arrivals_.next_expiry();
}

error_code joining::welcome_of(user_id user) const {
  if (room_.row.is_dissolved)
    return error_code::room_not_found;
  const auto* known = room_.known.find(user);
  return known != nullptr && !known->who ? error_code::not_a_member : error_code::none;
}

arrivals::gap joining::lacks_of(const join_room& x, const right& access) const {
  if (x.returning) // it was here when all of that was said
    return {x.last_message.value_or(recent_.newest()), message_id{0}, x.last_change};
  const auto visible = visible_messages(room_.row.value.config, *access.who);
  arrivals::gap lacks{recent_.newest(), visible.after, std::nullopt};
  if (!visible.none && x.last_message)
    lacks.after = std::max(visible.after, *x.last_message);
  if (!visible.none)
    lacks.change = x.last_change;
  return lacks;
}

void joining::replay(join_room x, arrivals::gap lacks, moment until) {
  const auto last = recent_.newest();
  if (lacks.change == room_.row.revision)
    lacks.change = std::nullopt;
  if (lacks.change > room_.row.revision)
    enter(x, {}, true); // what the client knows is of another database
  else if (!lacks.change && lacks.after >= last)
    enter(x, {}, false);
  else if (!lacks.change && recent_.covers(lacks.after))
    enter(x, {recent_.after(lacks.after), {}}, false);
  else
    read_missed(std::move(x), lacks, until);
}

void joining::read_missed(join_room x, const arrivals::gap& lacks, moment until) {
  const auto connection = x.from.connection;
  const auto user = x.user.id;
  arrivals_.await_missed(std::move(x), lacks);
  room_.turns.hold(user);
  room_.turns.read(
    until,
    [room = room_.id(), lacks, last = recent_.newest()](storage::reader& r) {
      arrivals::missed out;
      if (lacks.after < last)
        out.posted = r.messages().find_missed(room, lacks.after, limits::replay_max + 1);
      if (lacks.change)
        out.changed = r.messages().find_changed(room, *lacks.change, limits::replay_max + 1);
      return out;
    },
    [this, connection, user](arrivals::missed& found) {
      auto back = arrivals_.take_missed(connection, std::move(found), recent_.newest(), room_.row.revision);
      if (const auto verdict = welcome_of(user); verdict != error_code::none)
        refuse(back.request.from, verdict);
      else
        enter(back.request, std::move(back.what), back.too_many);
      room_.turns.release(user);
    },
    [this, connection, user](error_code why) {
      refuse(arrivals_.give_up_missed(connection).from, why);
      room_.turns.release(user);
    });
}

room_joined_reply joining::joined_reply(bool resync) const {
  return {room_.id(),         room_.here.users(), recent_.newest(), resync, watching_.shown_to_joiner(),
          room_.row.revision, roster_.online(),   roster_.reads()};
}

void joining::enter(const join_room& x, arrivals::missed missed, bool resync) {
  const bool is_first = presence_.enter(x);
  if (x.user.id == anonymous_user)
    room_.here.note_guest(x.from.connection, recent_.newest());

  attach_listener what{room_.id(), x.from.connection, x.from.shape, {}, {}, recent_.newest(), room_.row.revision};
  if (x.returning) {
    add_missed(what, missed, false);
  } else if (x.from.shape == wire_shape::envelope) {
    what.first.push_back(make_text_frame(encode_envelope(joined_reply(resync), x.from.request_id, language::zh)));
    add_missed(what, missed, true);
  } else if (!x.greeting.empty()) {
    what.first.push_back(make_text_frame(x.greeting));
  }
  room_.port.to_audience(x.from.outlet, std::move(what));
  if (!x.returning)
    room_.port.to_visitor(x.from.visitor, entered_room{room_.id(), x.from.connection});

  if (x.returning)
    tell_returned(x, is_first, resync);
  else if (is_first)
    presence_.tell_come(x);
  else if (x.from.shape == wire_shape::flat && x.greeting.empty())
    announce_again(x);
}

void joining::add_missed(attach_listener& to, arrivals::missed& missed, bool replayed) const {
  auto add = [&](const room_event& event) {
    to.replay.push_back(make_text_frame(to.shape == wire_shape::envelope ? encode_envelope(event) : encode_flat(event),
                                        chain_of(to.room, to.shape)));
  };
  for (auto& m : missed.changed) {
    room_.options.sign(m);
    if (m.deleted)
      add(message_deleted{m.id, m.room, replayed});
    else
      add(message_edited{std::move(m), replayed});
  }
  for (auto& m : missed.posted) {
    room_.options.sign(m);
    add(message_posted{std::move(m), replayed});
  }
}

void joining::tell_returned(const join_room& x, bool is_first, bool resync) {
  if (resync) // the client asks for what it lacks, when it comes back
    room_.port.to_audience(x.from.outlet, close_connection{x.from.connection, close_reasons::home_moved.code,
                                                           std::string(close_reasons::home_moved.words), room_.id()});
  presence_.tell_returned(x, is_first);
  if (const auto state = watching_.shown_to_joiner())
    room_.say.tell({x.from.connection}, sync_changed{*state});
}

void joining::announce_again(const join_room& x) {
  if (x.from.shape == wire_shape::envelope)
    room_.say.tell(x.from, make_text_frame(encode_envelope(joined_reply(false), x.from.request_id, language::zh)));
  else
    room_.say.tell(x.from, make_text_frame(encode_flat(user_join_reply{x.user, x.guest_name}, language::zh)));
  room_.port.to_visitor(x.from.visitor, entered_room{room_.id(), x.from.connection});
}

} // namespace parley
