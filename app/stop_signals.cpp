#include "app/stop_signals.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <optional>
#include <signal.h> // NOLINT(modernize-deprecated-headers): POSIX signal sets
#include <unistd.h>

namespace parley::app {

namespace {

using clock = std::chrono::steady_clock;

sigset_t stopping_set() {
  sigset_t out{};
  sigemptyset(&out);
  sigaddset(&out, SIGTERM);
  sigaddset(&out, SIGINT);
  return out;
}

/// The next signal; nullopt at the deadline.
std::optional<siginfo_t> next_signal(const sigset_t& set, std::optional<clock::time_point> deadline) {
  siginfo_t out{};
  while (true) {
    if (!deadline) {
      if (sigwaitinfo(&set, &out) > 0)
        return out;
      continue;
    }
    const auto left = std::max<std::chrono::nanoseconds>(*deadline - clock::now(), std::chrono::nanoseconds(0));
    const timespec limit{left.count() / 1'000'000'000, left.count() % 1'000'000'000};
    if (sigtimedwait(&set, &out, &limit) > 0)
      return out;
    if (clock::now() >= *deadline)
      return std::nullopt;
  }
}

[[noreturn]] void end_now(const char* why) {
  spdlog::error("{}", why);
  ::_exit(1);
}

} // namespace

stop_signals::stop_signals(std::chrono::milliseconds patience) {
  const auto set = stopping_set();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  thread_ = std::thread([this, patience] { watch(patience); });
}

stop_signals::~stop_signals() {
  ended_ = true;
  // NOLINTNEXTLINE(bugprone-bad-signal-to-kill-thread): the thread takes the signal as a value, and looks at `ended_`
  pthread_kill(thread_.native_handle(), SIGTERM);
  thread_.join();
}

void stop_signals::watch(std::chrono::milliseconds patience) {
  const auto set = stopping_set();
  std::optional<clock::time_point> deadline;
  bool told = false; // from outside: an administrator's drain comes from this process, and SIGTERM may follow it
  while (true) {
    const auto signal = next_signal(set, deadline);
    if (ended_)
      return;
    if (!signal)
      end_now("the end took too long");
    const bool from_outside = signal->si_pid != ::getpid();
    if (from_outside && told)
      end_now("a second signal");
    told = told || from_outside;
    if (!deadline)
      deadline = clock::now() + patience;
    came_ = true;
    came_.notify_all();
  }
}

} // namespace parley::app
