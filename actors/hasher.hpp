// Password hashing on a thread of its own: bcrypt takes hundreds of milliseconds.
#pragma once

#include "actors/interfaces/hasher.hpp"

#include <caf/typed_event_based_actor.hpp>

namespace parley {

class hasher final : public hasher_actor::base {
public:
  /// `cost` is bcrypt's, 4 to 31.
  hasher(caf::actor_config& cfg, int cost) : hasher_actor::base(cfg), cost_(cost) {}

  const char* name() const override { return "hasher"; }

protected:
  behavior_type make_behavior() override;

private:
  int cost_;
};

} // namespace parley
