#include "actors/room/presence.hpp"

#include "protocol/close_reason.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace parley {

namespace {

close_connection closing_of(room_id room, connection_id which, const close_reason& why) {
  return close_connection{which, why.code, std::string(why.words), room};
}

} // namespace

template <class Make>
void presence::tell_mirrors(Make news) {
  for (const auto& x : room_.here.outlets())
    if (x.listeners > 0 && x.mirror)
      room_.port.to_mirror(x.mirror, news());
}

// -- coming and going ----------------------------------------------------------------------

bool presence::enter(const join_room& x) {
  const bool was_active = !room_.here.empty();
  const bool is_first = room_.here.enter(x.from, x.user, x.guest_name, x.mirror);
  if (is_first) {
    moved(was_active);
    tell_mirrors([&] { return mirror_presence{room_.id(), false, {{x.user, x.guest_name}}, {}}; });
    if (returning_.next_expiry() != moment::max())
      returning_.came({x.user, x.guest_name});
  }
  if (x.mirror && room_.here.outlets()[room_.here.find(x.from.connection)->outlet].listeners == 1)
    room_.port.to_mirror(x.mirror, mirror_presence{room_.id(), true, room_.here.everybody(), {}});
  return is_first;
}

void presence::tell_come(const join_room& x, std::vector<connection_id> also) {
  if (x.from.shape == wire_shape::envelope)
    if (const auto at = std::ranges::lower_bound(also, x.from.connection); at == also.end() || *at != x.from.connection)
      also.insert(at, x.from.connection);
  room_.say.broadcast(presence_changed{room_.id(), x.user, true, room_.here.users(), x.guest_name}, also);
}

void presence::carry_out(expect_people& x) {
  returning_.expect(std::move(x), room_.here.everybody(), room_.options.now.steady());
  expect_expiry();
}

void presence::tell_returned(const join_room& x, bool is_first) {
  for (const auto& who : returning_.news(x.from.outlet))
    room_.say.tell({x.from.connection},
                   presence_changed{room_.id(), who.user, true, room_.here.users(), who.guest_name});
  returning_.arrived(x.from.connection);
  if (is_first && room_.here.visitors().size() > returning_.arrived().size())
    tell_come(x, returning_.arrived());
}

void presence::carry_out(const leave_room& x) {
  if (x.user == anonymous_user) // guests do not wait for each other
    leave(x);
  else
    room_.turns.run(x.user, [this, x] { leave(x); });
}

void presence::leave(const leave_room& x) {
  const bool asked = x.why == leave_room::cause::asked;
  const auto* visitor = room_.here.find(x.from.connection);
  if (visitor == nullptr) {
    if (asked)
      room_.say.refuse(x.from, refused::request::leave,
                       room_.row.is_dissolved ? error_code::room_not_found : error_code::not_joined);
    return;
  }
  const auto who = room_.here.show(visitor->who);
  if (asked)
    room_.port.to_audience(x.from.outlet, detach_listener{room_.id(), x.from.connection});
  remove(x.from.connection, !asked);
  if (!asked)
    return;
  if (x.from.shape == wire_shape::envelope)
    room_.say.tell(x.from,
                   make_text_frame(encode_envelope(room_left_reply{room_.id(), {}}, x.from.request_id, language::zh)));
  else
    room_.say.tell(x.from, make_text_frame(encode_flat(user_leave_reply{who.user, who.guest_name}, language::zh)));
}

void presence::remove(connection_id which, bool was_lost) {
  const auto user = attendance::user_of(room_.here.find(which)->who);
  watching_.forget(user, which);
  if (user == anonymous_user || room_.here.connections_of(user).size() == 1)
    typing_.stop(typist::of(user, which));
  std::optional<moment> stays_until;
  if (was_lost && room_.options.presence_grace.count() > 0)
    stays_until = room_.options.now.steady() + room_.options.presence_grace;
  if (const auto gone = room_.here.leave(which, stays_until))
    tell_gone(*gone);
  else
    expect_expiry();
}

void presence::put_out(user_id user) {
  std::vector<std::pair<connection_id, attendance::visitor>> theirs;
  std::ranges::copy_if(room_.here.visitors(), std::back_inserter(theirs),
                       [user](const auto& x) { return attendance::user_of(x.second.who) == user; });
  for (const auto& [connection, x] : theirs) {
    room_.port.to_audience(room_.here.outlet_of(x), detach_listener{room_.id(), connection});
    say_removed(room_.here.outlet_of(x), x.session, x.shape, connection);
    remove(connection, false);
  }
  while (const auto gone = room_.here.take_away(user))
    tell_gone(*gone);
}

void presence::say_removed(const audience_actor& outlet, const visitor_actor& session, wire_shape shape,
                           connection_id which) {
  if (shape == wire_shape::envelope)
    room_.port.to_audience(
      outlet, unicast{which, make_text_frame(encode_envelope(room_left_reply{room_.id(), "removed"}, {}, language::zh)),
                      room_.id()});
  else
    room_.port.to_audience(outlet, closing_of(room_.id(), which, close_reasons::removed));
  room_.port.to_visitor(session, removed_from_room{room_.id(), which});
}

void presence::close_down() {
  for (const auto& [connection, x] : room_.here.visitors()) {
    room_.port.to_audience(room_.here.outlet_of(x), detach_listener{room_.id(), connection});
    if (x.shape == wire_shape::flat)
      room_.port.to_audience(room_.here.outlet_of(x), closing_of(room_.id(), connection, close_reasons::dissolved));
    room_.port.to_visitor(x.session, removed_from_room{room_.id(), connection});
  }
  room_.here.clear();
  typing_.clear();
}

// -- who hears of it -----------------------------------------------------------------------

void presence::tell_gone(const attendance::shown& who) {
  moved(true);
  tell_mirrors([&] { return mirror_presence{room_.id(), false, {}, {who}}; });
  returning_.went(who);
  room_.say.broadcast(presence_changed{room_.id(), who.user, false, room_.here.users(), who.guest_name});
}

void presence::expire() {
  while (const auto gone = room_.here.take_expired(room_.options.now.steady()))
    tell_gone(*gone);
  for (const auto& who : returning_.take_overdue(room_.options.now.steady()))
    if (!room_.here.is_present(who))
      room_.say.broadcast(presence_changed{room_.id(), who.user, false, room_.here.users(), who.guest_name});
  expect_expiry();
}

void presence::expect_expiry() {
  if (const auto next = std::min(room_.here.next_expiry(), returning_.next_expiry()); next != moment::max())
    room_.port.wake_at(next);
}

void presence::moved(bool was_active) {
  room_.port.to_placement(occupancy_changed{room_.id(), room_.here.live()});
  if (was_active == room_.here.empty())
    save();
  if (room_.here.empty())
    watching_.room_emptied();
}

void presence::save() {
  if (room_.row.is_dissolved)
    return;
  const bool active = !room_.here.empty();
  if (const auto due = keeper_.due(active); due > room_.options.now.steady()) {
    if (due != moment::max())
      room_.port.wake_at(due);
    return;
  }
  keeper_.begin();
  room_.turns.write(
    [room = room_.id(), active](storage::writer& w) {
      w.rooms().set_active(room, active);
      return true;
    },
    [this, active](bool) {
      keeper_.stored(active);
      save(); // it may have changed again meanwhile
    },
    [this](error_code) { room_.port.wake_at(keeper_.failed(room_.options.now.steady())); });
}

} // namespace parley
