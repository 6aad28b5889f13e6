#include "app/lossy_stderr.hpp"

#include <climits>

#include <poll.h>
#include <string>
#include <unistd.h>

namespace parley::app {

namespace {

/// Half of the text, which does not end amid a character of UTF-8.
spdlog::string_view_t first_half(spdlog::string_view_t text) {
  auto size = text.size() / 2;
  while (size > 0 && (static_cast<unsigned char>(text.data()[size]) & 0xc0U) == 0x80U)
    --size;
  return {text.data(), size};
}

/// What polls writable takes PIPE_BUF bytes without blocking, and a pipe takes them as one piece.
bool has_room() {
  pollfd log{.fd = STDERR_FILENO, .events = POLLOUT, .revents = 0};
  return ::poll(&log, 1, 0) == 1;
}

} // namespace

void lossy_stderr::sink_it_(const spdlog::details::log_msg& message) {
  if (lost_ > 0) {
    const auto text = std::to_string(lost_) + " lines of the log were lost: nobody read it";
    auto notice = message;
    notice.level = spdlog::level::warn;
    notice.payload = text;
    if (write(notice))
      lost_ = 0;
  }
  if (lost_ > 0 || !write(message))
    ++lost_;
}

bool lossy_stderr::write(const spdlog::details::log_msg& message) {
  if (!has_room())
    return false;
  spdlog::memory_buf_t line;
  formatter_->format(message, line);
  for (auto shorter = message; line.size() > PIPE_BUF && shorter.payload.size() > 0;) {
    shorter.payload = first_half(shorter.payload);
    line.clear();
    formatter_->format(shorter, line);
  }
  return ::write(STDERR_FILENO, line.data(), line.size()) == static_cast<ssize_t>(line.size());
}

} // namespace parley::app
