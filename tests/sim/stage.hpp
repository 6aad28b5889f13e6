// Where the actors of a simulated world run: one at a time, one message at a time, whose turn it is drawn by lot.
#pragma once

#include "actors/pinned.hpp"
#include "protocol/time.hpp"
#include "tests/sim/lot.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scheduler/test_coordinator.hpp>

#include <cstdint>
#include <memory>
#include <vector>

namespace parley::sim {

/// One actor system for many worlds, one after the other: to make one takes longer than to run a world in it. One
/// thread.
class stage {
public:
  stage();

  caf::actor_system& system() { return system_; }
  /// All actors have this place: what they send outside of a turn is queued here as well.
  pin place() { return {&unit_, &unit_}; }

  timestamp now() const { return *now_; }
  time_source clock() const {
    return [now = now_] { return *now; };
  }

  /// Sets both clocks back to where every world begins. Only while nothing runs.
  void begin();

  /// Lets an actor drawn by lot handle one message. False where none has any, but for those that are held.
  bool step(lot& fate);
  /// At most so many steps; also from within an actor's step, which then takes that long.
  void run(lot& fate, std::size_t steps);
  /// Until only held actors have anything to do. Timers do not fire.
  void settle(lot& fate);

  /// An actor drawn by lot, of those that have something to do, does nothing for so many steps.
  void hold_one(lot& fate, std::size_t steps);
  void release_all() { held_.clear(); }

  /// Moves both clocks; what timers send is queued.
  void advance(std::chrono::milliseconds by);
  /// Forgets every timer; for the end of a world.
  void drop_timers() { scheduler_.clock().cancel_all(); }

  /// Actors that did not end, but for the system's own.
  std::size_t running() { return system_.registry().running() - own_; }
  std::uint64_t steps() const { return steps_; }

private:
  /// What actors see that run here. It outlives their turns.
  class unit final : public caf::execution_unit {
  public:
    unit(caf::actor_system* system, caf::scheduler::test_coordinator& scheduler)
      : caf::execution_unit(system), scheduler_(scheduler) {}
    void exec_later(caf::resumable* what) override { scheduler_.jobs.push_back(what); }

  private:
    caf::scheduler::test_coordinator& scheduler_;
  };
  struct hold {
    const caf::resumable* who;
    std::uint64_t until; ///< step
  };

  bool is_held(const caf::resumable* who);

  std::shared_ptr<timestamp> now_ = std::make_shared<timestamp>();
  caf::actor_system_config config_;
  caf::actor_system system_;
  caf::scheduler::test_coordinator& scheduler_;
  unit unit_;
  std::size_t own_;
  std::uint64_t steps_ = 0;
  std::vector<hold> held_;
};

} // namespace parley::sim
