// Actors that stay on one I/O thread: whoever sends to them, they run where they were placed.
#pragma once

#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/execution_unit.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <utility>

namespace parley {

/// Where a pinned actor runs. Both are null in tests: the system's own scheduler runs it then.
struct pin {
  /// Queues a resumable for the thread's loop; may be called from any thread.
  caf::execution_unit* loop = nullptr;
  /// The unit that actors of the thread see while they run; jobs that are not pinned go on to the system's scheduler.
  caf::execution_unit* context = nullptr;
};

/// Base of a typed actor (`Actor` is a `caf::typed_actor`) that lives on one I/O thread.
template <class Actor>
class pinned : public Actor::base {
public:
  using super = typename Actor::base;

  pinned(caf::actor_config& cfg, pin where) : super(cfg), where_(where) {}

  using super::enqueue;

  void enqueue(caf::mailbox_element_ptr what, caf::execution_unit* sender_unit) override {
    super::enqueue(std::move(what), where_.loop != nullptr ? where_.loop : sender_unit);
  }

  void launch(caf::execution_unit* unit, bool lazy, bool hide) override {
    super::launch(where_.loop != nullptr ? where_.loop : unit, lazy, hide);
  }

protected:
  pin where() const { return where_; }

private:
  pin where_;
};

/// Spawns a pinned actor. Safe from any thread.
template <class Impl, class... Args>
auto spawn_pinned(caf::actor_system& system, pin where, Args&&... args) {
  caf::actor_config cfg{where.context};
  return system.spawn_class<Impl, caf::no_spawn_options>(cfg, where, std::forward<Args>(args)...);
}

} // namespace parley
