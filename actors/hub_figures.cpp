// What the hub tells operators: its connections, why others ended, how much it handed over.
#include "actors/connection_log.hpp"
#include "actors/hub.hpp"
#include "protocol/close_reason.hpp"

#include <algorithm>

namespace parley {

void hub::hand_over(const deliver& x) {
  counted_.deliveries += audience_.deliver(x.room, x.envelope, x.flat, x.except, may_wait(x));
  if (!x.stages)
    return;
  counted_.accept_to_commit.add(x.stages->committed - x.stages->accepted);
  counted_.fan_out.add(std::chrono::steady_clock::now() - x.stages->committed);
}

bool hub::may_wait(const deliver& x) {
  if (hold_ == nullptr || x.last == message_id{})
    return false;
  auto* const pace = audience_.find_pace(x.room);
  if (pace == nullptr)
    return false;
  const auto now = frame_hold::clock::now();
  const auto by = pace->note(now, hold_->bound(now), hold_->departures());
  if (by)
    hold_->leave_by(*by);
  return by.has_value();
}

void hub::remember_end(const withdraw& x, const entry& who) {
  // Ends that the server decided on are worth a line; clients come and go.
  const bool decided = x.code >= 1002 && x.code != 1005 && x.code != 1006;
  const auto level = decided ? spdlog::level::info : spdlog::level::debug;
  if (spdlog::should_log(level)) // the address is a question to the system
    log_connection(level, x.connection, "{} of user {} from {} closed {}{}{}", name_of(who.kind), who.user.value,
                   who.port->address(), x.code, x.reason.empty() ? "" : ": ", x.reason);
  ++closed_[x.code];
  if (x.code == static_cast<int>(close_code::slow_consumer))
    ++counted_.slow_closed;
  disconnect_view end{x.connection, std::nullopt, x.code, x.reason, now_()};
  if (who.user)
    end.user = who.user;
  ends_.push_back(std::move(end));
  if (ends_.size() > remembered_ends)
    ends_.pop_front();
}

bool hub::dismiss_one(connection_id who) {
  auto it = connections_.find(who);
  if (it == connections_.end())
    return false;
  constexpr auto why = close_reasons::dismissed;
  it->second.port->close(why.code, why.words);
  return true;
}

connection_list hub::list(const get_connections& x) const {
  connection_list out;
  for (const auto& [id, who] : connections_) {
    if (x.user && who.user != *x.user)
      continue;
    connection_view one{.id = id,
                        .user = std::nullopt,
                        .kind = std::string(name_of(who.kind)),
                        .address = who.port->address(),
                        .connected_at = who.connected_at,
                        .rooms = {who.rooms.begin(), who.rooms.end()},
                        .outbox_bytes = static_cast<std::int64_t>(who.port->outbox_bytes())};
    if (who.user)
      one.user = user_brief{who.user, {}, {}};
    std::sort(one.rooms.begin(), one.rooms.end());
    out.items.push_back(std::move(one));
  }
  return out;
}

disconnect_list hub::list(const get_disconnects& x) const {
  disconnect_list out;
  std::copy_if(ends_.rbegin(), ends_.rend(), std::back_inserter(out.items),
               [&](const disconnect_view& end) { return !x.user || end.user == x.user; });
  return out;
}

hub_figures hub::figures() const {
  auto out = counted_;
  for (const auto& [id, who] : connections_) {
    ++out.connections[static_cast<std::size_t>(who.kind)];
    out.outbox_bytes += static_cast<std::int64_t>(who.port->outbox_bytes());
  }
  out.closed.assign(closed_.begin(), closed_.end());
  return out;
}

} // namespace parley
