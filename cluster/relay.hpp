// A room whose home is another node, as sessions and HTTP see it.
#pragma once

#include "actors/pinned.hpp"
#include "cluster/interfaces.hpp"

#include <caf/typed_response_promise.hpp>

namespace parley::cluster {

/// Hands on what it is told to the link with the home, in its order. What the room says comes by that link to the hubs
/// and sessions, without this actor.
class relay final : public pinned<room_actor> {
public:
  relay(caf::actor_config& cfg, pin where, room_id room, link_actor home)
    : pinned(cfg, where), room_(room), home_(std::move(home)) {}

  const char* name() const override { return "relay"; }

protected:
  behavior_type make_behavior() override;
  void on_exit() override { home_ = nullptr; }

private:
  template <class Order>
  void hand_on(Order& x);
  template <class Answer, class Question>
  caf::typed_response_promise<Answer> ask(Question& x);

  room_id room_;
  link_actor home_;
};

} // namespace parley::cluster
