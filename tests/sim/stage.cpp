#include "tests/sim/stage.hpp"

#include "actors/messages.hpp"

#include <caf/actor_registry.hpp>

#include <stdexcept>
#include <utility>

namespace parley::sim {

namespace {

/// 2027-01-15T08:00:00Z.
constexpr timestamp beginning{std::chrono::milliseconds{1'800'000'000'000}};

/// No world takes so many; one that does has actors that keep each other busy.
constexpr std::uint64_t settle_limit = 200'000;

caf::actor_system_config& prepared(caf::actor_system_config& cfg) {
  add_messages(cfg);
  cfg.set("scheduler.policy", caf::atom("testing"));
  return cfg;
}

} // namespace

stage::stage()
  : system_(prepared(config_)), scheduler_(dynamic_cast<caf::scheduler::test_coordinator&>(system_.scheduler())),
    unit_(&system_, scheduler_), own_(system_.registry().running()) {
  begin();
}

void stage::begin() {
  *now_ = beginning;
  steps_ = 0;
  held_.clear();
}

bool stage::is_held(const caf::resumable* who) {
  if (held_.empty())
    return false;
  std::erase_if(held_, [this](const hold& x) { return x.until <= steps_; });
  for (const auto& x : held_)
    if (x.who == who)
      return true;
  return false;
}

bool stage::step(lot& fate) {
  auto& jobs = scheduler_.jobs;
  const auto count = jobs.size();
  if (count == 0)
    return false;
  auto at = fate.below(count);
  for (std::size_t tried = 0; is_held(jobs[at]); at = (at + 1) % count)
    if (++tried == count)
      return false;
  auto* const who = std::exchange(jobs[at], jobs.back());
  jobs.pop_back();
  ++steps_;
  switch (who->resume(&unit_, 1)) {
  case caf::resumable::resume_later:
    jobs.push_back(who);
    break;
  case caf::resumable::done:
  case caf::resumable::awaiting_message:
    caf::intrusive_ptr_release(who);
    break;
  case caf::resumable::shutdown_execution_unit:
    break;
  }
  return true;
}

void stage::run(lot& fate, std::size_t steps) {
  while (steps > 0 && step(fate))
    --steps;
}

void stage::settle(lot& fate) {
  const auto limit = steps_ + settle_limit;
  while (step(fate))
    if (steps_ > limit)
      throw std::runtime_error("the actors do not come to rest");
}

void stage::hold_one(lot& fate, std::size_t steps) {
  auto& jobs = scheduler_.jobs;
  if (!jobs.empty()) // what is queued here does not end before it has run: its address stays its own
    held_.push_back({jobs[fate.below(jobs.size())], steps_ + steps});
}

void stage::advance(std::chrono::milliseconds by) {
  *now_ += by;
  scheduler_.advance_time(by);
}

} // namespace parley::sim
