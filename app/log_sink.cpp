#include "app/log_sink.hpp"

#include <climits>

#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <stdexcept>
#include <system_error>
#include <unistd.h>
#include <utility>

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
bool has_room(int descriptor) {
  pollfd log{.fd = descriptor, .events = POLLOUT, .revents = 0};
  return ::poll(&log, 1, 0) == 1;
}

} // namespace

log_sink::log_sink(std::string file) : file_(std::move(file)), descriptor_(open()) {}

log_sink::~log_sink() {
  if (descriptor_ != STDERR_FILENO)
    ::close(descriptor_);
}

int log_sink::open() const {
  if (file_.empty())
    return STDERR_FILENO;
  // O_NONBLOCK: a FIFO that nobody reads would hold up the start, and then each line.
  const int out = ::open(file_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0640);
  if (out < 0)
    throw std::runtime_error("log.file: \"" + file_ +
                             "\" cannot be written: " + std::generic_category().message(errno));
  return out;
}

void log_sink::reopen() {
  const int fresh = open();
  const std::lock_guard lock(mutex_);
  const int old = std::exchange(descriptor_, fresh);
  cut_ = false;
  if (old != STDERR_FILENO)
    ::close(old);
}

void log_sink::sink_it_(const spdlog::details::log_msg& message) {
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

bool log_sink::write(const spdlog::details::log_msg& message) {
  if (!has_room(descriptor_))
    return false;
  spdlog::memory_buf_t line;
  formatter_->format(message, line);
  for (auto shorter = message; line.size() > PIPE_BUF && shorter.payload.size() > 0;) {
    shorter.payload = first_half(shorter.payload);
    line.clear();
    formatter_->format(shorter, line);
  }
  if (cut_ && ::write(descriptor_, "\n", 1) == 1)
    cut_ = false;
  const auto written = ::write(descriptor_, line.data(), line.size());
  cut_ = cut_ || (written > 0 && written < static_cast<ssize_t>(line.size())); // of a disk that is full
  return written == static_cast<ssize_t>(line.size());
}

} // namespace parley::app
