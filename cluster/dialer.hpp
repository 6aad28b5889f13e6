// Connects with other nodes. It waits while it does, and so has a thread of its own.
#pragma once

#include "cluster/interfaces.hpp"

#include <caf/typed_event_based_actor.hpp>

namespace parley::cluster {

class dialer final : public dialer_actor::base {
public:
  /// How long somebody may take to accept a connection, before CAF's one thread is asked to make it.
  static constexpr std::chrono::milliseconds probe_limit{500};

  dialer(caf::actor_config& cfg, bool tls) : dialer_actor::base(cfg), tls_(tls) {}

  const char* name() const override { return "dialer"; }

protected:
  behavior_type make_behavior() override;

private:
  bool tls_;
};

/// Whether somebody accepts a connection there within `limit`. Blocks.
bool answers_at(const std::string& host, std::uint16_t port, std::chrono::milliseconds limit);

} // namespace parley::cluster
