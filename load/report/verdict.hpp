// What a run comes to: exit codes, and whether the client was the limit.
#pragma once

#include <optional>
#include <string>

namespace parley::load {

enum class exit_code : int {
  good = 0,
  failed = 1,         ///< an assertion did not hold, the run broke, or the server did what it must not
  usage = 2,          ///< wrong flags, or more than this machine's limits allow
  client_limited = 3, ///< the figures say more about this client than about the server
};

/// How hard the client worked, and what held it. Shares are 0..1 of the measured time, of the process that had most.
struct client_use {
  double busy = 0;      ///< on a core
  double run_delay = 0; ///< ready to run, without a core
  double waited = 0;    ///< without a core, as a share of all the time that it wanted one
  double throttled = 0; ///< held by a CPU quota of a cgroup; of several cores together it may be above 1
  double steal = 0;     ///< taken by the host of a virtual machine, of all cores
  bool open_loop = false;
  std::optional<double> send_lag_p50_ms{}, send_lag_p99_ms{}; ///< open loop: how late messages left
  std::optional<double> p50_ms{}, p99_ms{};                   ///< the main latency
};

/// CPU share of a process above which the client, not the server, sets the figures.
inline constexpr double busy_most = 0.9;
/// A client that waits for a core for so much of the time, and longer than it runs, was starved.
inline constexpr double run_delay_most = 0.25;
inline constexpr double waited_most = 0.5;
/// Shares of the measured time that a quota, or the host, may take.
inline constexpr double throttled_most = 0.02;
inline constexpr double steal_most = 0.1;
/// A lag below these is no limit, whatever the latency.
inline constexpr double lag_p50_least_ms = 0.1;
inline constexpr double lag_p99_least_ms = 5;
/// Shares of the main latency's quantiles that the client's own lag may be.
inline constexpr double lag_p50_share_most = 0.15;
inline constexpr double lag_p99_share_most = 0.1;

/// One line for people where the client was the limit; nothing where it was not.
std::optional<std::string> saturation(const client_use& of);

/// One line for people: what the client can have hidden, or made worse, at most.
std::string certificate(const client_use& of);

/// A failed run comes before a client that was the limit.
exit_code judge(bool failed, bool client_saturated);

} // namespace parley::load
