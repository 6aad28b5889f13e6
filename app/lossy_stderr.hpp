// Standard error for a log that must hold nobody up.
#pragma once

#include <spdlog/sinks/base_sink.h>

#include <cstdint>
#include <mutex>

namespace parley::app {

/// Writes each line to descriptor 2 where there is room for it at once, and drops it where a pipe, a socket or a
/// terminal is full: whoever makes the server log must not stop its threads by it. The next line that fits comes after
/// one that tells how many were lost. A line is at most PIPE_BUF bytes (4096): its message is cut to that. Any thread.
/// A file always has room, so a disk that hangs does hold up whoever logs to it.
class lossy_stderr final : public spdlog::sinks::base_sink<std::mutex> {
private:
  void sink_it_(const spdlog::details::log_msg& message) override;
  void flush_() override {} // nothing is kept back

  /// False where it had no room.
  bool write(const spdlog::details::log_msg& message);

  std::uint64_t lost_ = 0;
};

} // namespace parley::app
