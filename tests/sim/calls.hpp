// Asks a room as an HTTP request does: the placement first, then the room. Each call is an actor of its own.
#pragma once

#include "actors/errors.hpp"
#include "actors/interfaces/placement.hpp"
#include "actors/interfaces/room.hpp"

#include <caf/event_based_actor.hpp>
#include <tl/expected.hpp>

#include <functional>
#include <utility>

namespace parley::sim {

template <class Out>
using answered = std::function<void(tl::expected<Out, error_code>)>;

/// Waits for ever: a request that nobody answers is found by the actor that is left.
template <class Out, class Order>
class room_call final : public caf::event_based_actor {
public:
  room_call(caf::actor_config& cfg, placement_actor whom, room_id room, Order what, answered<Out> then)
    : caf::event_based_actor(cfg), placement_(std::move(whom)), room_(room), what_(std::move(what)),
      then_(std::move(then)) {}

protected:
  caf::behavior make_behavior() override {
    request(placement_, caf::infinite, find_room{room_})
      .then(
        [this](const room_actor& found) {
          request(found, caf::infinite, std::move(what_))
            .then([this](const Out& x) { then_(x); }, [this](const caf::error& why) { fail(why); });
        },
        [this](const caf::error& why) { fail(why); });
    return {};
  }

private:
  void fail(const caf::error& why) { then_(tl::unexpected(to_error_code(why))); }

  placement_actor placement_;
  room_id room_;
  Order what_;
  answered<Out> then_;
};

/// Asks anybody else.
template <class Out, class Whom, class Order>
class plain_call final : public caf::event_based_actor {
public:
  plain_call(caf::actor_config& cfg, Whom whom, Order what, answered<Out> then)
    : caf::event_based_actor(cfg), whom_(std::move(whom)), what_(std::move(what)), then_(std::move(then)) {}

protected:
  caf::behavior make_behavior() override {
    request(whom_, caf::infinite, std::move(what_))
      .then([this](const Out& x) { then_(x); },
            [this](const caf::error& why) { then_(tl::unexpected(to_error_code(why))); });
    return {};
  }

private:
  Whom whom_;
  Order what_;
  answered<Out> then_;
};

} // namespace parley::sim
