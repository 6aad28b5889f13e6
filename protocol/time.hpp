// The two clocks of a node, and wall-clock time as the wire shows it: RFC 3339, UTC, milliseconds.
#pragma once

#include <algorithm>
#include <chrono>
#include <concepts>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace parley {

/// Milliseconds since the Unix epoch, UTC.
using timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

/// Names the clock that never steps. It begins as the wall clock of the process's start and goes on with the machine's
/// monotonic clock, whatever is done to the wall clock meanwhile.
struct even_clock {
  using duration = std::chrono::milliseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<even_clock, duration>;
  static constexpr bool is_steady = true;
  /// Never goes back. Any thread.
  static time_point now() noexcept;
};

/// A moment of the process's life: for all that lasts, and for what clients compute with (`server_time_ms`). Of another
/// type than `timestamp`, so that none of it can follow the wall clock by mistake.
using moment = even_clock::time_point;

/// The machine's wall clock. Any thread.
timestamp system_now();

/// Where the present comes from. Injected everywhere, so that tests own the time. What is written or signed follows the
/// wall clock, which may step; what lasts follows `steady`. Any thread, where its functions are.
class time_source {
public:
  time_source() = default;

  /// A world whose wall clock never steps: `steady` shows the same.
  template <class Wall>
  requires std::is_invocable_r_v<timestamp, Wall&> &&
    (!std::same_as<std::remove_cvref_t<Wall>, time_source>)time_source(Wall wall)
    : wall_(wall), steady_([wall = std::move(wall)] { return moment(wall().time_since_epoch()); }) {}

  time_source(std::function<timestamp()> wall, std::function<moment()> steady)
    : wall_(std::move(wall)), steady_(std::move(steady)) {}

  /// The wall clock.
  timestamp operator()() const { return wall_(); }
  moment steady() const { return steady_(); }
  /// The latest time that the wall clock can have shown to whoever signed something since the start: where it was set
  /// back, what it would show without that.
  timestamp latest() const { return std::max(wall_(), timestamp(steady().time_since_epoch())); }
  /// The moment at which the wall clock shows `at`, if nobody sets it until then.
  moment steady_at(timestamp at) const { return steady() + (at - wall_()); }

private:
  std::function<timestamp()> wall_;
  std::function<moment()> steady_;
};

/// The machine's clocks. Any thread.
time_source system_clocks();

/// `2026-11-21T02:38:05.123Z` (RFC 3339 §5.6, always UTC with milliseconds).
/// A time outside of the years 0000 to 9999 is shown as the nearest one within.
std::string format_time(timestamp t);

/// Appends what `format_time` gives, without a string of its own.
void append_time(std::string& out, timestamp t);

/// Reads any RFC 3339 date-time with `Z` or a numeric offset; nullopt if it is not one.
std::optional<timestamp> parse_time(std::string_view text);

} // namespace parley
