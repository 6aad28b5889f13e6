// One thread's epoll loop: it reads every connection through one shared buffer and writes what was queued meanwhile.
#pragma once

#include "load/frame.hpp"

#include <cstdint>
#include <memory>
#include <vector>

namespace parley::load {

class client;

/// All members belong to one thread. Connections must outlive the loop's last `poll`.
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

  // -- for `client` -------------------------------------------------------

  void watch(int fd, client& owner, bool writing);
  void rewatch(int fd, client& owner, bool writing);
  void flush_later(client& owner) { unflushed_.push_back(&owner); }

  /// Room for a cut frame left from the last read and `read_size` bytes behind it.
  [[nodiscard]] char* buffer() { return buffer_.get(); }

  /// Not for secrets: masks and handshake keys of a load test.
  std::uint64_t random();

private:
  void flush();

  int epoll_;
  std::uint64_t random_state_;
  std::unique_ptr<char[]> buffer_;
  std::vector<client*> unflushed_;
};

} // namespace parley::load
