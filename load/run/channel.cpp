#include "load/run/channel.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace parley::load {

namespace {

/// Size of the content and the word; both ends are one program on one machine.
constexpr std::size_t head_size = sizeof(std::uint32_t) + 1;
constexpr std::uint32_t content_most = 16U << 20;

} // namespace

channel::~channel() {
  if (fd_ >= 0)
    ::close(fd_);
}

channel::channel(channel&& other) noexcept
  : fd_(std::exchange(other.fd_, -1)), closed_(other.closed_), out_(std::move(other.out_)), in_(std::move(other.in_)) {}

void channel::send(word what, std::string_view content) {
  const auto size = static_cast<std::uint32_t>(content.size());
  std::array<char, head_size> head{};
  std::memcpy(head.data(), &size, sizeof size);
  head[sizeof size] = static_cast<char>(what);
  out_.append(head.data(), head.size()).append(content);
  flush();
}

bool channel::flush() {
  while (!out_.empty()) {
    const ssize_t sent = ::send(fd_, out_.data(), out_.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno == EINTR)
      continue;
    if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
      return false;
    if (sent < 0) {
      out_.clear();
      return true;
    }
    out_.erase(0, static_cast<std::size_t>(sent));
  }
  return true;
}

std::optional<note> channel::receive() {
  if (!closed_)
    read();
  std::uint32_t size = 0;
  if (in_.size() < head_size)
    return std::nullopt;
  std::memcpy(&size, in_.data(), sizeof size);
  if (size > content_most) {
    closed_ = true;
    in_.clear();
    return std::nullopt;
  }
  if (in_.size() < head_size + size)
    return std::nullopt;
  note out{static_cast<word>(in_[sizeof size]), in_.substr(head_size, size)};
  in_.erase(0, head_size + size);
  return out;
}

void channel::read() {
  std::array<char, 65'536> some{};
  for (;;) {
    const ssize_t got = ::recv(fd_, some.data(), some.size(), MSG_DONTWAIT);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
      return;
    if (got <= 0) {
      closed_ = true;
      return;
    }
    in_.append(some.data(), static_cast<std::size_t>(got));
  }
}

} // namespace parley::load
