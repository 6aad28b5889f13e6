#include "cluster/room_orders.hpp"

#include "protocol/overloaded.hpp"

namespace parley::cluster {

namespace {

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

} // namespace

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

std::optional<refused> refusal_of(room_id room, const room_order& x, error_code why) {
  const auto* from = asker_of(x);
  const auto* leaving = std::get_if<leave_room>(&x);
  if (from == nullptr || (leaving != nullptr && leaving->why == leave_room::cause::connection_lost))
    return std::nullopt;
  return refused{room, from->connection, request_of(x), why, from->request_id, {}, from->ticket};
}

} // namespace parley::cluster
