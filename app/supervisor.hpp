// What starts the process hears how it does: sd_notify(3), the protocol of systemd and of those that copy it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parley::app {

/// What the variable holds; nullopt if it is not there or is no decimal number.
std::optional<std::int64_t> number_in_environment(const char* name);

/// Any thread.
class supervisor {
public:
  /// Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID; without the first, every call is without effect.
  supervisor();

  /// Sends one state, such as `READY=1`. Whether anybody hears it is not known.
  void tell(std::string_view state) const;

  /// How long the supervisor waits for `WATCHDOG=1` before it takes this process for hung; nullopt if it does not.
  std::optional<std::chrono::microseconds> patience() const { return patience_; }

private:
  std::string address_; ///< of a datagram socket; a first `@` stands for the NUL of an abstract one
  std::optional<std::chrono::microseconds> patience_;
};

} // namespace parley::app
