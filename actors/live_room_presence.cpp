// Joining, catching up and leaving.
#include "actors/invitations.hpp"
#include "actors/live_room_inline.hpp"
#include "protocol/limits.hpp"

#include <algorithm>

namespace parley {

void live_room::on_join(join_room& x) {
  if (gone_) {
    refuse(x.from, refused::request::join, error_code::room_not_found);
    return;
  }
  if (x.guest != error_code::none) {
    if (!room_.config.allow_guests)
      refuse(x.from, refused::request::join, x.guest);
    else if (attendance_.contains(x.from.connection))
      announce_again(x);
    else if (x.name_fault != error_code::none)
      refuse(x.from, refused::request::join, x.name_fault);
    else
      enter(x, {}, false);
    return;
  }
  const auto until = answer_due();
  auto failed = [this, from = x.from](error_code why) { refuse(from, refused::request::join, why); };
  auto user = x.user.id;
  with_right(
    user, until, [this, x = std::move(x), until](const right& access) mutable { admit(x, access, until); },
    std::move(failed));
}

void live_room::admit(join_room& x, const right& access, moment until) {
  if (gone_)
    refuse(x.from, refused::request::join, error_code::room_not_found);
  else if (attendance_.contains(x.from.connection))
    announce_again(x);
  else if (access.banned)
    refuse(x.from, refused::request::join, error_code::banned);
  else if (access.who)
    catch_up(std::move(x), access, until);
  else if (room_.config.join == join_policy::open)
    admit_new_member(std::move(x), until);
  else
    refuse(x.from, refused::request::join, error_code::not_a_member);
}

void live_room::admit_new_member(join_room x, moment until) {
  auto user = x.user.id;
  becoming_.insert_or_assign(user, becoming{x.from, until}); // one at a time: it holds the user's lane
  wake_at(until);
  write_holding(
    user,
    [room = room_.id, user, now = env_->now()](storage::writer& w) { return enter_open_room(w, room, user, now); },
    [this, x, until](storage::result<membership>& entered) {
      if (entered)
        remember(entered->user, right{*entered, false});
      if (becoming_.erase(x.user.id) == 0)
        return; // it was told that this takes too long
      if (entered)
        catch_up(x, right{*entered, false}, until);
      else
        refuse(x.from, refused::request::join, entered.error());
    },
    [this, user](error_code why) {
      if (auto asked = becoming_.extract(user); !asked.empty())
        refuse(asked.mapped().from, refused::request::join, why);
    });
}

void live_room::catch_up(join_room x, const right& access, moment until) {
  if (x.last_message && *x.last_message > last_message_ && !pipeline_.empty()) {
    // It read over HTTP what was committed but not broadcast yet: it comes in behind that, and hears nothing twice.
    lanes_.hold(x.user.id);
    waiting_joins_.push_back({next_ticket_, std::move(x), access, until});
    wake_at(until);
    return;
  }
  replay(std::move(x), access, until);
}

void live_room::let_in_waiting() {
  while (!waiting_joins_.empty() && (pipeline_.empty() || pipeline_.front().ticket >= waiting_joins_.front().behind)) {
    auto next = std::move(waiting_joins_.front());
    waiting_joins_.pop_front();
    auto user = next.request.user.id;
    if (auto verdict = welcome_of(user); verdict != error_code::none)
      refuse(next.request.from, refused::request::join, verdict);
    else
      replay(std::move(next.request), next.access, next.until);
    lanes_.release(user);
  }
}

moment live_room::expire_joins() {
  const auto now = env_->now.steady();
  const auto is_overdue = [now](const waiting_join& x) { return x.until <= now; };
  auto at = std::ranges::find_if(waiting_joins_, is_overdue);
  while (at != waiting_joins_.end()) {
    const auto from = at->request.from;
    const auto user = at->request.user.id;
    waiting_joins_.erase(at);
    refuse(from, refused::request::join, error_code::rate_limited);
    lanes_.release(user); // what the user asked next may wait here as well
    at = std::ranges::find_if(waiting_joins_, is_overdue);
  }
  std::erase_if(becoming_, [&](const auto& entry) {
    const auto& asked = entry.second;
    if (asked.until <= now)
      refuse(asked.from, refused::request::join, error_code::rate_limited);
    return asked.until <= now;
  });
  auto next = moment::max();
  for (const auto& x : waiting_joins_)
    next = std::min(next, x.until);
  for (const auto& [user, x] : becoming_)
    next = std::min(next, x.until);
  return next;
}

error_code live_room::welcome_of(user_id user) const {
  if (gone_)
    return error_code::room_not_found;
  auto now = rights_.find(user);
  return now != rights_.end() && !now->second.who ? error_code::not_a_member : error_code::none;
}

void live_room::replay(join_room x, const right& access, moment until) {
  auto visible = visible_messages(room_.config, *access.who);
  auto floor = x.last_message ? std::max(visible.after, *x.last_message) : last_message_;
  if (visible.none || floor >= last_message_) {
    enter(x, {}, false);
    return;
  }
  if (recent_.covers(floor)) {
    enter(x, recent_.after(floor), false);
    return;
  }
  auto connection = x.from.connection;
  auto user = x.user.id;
  catching_up_.insert_or_assign(connection, catching_up{std::move(x), {}, {}});
  lanes_.hold(user);
  read(
    until,
    [room = room_.id, floor](storage::reader& r) {
      return r.messages().find_missed(room, floor, limits::replay_max + 1);
    },
    [this, connection, user](std::vector<message>& missed) {
      auto waiting = std::move(catching_up_.extract(connection).mapped());
      bool too_many = missed.size() > limits::replay_max;
      // What is committed but was not broadcast yet comes live; what was broadcast since may not be in the answer.
      std::erase_if(missed, [this](const message& m) { return m.id > last_message_; });
      auto newest = missed.empty() ? message_id{} : missed.back().id;
      for (auto& m : waiting.since)
        if (m.id > newest)
          missed.push_back(std::move(m));
      for (auto& m : missed)
        if (auto edited = waiting.changed.find(m.id); edited != waiting.changed.end())
          m = std::move(edited->second);
      too_many = too_many || missed.size() > limits::replay_max;
      if (too_many)
        missed.clear();
      if (auto verdict = welcome_of(user); verdict != error_code::none)
        refuse(waiting.request.from, refused::request::join, verdict);
      else
        enter(waiting.request, std::move(missed), too_many);
      lanes_.release(user);
    },
    [this, connection, user](error_code why) {
      auto waiting = std::move(catching_up_.extract(connection).mapped());
      refuse(waiting.request.from, refused::request::join, why);
      lanes_.release(user);
    });
}

void live_room::enter(const join_room& x, std::vector<message> missed, bool resync) {
  bool was_active = !attendance_.empty();
  bool first = attendance_.enter(x.from, x.user, x.guest_name);
  if (first)
    presence_moved(was_active);

  attach_listener what{room_.id, x.from.connection, x.from.shape, {}, {}};
  if (x.from.shape == wire_shape::envelope) {
    room_joined_reply joined{room_.id, live().active_users, last_message_, resync, joined_sync()};
    what.first.push_back(make_text_frame(encode_envelope(joined, x.from.request_id, language::zh)));
    for (auto& m : missed)
      what.replay.push_back(make_text_frame(encode_envelope(message_posted{std::move(m), true})));
  } else if (!x.greeting.empty()) {
    what.first.push_back(make_text_frame(x.greeting));
  }
  send(env_->hubs[x.from.thread], std::move(what));
  send(x.from.session, entered_room{room_.id});

  if (first)
    broadcast(presence_changed{room_.id, x.user, true, live().active_users, x.guest_name},
              x.from.shape == wire_shape::envelope ? std::vector{x.from.connection} : std::vector<connection_id>());
  else if (x.from.shape == wire_shape::flat && x.greeting.empty())
    announce_again(x);
}

void live_room::announce_again(const join_room& x) {
  if (x.from.shape == wire_shape::envelope) {
    room_joined_reply joined{room_.id, live().active_users, last_message_, false, joined_sync()};
    tell(x.from, make_text_frame(encode_envelope(joined, x.from.request_id, language::zh)));
  } else {
    tell(x.from, make_text_frame(encode_flat(user_join_reply{x.user, x.guest_name}, language::zh)));
  }
  send(x.from.session, entered_room{room_.id});
}

void live_room::on_leave(const leave_room& x) {
  auto leave = [this, x] {
    bool asked = x.why == leave_room::cause::asked;
    if (!attendance_.contains(x.from.connection)) {
      if (asked)
        refuse(x.from, refused::request::leave, gone_ ? error_code::room_not_found : error_code::not_joined);
      return;
    }
    const auto who = attendance_.show(attendance_.find(x.from.connection)->who);
    if (asked)
      send(env_->hubs[x.from.thread], detach_listener{room_.id, x.from.connection});
    remove_visitor(x.from.connection, !asked);
    if (!asked)
      return;
    if (x.from.shape == wire_shape::envelope)
      tell(x.from, make_text_frame(encode_envelope(room_left_reply{room_.id, {}}, x.from.request_id, language::zh)));
    else
      tell(x.from, make_text_frame(encode_flat(user_leave_reply{who.user, who.guest_name}, language::zh)));
  };
  if (x.user == anonymous_user) // guests do not wait for each other
    leave();
  else
    lanes_.run(x.user, std::move(leave));
}

void live_room::remove_visitor(connection_id which, bool was_lost) {
  const auto who = attendance_.find(which)->who;
  const auto user = attendance::user_of(who);
  if (player_.end_buffering(user, which, env_->now.steady()))
    player_moved();
  if (user == anonymous_user || attendance_.connections_of(user).size() == 1)
    stop_typing(typist_of(user, which));
  std::optional<moment> stays_until;
  if (was_lost && env_->presence_grace.count() > 0)
    stays_until = env_->now.steady() + env_->presence_grace;
  if (const auto gone = attendance_.leave(which, stays_until))
    tell_gone(*gone);
  else
    expect_expiry();
}

void live_room::tell_gone(const attendance::shown& who) {
  presence_moved(true);
  broadcast(presence_changed{room_.id, who.user, false, live().active_users, who.guest_name});
}

void live_room::expire_presence() {
  while (auto gone = attendance_.take_expired(env_->now.steady()))
    tell_gone(*gone);
  expect_expiry();
}

void live_room::expect_expiry() {
  if (attendance_.next_expiry() != moment::max())
    wake_at(attendance_.next_expiry());
}

void live_room::put_out(user_id user) {
  std::vector<std::pair<connection_id, attendance::visitor>> theirs;
  std::ranges::copy_if(attendance_.visitors(), std::back_inserter(theirs),
                       [user](const auto& x) { return attendance::user_of(x.second.who) == user; });
  for (const auto& [connection, x] : theirs) {
    const auto& hub = env_->hubs[x.thread];
    send(hub, detach_listener{room_.id, connection});
    if (x.shape == wire_shape::envelope)
      send(hub, unicast{connection,
                        make_text_frame(encode_envelope(room_left_reply{room_.id, "removed"}, {}, language::zh))});
    else
      send(hub, close_connection{connection, close_code::forbidden, "removed from the room"});
    send(x.session, removed_from_room{room_.id});
    remove_visitor(connection, false);
  }
  while (auto gone = attendance_.take_away(user))
    tell_gone(*gone);
}

void live_room::presence_moved(bool was_active) {
  send(env_->directory, occupancy_changed{room_.id, live()});
  if (was_active == attendance_.empty())
    store_activity();
  if (attendance_.empty()) {
    unsaved_ = unsaved_ || player_.is_running(); // where it is when the last one leaves is worth more than 5 s ago
    save_playback();
  }
}

void live_room::store_activity() {
  bool active = !attendance_.empty();
  if (storing_active_ || active == stored_active_ || gone_)
    return;
  if (env_->now.steady() < activity_due_) {
    wake_at(activity_due_);
    return;
  }
  storing_active_ = true;
  write(
    [room = room_.id, active](storage::writer& w) {
      w.rooms().set_active(room, active);
      return true;
    },
    [this, active](bool) {
      storing_active_ = false;
      stored_active_ = active;
      activity_pause_ = activity_pause_min;
      store_activity(); // it may have changed again meanwhile
    },
    [this](error_code) {
      storing_active_ = false;
      stored_active_.reset(); // a commit that failed may be found to have happened all the same
      activity_due_ = env_->now.steady() + activity_pause_;
      activity_pause_ = std::min(activity_pause_ * 2, activity_pause_max);
      wake_at(activity_due_);
    });
}

} // namespace parley
