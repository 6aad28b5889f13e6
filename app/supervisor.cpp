#include "app/supervisor.hpp"

#include "protocol/whole_number.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace parley::app {

namespace {

/// systemd reads at once; a supervisor that does not must not hold up a stop.
constexpr timeval send_limit{.tv_sec = 1, .tv_usec = 0};

} // namespace

std::optional<std::int64_t> number_in_environment(const char* name) {
  const char* text = std::getenv(name); // NOLINT(concurrency-mt-unsafe): it is set, if at all, before threads start
  if (text == nullptr)
    return std::nullopt;
  const auto number = whole_number<std::int64_t>(text);
  return number ? std::optional(*number) : std::nullopt;
}

supervisor::supervisor() {
  const char* address = std::getenv("NOTIFY_SOCKET"); // NOLINT(concurrency-mt-unsafe): as above
  if (address == nullptr || (address[0] != '/' && address[0] != '@'))
    return;
  address_ = address;
  const auto meant_for = number_in_environment("WATCHDOG_PID");
  const auto microseconds = number_in_environment("WATCHDOG_USEC");
  if (microseconds && *microseconds > 0 && (!meant_for || *meant_for == ::getpid()))
    patience_ = std::chrono::microseconds(*microseconds);
}

void supervisor::tell(std::string_view state) const {
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  if (address_.empty() || address_.size() >= sizeof to.sun_path)
    return;
  std::ranges::copy(address_, to.sun_path);
  if (to.sun_path[0] == '@')
    to.sun_path[0] = '\0';
  const int descriptor = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0)
    return;
  ::setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &send_limit, sizeof send_limit);
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
  ::sendto(descriptor, state.data(), state.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&to), size);
  ::close(descriptor);
}

} // namespace parley::app
