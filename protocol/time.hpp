// Wall-clock time as the wire shows it: RFC 3339, UTC, milliseconds.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace parley {

/// Milliseconds since the Unix epoch, UTC.
using timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

/// Where the present comes from. Injected everywhere, so that tests own the time.
using time_source = std::function<timestamp()>;

/// The machine's wall clock. Any thread.
timestamp system_now();

/// `2026-11-21T02:38:05.123Z` (RFC 3339 §5.6, always UTC with milliseconds).
/// A time outside of the years 0000 to 9999 is shown as the nearest one within.
std::string format_time(timestamp t);

/// Appends what `format_time` gives, without a string of its own.
void append_time(std::string& out, timestamp t);

/// Reads any RFC 3339 date-time with `Z` or a numeric offset; nullopt where it is not one.
std::optional<timestamp> parse_time(std::string_view text);

} // namespace parley
