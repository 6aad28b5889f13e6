// The socket between the coordinator and a worker process: short messages both ways, never a wait.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parley::load {

/// `ready`, `snapshot`, `fault` and `done` go to the coordinator, `go` and `stop` to the worker.
enum class word : std::uint8_t {
  ready,    ///< all connections are in place
  snapshot, ///< a `snapshot_writer`'s bytes
  fault,    ///< one line for people; the worker ends
  done,     ///< the last word
  go,       ///< a `plan`, as it lies in memory
  stop,
};

struct note {
  word what;
  std::string content;
};

/// Owns its descriptor. A message is at most 16 MiB.
class channel {
public:
  explicit channel(int fd) : fd_(fd) {}
  ~channel();
  channel(channel&& other) noexcept;
  channel& operator=(channel&&) = delete;

  /// Queues a message and sends what goes without a wait.
  void send(word what, std::string_view content = {});
  /// Sends more of what is queued. True where nothing is left, or nobody is there to read.
  bool flush();
  /// The next whole message, if one has come.
  std::optional<note> receive();

  /// The other end is gone; messages that came before may still be received.
  [[nodiscard]] bool closed() const { return closed_; }
  [[nodiscard]] bool sends() const { return !out_.empty(); } ///< something is queued
  [[nodiscard]] int fd() const { return fd_; }

private:
  void read();

  int fd_;
  bool closed_ = false;
  std::string out_;
  std::string in_;
};

} // namespace parley::load
