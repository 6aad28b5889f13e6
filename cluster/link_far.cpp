// Connections of this node in rooms of the peer.
#include "cluster/link.hpp"
#include "protocol/close_reason.hpp"
#include "protocol/overloaded.hpp"

#include <algorithm>

namespace parley::cluster {

namespace {

constexpr close_reason home_lost{close_code::going_away, "the node of one of its rooms is gone"};

/// Whoever asked, if an answer goes there.
const origin* asker_of(const room_order& x) {
  return std::visit(
    [](const auto& order) -> const origin* {
      if constexpr (requires { order.from; })
        return &order.from;
      else
        return nullptr;
    },
    x);
}

refused::request request_of(const room_order& x) {
  return std::visit(overloaded{[](const join_room&) { return refused::request::join; },
                               [](const leave_room&) { return refused::request::leave; },
                               [](const set_typing&) { return refused::request::typing; },
                               [](const steer&) { return refused::request::sync; },
                               [](const set_buffering&) { return refused::request::sync; },
                               [](const request_sync&) { return refused::request::sync; },
                               [](const auto&) { return refused::request::post; }},
                    x);
}

bool is_lost(const room_order& x) {
  const auto* leaving = std::get_if<leave_room>(&x);
  return leaving != nullptr && leaving->why == leave_room::cause::connection_lost;
}

} // namespace

void link::refuse(const order_room& x) {
  if (const auto* from = asker_of(x.what); from != nullptr && from->visitor && !is_lost(x.what))
    send(from->visitor,
         refused{x.room, from->connection, request_of(x.what), error_code::rate_limited, from->request_id, {}});
}

void link::go_out(far_order& x) {
  const auto room = x.what.room;
  const bool lost = is_lost(x.what.what);
  if (!far_ || (queue_.is_crowded() && !std::holds_alternative<leave_room>(x.what.what))) {
    refuse(x.what);
    return;
  }
  if (const auto* from = asker_of(x.what.what)) {
    if (lost && !visitors_.contains(from->connection))
      return; // the peer knows nothing of it
    auto& who = visitors_[from->connection];
    who.outlet = from->outlet;
    who.session = from->visitor;
    if (std::holds_alternative<join_room>(x.what.what))
      who.rooms.try_emplace(room, false);
    if (lost) {
      const auto connection = from->connection;
      leave(who, room);
      forget_if_nowhere(connection);
    }
  }
  put(std::move(x.what));
}

caf::typed_response_promise<far_answer> link::go_out(far_question& x) {
  auto out = make_response_promise<far_answer>();
  if (!far_ || queue_.is_crowded()) {
    out.deliver(far_answer{error_code::rate_limited});
    return out;
  }
  x.what.number = ++last_question_;
  questions_.emplace(x.what.number, out);
  put(std::move(x.what));
  return out;
}

link::far_visitor* link::find_visitor(connection_id who) {
  auto it = visitors_.find(who);
  return it == visitors_.end() ? nullptr : &it->second;
}

void link::count_listener(room_id room, const audience_actor& outlet, int by) {
  auto& all = audiences_[room];
  auto it = std::ranges::find(all, outlet, &far_audience::value_type::first);
  if (it == all.end())
    it = all.insert(it, {outlet, 0});
  it->second += static_cast<std::uint32_t>(by);
  if (it->second == 0)
    all.erase(it);
  if (all.empty())
    audiences_.erase(room);
}

void link::leave(far_visitor& who, room_id room) {
  auto it = who.rooms.find(room);
  if (it == who.rooms.end())
    return;
  if (it->second)
    count_listener(room, who.outlet, -1);
  who.rooms.erase(it);
}

void link::forget_if_nowhere(connection_id who) {
  if (auto* known = find_visitor(who); known != nullptr && known->rooms.empty())
    visitors_.erase(who);
}

void link::hear(attach_listener& x) {
  auto* who = find_visitor(x.connection);
  const auto room = who == nullptr ? decltype(who->rooms)::iterator{} : who->rooms.find(x.room);
  if (who == nullptr || room == who->rooms.end())
    return; // it was lost while the room let it in, which hears of that
  if (!std::exchange(room->second, true))
    count_listener(x.room, who->outlet, 1);
  send(who->outlet, std::move(x));
}

void link::hear(const detach_listener& x) {
  if (auto* who = find_visitor(x.connection)) {
    send(who->outlet, x);
    leave(*who, x.room); // what it is told of that comes yet
  }
}

void link::hear(const deliver& x) {
  if (auto it = audiences_.find(x.room); it != audiences_.end())
    for (const auto& [outlet, listeners] : it->second)
      send(outlet, x);
}

void link::hear(const unicast& x) {
  if (auto* who = find_visitor(x.connection)) {
    send(who->outlet, x);
    forget_if_nowhere(x.connection);
  }
}

void link::hear(const close_connection& x) {
  if (auto* who = find_visitor(x.connection))
    send(who->outlet, x);
}

void link::hear(const entered_room& x) {
  if (auto* who = find_visitor(x.connection))
    send(who->session, x);
}

void link::hear(const refused& x) {
  auto* who = find_visitor(x.connection);
  if (who == nullptr)
    return;
  send(who->session, x);
  if (auto it = who->rooms.find(x.room); x.what == refused::request::join && it != who->rooms.end() && !it->second)
    who->rooms.erase(it);
  forget_if_nowhere(x.connection);
}

void link::hear(const removed_from_room& x) {
  if (auto* who = find_visitor(x.connection)) {
    send(who->session, x);
    leave(*who, x.room);
    forget_if_nowhere(x.connection);
  }
}

void link::hear(answer_room& x) {
  auto it = questions_.find(x.number);
  if (it == questions_.end())
    return;
  auto promise = std::move(it->second);
  questions_.erase(it);
  promise.deliver(far_answer{std::move(x.what)});
}

/// They come back, here or elsewhere, and resume in the room's next home: nothing is missing for them then.
void link::close_all() {
  for (const auto& [connection, who] : visitors_)
    if (!who.rooms.empty())
      send(who.outlet, close_connection{connection, home_lost.code, std::string(home_lost.words)});
  visitors_.clear();
  audiences_.clear();
  for (auto& [number, promise] : std::exchange(questions_, {}))
    promise.deliver(far_answer{error_code::rate_limited});
}

} // namespace parley::cluster
