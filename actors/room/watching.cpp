#include "actors/room/watching.hpp"

#include "protocol/overloaded.hpp"
#include "protocol/policy.hpp"

#include <utility>
#include <variant>
#include <vector>

namespace parley {

watching::watching(room_core& room, const std::optional<storage::playback>& kept)
  : room_(room), player_(kept ? player(room.id(), *kept) : player(room.id())) {}

// -- steering ------------------------------------------------------------------------------

void watching::carry_out(const steer& x) {
  const auto until = room_.turns.answer_due();
  room_.turns.with_right(
    x.by, until,
    [this, x, until](const right& access) {
      if (refuse_steering(x, access))
        return;
      if (const auto* what = std::get_if<sync_load>(&x.what); what != nullptr && what->what)
        load(x, access, *what->what, until);
      else
        apply(x, std::nullopt);
    },
    [this, from = x.from](error_code why) { room_.say.refuse(from, refused::request::sync, why); });
}

bool watching::refuse_steering(const steer& x, const right& access) {
  auto verdict = error_code::none;
  if (!room_.here.contains(x.from.connection))
    verdict = error_code::not_joined;
  else if (room_.is_suspended())
    verdict = error_code::rate_limited;
  else if (!access.who || may_steer(room_.row.value.config, *access.who) != error_code::none)
    verdict = error_code::sync_forbidden;
  else if (x.if_version && *x.if_version != player_.version())
    verdict = error_code::sync_conflict;
  else if (!player_.shows_video() && !std::holds_alternative<sync_load>(x.what))
    verdict = error_code::video_not_found;
  if (verdict == error_code::none)
    return false;
  refused no{room_.id(), x.from.connection, refused::request::sync, verdict, x.from.request_id};
  if (verdict == error_code::sync_conflict)
    no.sync = now();
  room_.port.to_visitor(x.from.visitor, std::move(no));
  return true;
}

void watching::load(const steer& x, const right& access, video_id what, moment until) {
  room_.turns.hold(x.by);
  lookups_.begin();
  auto finish = [this, by = x.by] {
    lookups_.end();
    room_.turns.release(by);
  };
  room_.turns.read(
    until, [what](storage::reader& r) { return r.videos().find(what); },
    [this, x, access, what, finish](auto& found) {
      const auto* known = room_.known.find(x.by);
      if (!refuse_steering(x, known == nullptr ? access : *known)) {
        if (found && found->value.room == room_.id() && !lookups_.was_removed(what))
          apply(x, std::move(found->value));
        else
          room_.say.refuse(x.from, refused::request::sync, error_code::video_not_found);
      }
      finish();
    },
    [this, from = x.from, finish](error_code why) {
      room_.say.refuse(from, refused::request::sync, why);
      finish();
    });
}

void watching::apply(const steer& x, std::optional<video> loaded) {
  const auto at = room_.options.now.steady();
  std::visit(overloaded{
               [&](const sync_load&) { player_.load(std::move(loaded), x.by, at); },
               [&](const sync_play& to) { player_.play(to.position_s, x.by, at); },
               [&](const sync_pause& to) { player_.pause(to.position_s, x.by, at); },
               [&](const sync_seek& to) { player_.seek(to.position_s, x.by, at); },
               [&](const sync_rate& to) { player_.set_rate(to.rate, x.by, at); },
             },
             x.what);
  moved(&x.from);
}

void watching::carry_out(const set_buffering& x) {
  auto buffer = [this, x] {
    if (refuse_sync(x.from))
      return;
    if (x.is_buffering && !player_.shows_video()) {
      room_.say.refuse(x.from, refused::request::sync, error_code::video_not_found);
      return;
    }
    const auto at = room_.options.now.steady();
    bool has_moved = x.is_buffering ? player_.begin_buffering(x.by, x.from.connection, at)
                                    : player_.end_buffering(x.by, x.from.connection, at);
    if (has_moved)
      moved(&x.from);
    else if (!x.from.request_id.empty())
      tell(x.from, now());
  };
  room_.turns.in_turn(x.by, room_.turns.answer_due(), std::move(buffer),
                      [this, from = x.from](error_code why) { room_.say.refuse(from, refused::request::sync, why); });
}

void watching::carry_out(const request_sync& x) {
  auto show = [this, x] {
    if (!refuse_sync(x.from))
      tell(x.from, now());
  };
  room_.turns.in_turn(x.by, room_.turns.answer_due(), std::move(show),
                      [this, from = x.from](error_code why) { room_.say.refuse(from, refused::request::sync, why); });
}

bool watching::refuse_sync(const origin& from) {
  bool joined = room_.here.contains(from.connection);
  auto verdict = error_code::none;
  if (!joined)
    verdict = error_code::not_joined;
  else if (room_.row.value.config.sync == sync_mode::off)
    verdict = error_code::sync_forbidden;
  else if (room_.is_suspended())
    verdict = error_code::rate_limited;
  if (verdict != error_code::none)
    room_.say.refuse(from, refused::request::sync, verdict);
  return verdict != error_code::none;
}

void watching::carry_out(const video_removed& x) {
  lookups_.removed(x.id); // a lookup on its way may have found it still
  if (player_.remove(x.id, room_.options.now.steady()))
    moved();
}

void watching::forget(user_id user, connection_id which) {
  if (player_.end_buffering(user, which, room_.options.now.steady()))
    moved();
}

void watching::moved(const origin* asker) {
  keeper_.changed();
  save();
  if (auto until = player_.next_expiry())
    room_.port.wake_at(*until);
  tell_all(asker);
}

void watching::tell_all(const origin* asker) {
  if (room_.row.value.config.sync == sync_mode::off)
    return;
  untold_ = room_.is_suspended(); // only time and departures move the player then
  if (untold_) {
    room_.port.wake_at(room_.options.now.steady() + doubt);
    return;
  }
  auto state = now();
  bool answers = asker != nullptr && !asker->request_id.empty();
  room_.say.broadcast(sync_changed{state}, answers ? std::vector{asker->connection} : std::vector<connection_id>());
  if (answers)
    tell(*asker, state);
}

void watching::expire() {
  if (player_.expire_buffering(room_.options.now.steady())) {
    moved();
    return;
  }
  if (auto until = player_.next_expiry())
    room_.port.wake_at(*until);
  if (untold_)
    tell_all();
}

// -- showing -------------------------------------------------------------------------------

sync_state watching::now() const {
  auto out = player_.state(room_.options.now.steady());
  if (out.watched && out.watched->kind == video_kind::file && room_.options.sign_video)
    out.watched->url = room_.options.sign_video(out.watched->id);
  return out;
}

std::optional<sync_state> watching::shown_to_joiner() const {
  if (room_.row.value.config.sync == sync_mode::off || player_.version() == 0)
    return std::nullopt;
  return now();
}

void watching::tell(const origin& to, const sync_state& state) {
  room_.say.tell(to, make_text_frame(encode_envelope(sync_state_reply{state}, to.request_id, language::zh)));
}

// -- keeping -------------------------------------------------------------------------------

void watching::room_emptied() {
  if (player_.is_running())
    keeper_.changed();
  save();
}

void watching::save() {
  if (room_.row.is_dissolved)
    return;
  const auto due = keeper_.due(player_.is_running(), room_.here.empty());
  const auto at = room_.options.now.steady();
  if (due > at) {
    if (due != moment::max())
      room_.port.wake_at(due);
    return;
  }
  keeper_.begin(at);
  save_now(
    [this] {
      keeper_.stored();
      save(); // it may have moved again meanwhile
    },
    [this] { room_.port.wake_at(keeper_.failed()); });
}

void watching::save_now(std::function<void()> then, std::function<void()> failed) {
  room_.turns.write(
    [room = room_.id(), what = player_.kept(room_.options.now.steady())](storage::writer& w) {
      w.playback().save(room, what);
      return true;
    },
    [then = std::move(then)](bool) { then(); }, [failed = std::move(failed)](error_code) { failed(); });
}

} // namespace parley
