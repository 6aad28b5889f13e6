// SIGTERM and SIGINT: the first asks for an orderly end, the second for any, and an orderly one has a time limit.
#pragma once

#include <atomic>
#include <chrono>
#include <thread>

namespace parley::app {

/// A thread of its own takes the signals, so that the process ends also where its other threads hang: at once with
/// status 1 at the second signal, or where the end takes longer than it may.
class stop_signals {
public:
  /// Blocks the signals in this thread and in those that it starts later. `patience` is how long the process may live
  /// after the first. One object a process.
  explicit stop_signals(std::chrono::milliseconds patience);
  stop_signals(const stop_signals&) = delete;
  stop_signals& operator=(const stop_signals&) = delete;
  /// From here on signals are pending for good.
  ~stop_signals();

  /// Waits for the first.
  void wait() const { came_.wait(false); }
  bool came() const { return came_; }

private:
  void watch(std::chrono::milliseconds patience);

  std::atomic<bool> came_{false};
  std::atomic<bool> ended_{false};
  std::thread thread_;
};

} // namespace parley::app
