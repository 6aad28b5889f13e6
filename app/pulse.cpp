#include "app/pulse.hpp"

#include <utility>

namespace parley::app {

pulse::pulse(const supervisor& whom, question answers) : whom_(whom), answers_(std::move(answers)) {
  if (const auto patience = whom.patience())
    thread_ = std::jthread([this, every = std::chrono::duration_cast<std::chrono::milliseconds>(*patience) /
                                          2](const std::stop_token& until) { beat(until, every); });
}

void pulse::beat(const std::stop_token& until, std::chrono::milliseconds every) {
  std::unique_lock lock(mutex_);
  while (!until.stop_requested()) {
    const auto next = std::chrono::steady_clock::now() + every;
    // A long commit may take its time, up to half of the supervisor's patience.
    if (answers_(every))
      whom_.tell("WATCHDOG=1");
    ended_.wait_until(lock, until, next, [] { return false; });
  }
}

} // namespace parley::app
