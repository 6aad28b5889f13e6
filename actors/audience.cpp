#include "actors/audience.hpp"

#include <algorithm>

namespace parley {

namespace {

/// How far in front of the one being served.
constexpr std::size_t ahead = 8;

auto position(auto& listeners, connection_id who) {
  return std::lower_bound(listeners.begin(), listeners.end(), who,
                          [](const audience::listener& x, connection_id id) { return x.connection < id; });
}

} // namespace

void audience::add(room_id room, listener who) {
  auto& listeners = rooms_[room].listeners;
  auto at = position(listeners, who.connection);
  if (at != listeners.end() && at->connection == who.connection)
    *at = who;
  else
    listeners.insert(at, who);
}

bool audience::remove(room_id room, connection_id who) {
  auto found = rooms_.find(room);
  if (found == rooms_.end())
    return false;
  auto& listeners = found->second.listeners;
  auto at = position(listeners, who);
  if (at == listeners.end() || at->connection != who)
    return false;
  listeners.erase(at);
  if (listeners.empty())
    rooms_.erase(found);
  return true;
}

std::size_t audience::deliver(room_id room, const frame_ptr& envelope, const frame_ptr& flat,
                              std::span<const connection_id> except, bool later) const {
  auto found = rooms_.find(room);
  if (found == rooms_.end())
    return 0;
  std::size_t heard = 0;
  auto skipped = except.begin(); // both lists rise
  const auto& listeners = found->second.listeners;
  for (std::size_t i = 0; i < listeners.size(); ++i) {
    const auto& x = listeners[i];
    if (i + ahead < listeners.size()) // in a room of thousands each port is a cache miss
      __builtin_prefetch(listeners[i + ahead].port, 1);
    const auto& bytes = x.shape == wire_shape::envelope ? envelope : flat;
    if (bytes == nullptr)
      continue;
    while (skipped != except.end() && *skipped < x.connection)
      ++skipped;
    if (skipped != except.end() && *skipped == x.connection)
      continue;
    if (later)
      x.port->send_later(bytes);
    else
      x.port->send(bytes);
    ++heard;
  }
  return heard;
}

room_pace* audience::find_pace(room_id room) {
  auto found = rooms_.find(room);
  return found == rooms_.end() ? nullptr : &found->second.pace;
}

} // namespace parley
