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

close_connection closing_of(connection_id which, const close_reason& why) {
  return close_connection{which, why.code, std::string(why.words)};
}

} // namespace

// -- coming and going ----------------------------------------------------------------------

bool presence::enter(const origin& from, const user_brief& user, std::string_view guest_name) {
  const bool was_active = !room_.here.empty();
  const bool is_first = room_.here.enter(from, user, guest_name);
  if (is_first)
    moved(was_active);
  return is_first;
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
    if (x.shape == wire_shape::envelope)
      room_.port.to_audience(room_.here.outlet_of(x),
                             unicast{connection, make_text_frame(encode_envelope(room_left_reply{room_.id(), "removed"},
                                                                                 {}, language::zh))});
    else
      room_.port.to_audience(room_.here.outlet_of(x), closing_of(connection, close_reasons::removed));
    room_.port.to_visitor(x.session, removed_from_room{room_.id(), connection});
    remove(connection, false);
  }
  while (const auto gone = room_.here.take_away(user))
    tell_gone(*gone);
}

void presence::close_down() {
  for (const auto& [connection, x] : room_.here.visitors()) {
    room_.port.to_audience(room_.here.outlet_of(x), detach_listener{room_.id(), connection});
    if (x.shape == wire_shape::flat)
      room_.port.to_audience(room_.here.outlet_of(x), closing_of(connection, close_reasons::dissolved));
    room_.port.to_visitor(x.session, removed_from_room{room_.id(), connection});
  }
  room_.here.clear();
  typing_.clear();
}

// -- who hears of it -----------------------------------------------------------------------

void presence::tell_gone(const attendance::shown& who) {
  moved(true);
  room_.say.broadcast(presence_changed{room_.id(), who.user, false, room_.here.users(), who.guest_name});
}

void presence::expire() {
  while (const auto gone = room_.here.take_expired(room_.options.now.steady()))
    tell_gone(*gone);
  expect_expiry();
}

void presence::expect_expiry() {
  if (room_.here.next_expiry() != moment::max())
    room_.port.wake_at(room_.here.next_expiry());
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
