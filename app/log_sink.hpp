// Where the log goes: standard error or a file, for a log that must hold nobody up.
#pragma once

#include <spdlog/sinks/base_sink.h>

#include <cstdint>
#include <mutex>
#include <string>

namespace parley::app {

/// Writes each line to its descriptor where there is room for it at once, and drops it if a pipe, a socket or a
/// terminal is full: whoever makes the server log must not stop its threads by it. The next line that fits comes after
/// one that tells how many were lost. A line is at most PIPE_BUF bytes (4096): its message is cut to that. Any thread.
/// A file always has room, so a disk that hangs does hold up whoever logs to it.
class log_sink final : public spdlog::sinks::base_sink<std::mutex> {
public:
  /// Lines are added to `file`, which is made (for its owner alone) where it is missing; with an empty name they go to
  /// standard error. Throws std::runtime_error: one line.
  explicit log_sink(std::string file);
  ~log_sink() override;

  /// Opens the file anew, by its name: whoever rotates logs has moved the old one away. Throws as the constructor, and
  /// then lines go where they went.
  void reopen();

private:
  void sink_it_(const spdlog::details::log_msg& message) override;
  void flush_() override {} // nothing is kept back

  int open() const;
  /// False if it had no room.
  bool write(const spdlog::details::log_msg& message);

  std::string file_;
  int descriptor_;
  std::uint64_t lost_ = 0;
  bool cut_ = false; ///< the last line was written in part
};

} // namespace parley::app
