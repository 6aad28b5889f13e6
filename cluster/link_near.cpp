// Connections of the peer in rooms of this node.
#include "actors/patience.hpp"
#include "cluster/link.hpp"
#include "cluster/room_orders.hpp"

#include <caf/actor_cast.hpp>
#include <caf/response_type.hpp>

namespace parley::cluster {

template <class Request>
void link::come_in(Request& x) {
  const auto id = x.room;
  if (settling_) {
    bounce(x);
    touched_.insert(id);
    return;
  }
  auto [it, fresh] = rooms_.try_emplace(id);
  if (it->second.room) {
    carry_out(it->second, x);
    forget_unused(id);
    return;
  }
  it->second.held.emplace_back(std::move(x));
  if (!fresh)
    return;
  request(env_->rooms, caf::infinite, find_own_room{id})
    .then([this, id](const room_actor& room) { found(id, room); },
          [this, id](const caf::error& why) { not_found(id, to_error_code(why)); });
}

void link::found(room_id id, room_actor room) {
  auto it = rooms_.find(id);
  if (it == rooms_.end())
    return; // of a session that ended
  it->second.room = std::move(room);
  for (auto& request : std::exchange(it->second.held, {}))
    std::visit([&](auto& x) { carry_out(it->second, x); }, request);
  forget_unused(id);
}

void link::not_found(room_id id, error_code why) {
  auto gone = rooms_.extract(id);
  if (gone.empty())
    return;
  if (why == error_code::gone) { // they ask the next home
    put(not_home{id});
    return;
  }
  for (auto& request : gone.mapped().held) {
    if (const auto* order = std::get_if<order_room>(&request)) {
      if (auto no = refusal_of(id, order->what, why))
        put(std::move(*no));
    } else {
      put(answer_room{std::get<ask_room>(request).number, why});
    }
  }
}

void link::stand_in_for(origin& visitor) {
  visitor.outlet = caf::actor_cast<audience_actor>(this);
  visitor.visitor = caf::actor_cast<visitor_actor>(this);
}

void link::carry_out(near_room& where, order_room& x) {
  std::visit(
    [&](auto& order) {
      if constexpr (requires { order.from; })
        stand_in_for(order.from);
      using kind = std::decay_t<decltype(order)>;
      if constexpr (std::is_same_v<kind, join_room>) {
        order.mirror = caf::actor_cast<mirror_actor>(this);
        where.visitors.insert_or_assign(order.from.connection,
                                        order.guest == error_code::none ? order.user.id : anonymous_user);
      } else if constexpr (std::is_same_v<kind, expect_people>)
        order.outlet = caf::actor_cast<audience_actor>(this);
      else if constexpr (std::is_same_v<kind, leave_room>)
        if (order.why == leave_room::cause::connection_lost)
          where.visitors.erase(order.from.connection);
      send(where.room, std::move(order));
    },
    x.what);
}

void link::carry_out(near_room& where, ask_room& x) {
  std::visit(
    [&](auto& question) {
      using answer = typename caf::detail::tl_head<
        caf::response_type_t<room_actor::signatures, std::decay_t<decltype(question)>>>::type;
      const auto session = session_;
      const auto number = x.number;
      // Without a time limit: the room answers in time, or has ended.
      request(where.room, caf::infinite, std::move(question))
        .then(
          [this, session, number](answer& value) {
            if (session == session_)
              put(answer_room{number, std::move(value)});
          },
          [this, session, number](const caf::error& why) {
            if (session == session_)
              put(answer_room{number, to_error_code(why)});
          });
    },
    x.what);
}

/// What comes for them from here on is given back.
caf::typed_response_promise<finished> link::settle_rooms_here() {
  auto out = make_response_promise<finished>();
  settling_ = true;
  auto left = std::make_shared<std::size_t>(1); // rooms, and this loop
  auto one_less = [left, out]() mutable {
    if (--*left == 0)
      out.deliver(finished{});
  };
  for (auto& [id, here] : rooms_) {
    touched_.insert(id);
    if (!here.room) { // it is being found
      for (auto& request : std::exchange(here.held, {}))
        std::visit([this](auto& x) { bounce(x); }, request);
      continue;
    }
    ++*left;
    request(here.room, answer_patience, settle_room{})
      .then([one_less](finished) mutable { one_less(); }, [one_less](const caf::error&) mutable { one_less(); });
  }
  one_less();
  return out;
}

void link::release_rooms_here() {
  for (const auto id : std::exchange(touched_, {}))
    put(not_home{id});
  send_batches();
}

void link::bounce(order_room& x) {
  put(bounced_order{x.room, std::move(x.what)});
}

void link::forget_near(room_id room, connection_id who) {
  if (auto it = rooms_.find(room); it != rooms_.end()) {
    it->second.visitors.erase(who);
    forget_unused(room);
  }
}

/// A room that nobody is in may end, and another actor be the next: it has to be asked for again.
void link::forget_unused(room_id room) {
  if (auto it = rooms_.find(room); it != rooms_.end() && it->second.room && it->second.visitors.empty())
    rooms_.erase(it);
}

void link::leave_all() {
  for (const auto& [id, here] : std::exchange(rooms_, {}))
    if (here.room)
      for (const auto& [connection, user] : here.visitors) {
        leave_room order{{}, user, leave_room::cause::connection_lost};
        order.from.connection = connection;
        stand_in_for(order.from);
        send(here.room, std::move(order));
      }
}

} // namespace parley::cluster
