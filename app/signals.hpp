// What signals ask of a node: an orderly end, any end, or to read its files anew.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>

namespace parley::app {

/// A thread of its own takes SIGTERM, SIGINT and SIGHUP, so that the process ends also if its other threads hang: at
/// once with status 1 at the second SIGTERM or SIGINT, or where the end takes longer than it may. SIGHUP means to read
/// files anew; where it comes from the kernel the terminal is gone, and then it is as SIGTERM, unless the process was
/// started to outlive it (nohup). SIGPIPE, SIGUSR1 and SIGUSR2 are ignored.
class signals {
public:
  enum class wish : std::uint8_t { end, reload };

  /// Blocks the signals in this thread and in those that it starts later. `patience` is how long the process may live
  /// after the first that ends it. One object a process.
  explicit signals(std::chrono::milliseconds patience);
  signals(const signals&) = delete;
  signals& operator=(const signals&) = delete;
  /// From here on signals are pending for good.
  ~signals();

  /// Waits for the next wish. `reload` is told once for all that came meanwhile; after `end` there is nothing else. On
  /// one thread at a time.
  wish wait();
  /// Begins what the first SIGTERM begins, asked for from within the process. Any thread.
  void end();
  bool end_came() const { return (wishes_ & wants_end) != 0; }

private:
  static constexpr unsigned wants_end = 1;
  static constexpr unsigned wants_reload = 2;

  void watch(std::chrono::milliseconds patience);
  void tell(unsigned what);

  std::atomic<unsigned> wishes_{0};
  std::atomic<bool> ended_{false};
  bool outlives_terminal_ = false;
  std::thread thread_;
};

} // namespace parley::app
