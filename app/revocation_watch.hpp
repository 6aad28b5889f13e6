// Tokens that another process revoked, as `parley user passwd` does beside a running server.
#pragma once

#include "storage/ports.hpp"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

namespace parley::app {

/// A thread that reads the revocations of the database once a second, and tells those that it has not told yet. A
/// failing read is tried again; the writer says what is wrong with the disk.
class revocation_watch {
public:
  using opener = std::function<std::unique_ptr<storage::reader>()>;
  using listener = std::function<void(storage::revocations)>;

  /// Both are called on the thread alone, and outlive this object; the reader ends before it.
  revocation_watch(opener open, listener tell, time_source now);
  revocation_watch(const revocation_watch&) = delete;
  revocation_watch& operator=(const revocation_watch&) = delete;
  ~revocation_watch() = default;

private:
  void watch(const std::stop_token& until);

  opener open_;
  listener tell_;
  time_source now_;
  std::mutex mutex_;
  std::condition_variable_any ended_;
  std::jthread thread_; // last: it uses all of them
};

} // namespace parley::app
