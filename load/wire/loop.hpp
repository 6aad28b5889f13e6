// One thread's epoll loop: all sockets are read through one shared buffer, and what was queued meanwhile is written.
#pragma once

#include "load/measure/histogram.hpp"
#include "load/wire/frame.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <queue>
#include <string>
#include <vector>

namespace parley::load {

class pollable;

/// All members belong to one thread. What is watched must outlive the loop's last `poll`.
class loop {
public:
  /// Bytes asked of the kernel at once.
  static constexpr std::size_t read_size = 256 * 1024;

  loop();
  ~loop();
  loop(const loop&) = delete;
  loop& operator=(const loop&) = delete;

  /// Sends what was queued, waits at most `timeout_ns` (0 does not wait) for sockets, and serves those that are ready.
  void poll(std::int64_t timeout_ns);

  // -- for a `pollable` -------------------------------------------------------

  void watch(int fd, pollable& owner, bool writing);
  void rewatch(int fd, pollable& owner, bool reading, bool writing);
  void flush_later(pollable& owner) { unflushed_.push_back(&owner); }
  /// Calls `owner.on_beat(*text)` every `every_ns`, at least 1 ms, for as long as somebody holds `text`: `owner` must.
  void beat_every(std::int64_t every_ns, pollable& owner, const std::shared_ptr<const std::string>& text);

  /// Room for a cut frame left from the last read and `read_size` bytes behind it.
  [[nodiscard]] char* buffer() { return buffer_.get(); }

  /// What the wall clock shows more than `now_ns()`, taken once a turn; nothing in a turn at whose end it was another
  /// than before by over a millisecond: somebody set the clock.
  [[nodiscard]] std::optional<std::int64_t> wall_offset_ns() const { return wall_offset_ns_; }

  /// Where `receive` puts what lay between the arrival of bytes and their being read; null while nobody wants to know.
  histogram* read_lag = nullptr;
  /// Where clients of WebSockets count what they read; null likewise.
  std::uint64_t* received_bytes = nullptr;

  /// Not for secrets: masks and handshake keys of a load test.
  std::uint64_t random();

private:
  struct beat {
    std::int64_t due_ns;
    std::int64_t every_ns;
    pollable* owner;
    std::weak_ptr<const std::string> text;

    bool operator>(const beat& other) const { return due_ns > other.due_ns; }
  };

  void flush();
  void fire_beats();
  void compare_clocks();

  int epoll_;
  std::uint64_t random_state_;
  std::unique_ptr<char[]> buffer_;
  std::vector<pollable*> unflushed_;
  std::priority_queue<beat, std::vector<beat>, std::greater<>> beats_; ///< the next one first
  std::optional<std::int64_t> wall_offset_ns_;
  std::int64_t last_offset_ns_ = 0;
};

} // namespace parley::load
