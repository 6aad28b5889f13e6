// The hub: every connection of one I/O thread, what each room's audience there is, and one timing wheel.
#pragma once

#include "actors/audience.hpp"
#include "actors/interfaces.hpp"
#include "actors/pinned.hpp"
#include "actors/token_gate.hpp"

#include <map>
#include <unordered_map>

namespace parley {

class hub final : public pinned<hub_actor> {
public:
  /// `gate` belongs to the same thread and outlives the hub.
  hub(caf::actor_config& cfg, pin where, token_gate& gate, time_source now)
    : pinned(cfg, where), gate_(gate), now_(std::move(now)) {}

  /// How late a reminder may be.
  static constexpr std::chrono::milliseconds resolution{250};

  const char* name() const override { return "hub"; }

protected:
  behavior_type make_behavior() override;
  void on_exit() override;

private:
  struct entry {
    std::shared_ptr<connection_port> port;
    session_actor session;
    std::vector<room_id> rooms;
    timestamp wake_at{}; ///< what the wheel holds for it; the epoch for nothing
  };

  void attach_to(attach_listener& what);
  void detach_from(room_id room, connection_id who);
  void withdraw_one(connection_id who);
  void turn_wheel();

  token_gate& gate_;
  time_source now_;
  audience audience_;
  std::unordered_map<connection_id, entry> connections_;
  std::multimap<timestamp, connection_id> wheel_;
};

} // namespace parley
