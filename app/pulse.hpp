// The watchdog's duty: as long as the node answers, its supervisor is told so.
#pragma once

#include "app/supervisor.hpp"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace parley::app {

/// A thread that asks `answers` twice in the supervisor's patience, and tells it if the answer is yes. No thread
/// where the supervisor does not wait.
class pulse {
public:
  /// `answers(limit)` returns whether every part answered within the limit. Both outlive this object.
  using question = std::function<bool(std::chrono::milliseconds limit)>;

  pulse(const supervisor& whom, question answers);
  pulse(const pulse&) = delete;
  pulse& operator=(const pulse&) = delete;
  ~pulse() = default;

private:
  void beat(const std::stop_token& until, std::chrono::milliseconds every);

  const supervisor& whom_;
  question answers_;
  std::mutex mutex_;
  std::condition_variable_any ended_;
  std::jthread thread_; // last: it uses all of them
};

} // namespace parley::app
