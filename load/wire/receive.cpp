#include "load/wire/receive.hpp"

#include "load/measure/clock.hpp"

#include <array>
#include <cstring>
#include <optional>
#include <sys/socket.h>

namespace parley::load {

namespace {

std::optional<std::int64_t> noted_time(msghdr& of) {
  for (cmsghdr* each = CMSG_FIRSTHDR(&of); each != nullptr; each = CMSG_NXTHDR(&of, each)) {
    if (each->cmsg_level != SOL_SOCKET || each->cmsg_type != SCM_TIMESTAMPNS)
      continue;
    timespec t{};
    std::memcpy(&t, CMSG_DATA(each), sizeof t);
    return t.tv_sec * ns_per_s + t.tv_nsec;
  }
  return std::nullopt;
}

} // namespace

void note_arrivals(int fd) {
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
}

received receive(int fd, char* to, std::size_t size, loop& on, bool noted) {
  if (!noted) {
    const ssize_t got = ::recv(fd, to, size, 0);
    return {got, now_ns()};
  }
  iovec where{to, size};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(timespec))> control{};
  msghdr message{};
  message.msg_iov = &where;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  const ssize_t got = ::recvmsg(fd, &message, 0);
  const std::int64_t read_ns = now_ns();
  const auto offset_ns = on.wall_offset_ns();
  const auto stamp_ns = got > 0 && offset_ns ? noted_time(message) : std::nullopt;
  if (!stamp_ns || *stamp_ns - *offset_ns > read_ns)
    return {got, read_ns};
  const std::int64_t arrived_ns = *stamp_ns - *offset_ns;
  if (on.read_lag != nullptr)
    on.read_lag->record(read_ns - arrived_ns);
  return {got, arrived_ns};
}

} // namespace parley::load
