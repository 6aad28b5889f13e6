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

/// How hard the busiest process of the client worked.
struct client_use {
  double busy = 0;                       ///< CPU share of the measured time, 0..1
  std::optional<double> send_lag_p99_ms; ///< open loop: how late messages left
  std::optional<double> p99_ms;          ///< the main latency
};

/// CPU share of a process above which the client, not the server, sets the figures.
inline constexpr double busy_most = 0.9;
/// A lag below this is no limit, whatever the latency.
inline constexpr double lag_least_ms = 5;
/// Share of the main latency's p99 that the client's own lag may be.
inline constexpr double lag_share_most = 0.1;

/// One line for people where the client was the limit; nothing where it was not.
std::optional<std::string> saturation(const client_use& of);

/// A failed run comes before a client that was the limit.
exit_code judge(bool failed, bool client_saturated);

} // namespace parley::load
