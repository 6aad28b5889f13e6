#include "actors/hub.hpp"

#include "actors/connection_log.hpp"

#include <algorithm>

namespace parley {

hub::behavior_type hub::make_behavior() {
  expect_tick();
  return {
    [this](enrol& x) {
      if (spdlog::should_log(spdlog::level::debug))
        log_connection(spdlog::level::debug, x.connection, "{} opened from {}", name_of(x.kind), x.port->address());
      if (draining_)
        send(x.session, drain{}); // it upgraded as the drain began
      connections_.insert_or_assign(x.connection, entry{.port = std::move(x.port),
                                                        .session = std::move(x.session),
                                                        .rooms = {},
                                                        .user = {},
                                                        .connected_at = x.connected_at,
                                                        .kind = x.kind});
    },
    [this](const withdraw& x) { withdraw_one(x); },
    [this](attach_listener& x) { attach_to(x); },
    [this](const detach_listener& x) { detach_from(x.room, x.connection); },
    [this](const deliver& x) { hand_over(x); },
    [this](const unicast& x) {
      if (auto it = connections_.find(x.connection); it != connections_.end())
        it->second.port->send(x.frame);
    },
    [this](const close_connection& x) {
      if (auto it = connections_.find(x.connection); it != connections_.end())
        it->second.port->close(x.code, x.reason);
    },
    [this](const remind& x) {
      if (auto it = connections_.find(x.connection); it != connections_.end())
        wake_at(x.connection, it->second, x.at);
    },
    [this](const revoked_tokens& x) {
      gate_.revoke(x.list);
      if (users_ != nullptr)
        users_->forget_tokens();
      for (const auto& gone : x.list.users)
        forget(gone.user);
      return finished{};
    },
    [this](const forget_user& x) {
      forget(x.user);
      return finished{};
    },
    [this](const identify& x) {
      if (auto it = connections_.find(x.connection); it != connections_.end())
        it->second.user = x.user;
    },
    [this](const dismiss& x) { return dismiss_one(x.connection); },
    [this](const get_connections& x) { return list(x); },
    [this](const get_disconnects& x) { return list(x); },
    [this](const get_hub_figures&) { return figures(); },
    [this](const drain& x) {
      draining_ = true;
      for (const auto& [id, who] : connections_)
        send(who.session, x);
    },
    [this](const tick&) {
      counted_.mailbox.add(std::max<moment::duration>(now_.steady() - next_tick_, {}));
      fire_reminders();
      expect_tick();
    },
  };
}

void hub::on_exit() {
  audience_ = {};
  connections_.clear();
}

void hub::forget(user_id who) {
  if (users_ != nullptr)
    users_->forget(who);
}

void hub::attach_to(attach_listener& what) {
  auto it = connections_.find(what.connection);
  if (it == connections_.end())
    return; // it was lost while the room let it in; its session tells the room
  auto& [id, who] = *it;
  for (auto& bytes : what.first)
    who.port->send(std::move(bytes));
  if (!what.replay.empty())
    who.port->send_paced(std::move(what.replay));
  audience_.add(what.room, {id, who.port.get(), what.shape});
  if (std::find(who.rooms.begin(), who.rooms.end(), what.room) == who.rooms.end())
    who.rooms.push_back(what.room);
}

void hub::detach_from(room_id room, connection_id who) {
  if (!audience_.remove(room, who))
    return;
  if (auto it = connections_.find(who); it != connections_.end())
    it->second.rooms.erase(std::remove(it->second.rooms.begin(), it->second.rooms.end(), room), it->second.rooms.end());
}

void hub::withdraw_one(const withdraw& x) {
  auto it = connections_.find(x.connection);
  if (it == connections_.end())
    return;
  for (auto room : it->second.rooms)
    audience_.remove(room, x.connection);
  remember_end(x, it->second);
  connections_.erase(it);
}

void hub::expect_tick() {
  next_tick_ = now_.steady() + resolution;
  delayed_send(this, resolution, tick{});
}

/// A later time than the heap holds needs no entry yet: the one that is there will be put off when it comes up.
void hub::wake_at(connection_id who, entry& its, moment at) {
  its.wake_at = at;
  if (its.queued_at != moment{} && its.queued_at <= at)
    return;
  its.queued_at = at;
  reminders_.emplace(at, who);
}

/// Entries of connections that have gone would stay until their time, which may be that of a token.
void hub::tidy_reminders() {
  if (reminders_.size() <= 2 * connections_.size() + reminder_slack)
    return;
  std::vector<reminder> kept;
  for (const auto& [id, who] : connections_)
    if (who.queued_at != moment{})
      kept.emplace_back(who.queued_at, id);
  reminders_ = decltype(reminders_)(std::greater<>(), std::move(kept));
}

void hub::fire_reminders() {
  tidy_reminders();
  auto now = now_.steady();
  while (!reminders_.empty() && reminders_.top().first <= now) {
    auto [at, id] = reminders_.top();
    reminders_.pop();
    auto it = connections_.find(id);
    if (it == connections_.end() || it->second.queued_at != at)
      continue; // gone, or reminded earlier since
    auto& who = it->second;
    who.queued_at = {};
    if (who.wake_at > now)
      wake_at(id, who, who.wake_at);
    else
      send(who.session, wake{});
  }
}

} // namespace parley
