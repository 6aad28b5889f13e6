#include "actors/room/member_orders.hpp"

#include "actors/moderation.hpp"
#include "protocol/limits.hpp"

#include <utility>

namespace parley {

void member_orders::carry_out(const change_member& x, completion<member_state> out) {
  auto step = [room = room_.id(), x, now = room_.options.now()](storage::writer& w) {
    return parley::carry_out(w, room, x, now);
  };
  room_.turns.decide(x.target, out, std::move(step), [this, out](changed_member& now) {
    if (now.moved && now.place.user == anonymous_user)
      roster_.mute_guests(now.shown.user, now.place);
    else if (now.moved)
      roster_.change(now.shown.user, now.place);
    out(member_state{std::move(now.shown), now.place.muted_until});
  });
}

void member_orders::carry_out(const remove_member& x, completion<finished> out) {
  struct removal {
    removed_member gone;
    std::optional<std::vector<read_mark>> reads; ///< of a room that has few members now
  };
  auto step = [room = room_.id(), x, knows_reads = roster_.knows_reads(),
               now = room_.options.now()](storage::writer& w) -> storage::result<removal> {
    auto gone = parley::carry_out(w, room, x, now);
    if (!gone)
      return tl::unexpected(gone.error());
    removal done{std::move(*gone), std::nullopt};
    if (!knows_reads && w.rooms().find(room).value().value.members <= limits::told_members_max)
      done.reads = w.read_marks().list(room);
    return done;
  };
  room_.turns.decide(x.target, out, std::move(step), [this, x, out](removal& done) {
    room_.known.learn(x.target, std::nullopt, x.ban && x.by != x.target);
    presence_.put_out(x.target);
    if (done.gone.was)
      roster_.remove(done.gone.user, *done.gone.was, std::move(done.reads));
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
      room_.say.broadcast(room_updated{row, room_.here.live()});
      for (const auto& [user, place] : now.places)
        roster_.change(user, place);
      for (const auto& request : now.moved)
        room_.say.notify(request);
    }
    out(room_view{row, room_.here.live()});
  });
}

} // namespace parley
