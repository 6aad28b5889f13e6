// CAF's test scheduler and a clock of our own: the test decides who runs next and what time it is.
#pragma once

#include "actors/errors.hpp"
#include "actors/interfaces/common.hpp"
#include "actors/messages.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/send.hpp>

#include <algorithm>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <stdexcept>
#include <utility>
#include <vector>

namespace parley::test {

/// What became of one request. Both are empty while it waits.
template <class T>
struct answer {
  std::optional<T> value;
  std::optional<error_code> refused;

  bool pending() const { return !value && !refused; }
};

/// Asks once, and writes the answer down.
template <class T, class Handle, class Message>
class asker final : public caf::event_based_actor {
public:
  asker(caf::actor_config& cfg, Handle whom, Message what, std::shared_ptr<answer<T>> out)
    : caf::event_based_actor(cfg), whom_(std::move(whom)), what_(std::move(what)), out_(std::move(out)) {}

protected:
  caf::behavior make_behavior() override {
    request(whom_, caf::infinite, std::move(what_))
      .then([out = out_](const T& x) { out->value = x; },
            [out = out_](const caf::error& why) { out->refused = to_error_code(why); });
    return {};
  }

private:
  Handle whom_;
  Message what_;
  std::shared_ptr<answer<T>> out_;
};

/// An actor system in which nothing moves by itself. One thread, no sleeping.
class deterministic {
public:
  deterministic()
    : system_(prepared(config_)), scheduler_(dynamic_cast<caf::scheduler::test_coordinator&>(system_.scheduler())) {}

  caf::actor_system& system() { return system_; }

  timestamp now() const { return *now_; }
  moment steady() const { return *steady_; }
  time_source clock() const {
    return {[now = now_] { return *now; }, [steady = steady_] { return *steady; }};
  }
  /// Somebody sets the wall clock. No time passes.
  void step_wall(std::chrono::milliseconds by) { *now_ += by; }

  /// Until `release`, the actor does nothing: what is sent to it waits in its mailbox.
  template <class Handle>
  void hold(const Handle& who) {
    held_.insert(resumable_of(who));
  }
  template <class Handle>
  void release(const Handle& who) {
    held_.erase(resumable_of(who));
  }
  void release_all() { held_.clear(); }

  /// Lets the actor handle one message, held or not. False where it has none.
  template <class Handle>
  bool step(const Handle& who) {
    return scheduler_.prioritize(who) && scheduler_.try_run_once();
  }

  /// Runs until only held actors have anything to do. Timers do not fire.
  void settle() {
    bounded([this] { return run_first([](std::size_t) { return std::size_t{0}; }); });
  }

  /// As `settle`, but whose turn it is is drawn by lot, message by message.
  void settle_shuffled(std::mt19937& lot) {
    bounded([&] { return run_shuffled(lot); });
  }

  /// At most so many messages of actors drawn by lot. Also from within an actor's step, which then takes that long.
  void run_some(std::mt19937& lot, unsigned count) {
    while (count > 0 && run_shuffled(lot))
      --count;
  }

  /// Moves all clocks in small steps, and lets everybody run after each.
  void advance(std::chrono::milliseconds by) {
    constexpr std::chrono::milliseconds slice{250};
    while (by.count() > 0) {
      auto step = std::min(by, slice);
      *now_ += step;
      *steady_ += step;
      scheduler_.advance_time(step);
      settle();
      by -= step;
    }
  }

  /// Sends a request; look at the answer after `settle`.
  template <class T, class Handle, class Message>
  std::shared_ptr<const answer<T>> ask(const Handle& whom, Message what) {
    auto out = std::make_shared<answer<T>>();
    system_.spawn<asker<T, Handle, Message>>(whom, std::move(what), out);
    return out;
  }

private:
  static caf::actor_system_config& prepared(caf::actor_system_config& cfg) {
    add_messages(cfg);
    cfg.set("scheduler.policy", caf::atom("testing"));
    return cfg;
  }

  template <class Handle>
  static caf::resumable* resumable_of(const Handle& who) {
    return dynamic_cast<caf::resumable*>(caf::actor_cast<caf::abstract_actor*>(who));
  }

  /// Runs one message of one actor that is not held; `choose` picks among them.
  template <class Choose>
  bool run_first(Choose choose) {
    auto& jobs = scheduler_.jobs;
    std::vector<std::size_t> ready;
    for (std::size_t i = 0; i < jobs.size(); ++i)
      if (!held_.contains(jobs[i]))
        ready.push_back(i);
    if (ready.empty())
      return false;
    auto at = jobs.begin() + static_cast<std::ptrdiff_t>(ready[choose(ready.size())]);
    std::rotate(jobs.begin(), at, at + 1);
    return scheduler_.try_run_once();
  }

  bool run_shuffled(std::mt19937& lot) {
    return run_first([&](std::size_t ready) { return std::uniform_int_distribution<std::size_t>(0, ready - 1)(lot); });
  }

  template <class Step>
  static void bounded(Step step) {
    for (int i = 0; i < 2'000'000; ++i)
      if (!step())
        return;
    throw std::runtime_error("the actors do not come to rest");
  }

  std::shared_ptr<timestamp> now_ = std::make_shared<timestamp>(std::chrono::milliseconds{1'800'000'000'000});
  std::shared_ptr<moment> steady_ = std::make_shared<moment>(now_->time_since_epoch());
  caf::actor_system_config config_;
  caf::actor_system system_;
  caf::scheduler::test_coordinator& scheduler_;
  std::set<const caf::resumable*> held_;
};

} // namespace parley::test
