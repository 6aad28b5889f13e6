#include "app/signals.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <optional>
#include <signal.h> // NOLINT(modernize-deprecated-headers): POSIX signal sets
#include <unistd.h>

namespace parley::app {

namespace {

using clock = std::chrono::steady_clock;

sigset_t watched_set() {
  sigset_t out{};
  sigemptyset(&out);
  for (const int x : {SIGTERM, SIGINT, SIGHUP})
    sigaddset(&out, x);
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

signals::signals(std::chrono::milliseconds patience) {
  for (const int x : {SIGPIPE, SIGUSR1, SIGUSR2})
    ::signal(x, SIG_IGN);
  struct sigaction inherited {};
  outlives_terminal_ = ::sigaction(SIGHUP, nullptr, &inherited) == 0 && inherited.sa_handler == SIG_IGN;
  const auto set = watched_set();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  thread_ = std::thread([this, patience] { watch(patience); });
}

// The thread that waits for signals has to begin to count its patience: it is woken by one that comes from this
// process.
void signals::end() {
  // NOLINTNEXTLINE(bugprone-bad-signal-to-kill-thread): the thread takes the signal as a value
  pthread_kill(thread_.native_handle(), SIGTERM);
}

signals::~signals() {
  ended_ = true;
  // NOLINTNEXTLINE(bugprone-bad-signal-to-kill-thread): the thread takes the signal as a value, and looks at `ended_`
  pthread_kill(thread_.native_handle(), SIGTERM);
  thread_.join();
}

signals::wish signals::wait() {
  while (true) {
    const auto now = wishes_.load();
    if ((now & wants_end) != 0)
      return wish::end;
    if ((now & wants_reload) != 0) {
      wishes_ &= ~wants_reload;
      return wish::reload;
    }
    wishes_.wait(now);
  }
}

void signals::tell(unsigned what) {
  wishes_ |= what;
  wishes_.notify_all();
}

void signals::watch(std::chrono::milliseconds patience) {
  const auto set = watched_set();
  std::optional<clock::time_point> deadline;
  bool told = false; // from outside: `end` comes from this process, and SIGTERM may follow it
  while (true) {
    const auto signal = next_signal(set, deadline);
    if (ended_)
      return;
    if (!signal)
      end_now("the end took too long");
    if (signal->si_signo == SIGHUP && (signal->si_code != SI_KERNEL || outlives_terminal_)) {
      tell(wants_reload);
      continue;
    }
    const bool from_outside = signal->si_signo != SIGHUP && signal->si_pid != ::getpid();
    if (from_outside && told)
      end_now("a second signal");
    told = told || from_outside;
    if (!deadline)
      deadline = clock::now() + patience;
    tell(wants_end);
  }
}

} // namespace parley::app
