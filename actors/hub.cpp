#include "actors/hub.hpp"

#include <algorithm>

namespace parley {

hub::behavior_type hub::make_behavior() {
  delayed_send(this, resolution, tick{});
  return {
    [this](enrol& x) {
      connections_.insert_or_assign(x.connection, entry{std::move(x.port), x.session, {}, {}});
    },
    [this](const withdraw& x) { withdraw_one(x.connection); },
    [this](attach_listener& x) { attach_to(x); },
    [this](const detach_listener& x) { detach_from(x.room, x.connection); },
    [this](const deliver& x) { audience_.deliver(x.room, x.envelope, x.flat, x.except); },
    [this](const unicast& x) {
      if (auto it = connections_.find(x.connection); it != connections_.end())
        it->second.port->send(x.frame);
    },
    [this](const close_connection& x) {
      if (auto it = connections_.find(x.connection); it != connections_.end())
        it->second.port->close(x.code, x.reason);
    },
    [this](const remind& x) {
      auto it = connections_.find(x.connection);
      if (it == connections_.end())
        return;
      it->second.wake_at = x.at;
      wheel_.emplace(x.at, x.connection);
    },
    [this](const revoked_tokens& x) {
      gate_.revoke(x.list);
      return finished{};
    },
    [this](const drain& x) {
      for (const auto& [id, who] : connections_)
        send(who.session, x);
    },
    [this](const tick&) {
      turn_wheel();
      delayed_send(this, resolution, tick{});
    },
  };
}

void hub::on_exit() {
  audience_ = {};
  connections_.clear();
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
    std::erase(it->second.rooms, room);
}

void hub::withdraw_one(connection_id who) {
  auto it = connections_.find(who);
  if (it == connections_.end())
    return;
  for (auto room : it->second.rooms)
    audience_.remove(room, who);
  connections_.erase(it);
}

void hub::turn_wheel() {
  auto now = now_();
  while (!wheel_.empty() && wheel_.begin()->first <= now) {
    auto [at, id] = *wheel_.begin();
    wheel_.erase(wheel_.begin());
    auto it = connections_.find(id);
    if (it == connections_.end() || it->second.wake_at != at)
      continue; // gone, or reminded anew since
    it->second.wake_at = {};
    send(it->second.session, wake{});
  }
}

} // namespace parley
