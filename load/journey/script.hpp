// A journey: what each of many users does, step by step, as a TOML file says it.
#pragma once

#include "load/dialect/text_template.hpp"

#include <tl/expected.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parley::load {

/// What one instruction does.
enum class journey_act : std::uint8_t {
  connect, ///< by the dialect, until greeted; a connection that is there ends first
  join,    ///< by the dialect
  leave,   ///< by the dialect
  close,   ///< says goodbye
  send,    ///< a text; waits where it awaits something
  expect,  ///< waits for a frame, among those that came since the last one that was awaited
  request, ///< over HTTP; waits for the answer
  think,   ///< waits
  branch,  ///< goes on at one of several places, by chance
  jump,    ///< goes on elsewhere
  repeat,  ///< begins to count
  again,   ///< goes back until it was done so often
};

/// One instruction; which members mean something is up to `act`.
struct journey_step {
  journey_act act = journey_act::close;
  std::size_t name = 0;               ///< in `journey_script::names`; of those that take a time
  std::string method = {};            ///< of a request
  text_template target = {};          ///< path and query of a request; the token of a connection, empty for its own
  std::vector<text_template> headers; ///< of a request, whole lines
  text_template text = {};            ///< what is sent; a request's body
  std::string expect = {};            ///< part of what is awaited; empty: nothing, of a request any body
  unsigned status = 0;                ///< of the answer to a request; 0: any of 200 to 299
  std::vector<std::pair<std::size_t, std::string>> saves; ///< variables, and the JSON pointers (RFC 6901) to them
  double least_ms = 0;                                    ///< of a pause
  double most_ms = 0;                                     ///< the same as the least: exactly so long
  bool exponential = false;                               ///< the pauses have the mean `least_ms`, and no bound
  std::vector<std::pair<double, std::size_t>> branches;   ///< share of all up to this one (the last 1), where to go on
  std::size_t go_to = 0;                                  ///< of `jump` and `again`
  std::uint32_t times = 1;                                ///< of `repeat`
  std::size_t counter = 0;                                ///< of `repeat` and `again`

  /// What people call what it waits for.
  [[nodiscard]] bool waits() const;
};

/// Immutable once read.
struct journey_script {
  std::vector<journey_step> steps;
  std::vector<std::string> names;             ///< of steps whose time is told, in the order of the file
  std::vector<std::string> variables;         ///< the columns of the data first
  std::size_t columns = 0;                    ///< how many of them are columns
  std::vector<std::vector<std::string>> rows; ///< the data; user k has row k modulo their number
  std::size_t counters = 0;                   ///< nested and other repetitions
  std::int64_t timeout_ns = 10'000'000'000;   ///< for each answer
  bool expects = false;                       ///< some step looks at what came before it
  bool uses_token = false;                    ///< some text has `{token}`
  bool connects_by_token = false;             ///< some `connect` has no token of its own

  [[nodiscard]] bool has(journey_act act) const;
};

/// Reads the file, and the data that it names, which lies beside it. The error is one line for people that names the
/// file and, where it is one, the step: unknown keys, wrong types, unknown places, data that is not a table.
tl::expected<journey_script, std::string> read_journey(const std::string& file);

/// The same from texts; `data` is what the file of the data holds, nothing where the journey names none.
tl::expected<journey_script, std::string> parse_journey(std::string_view toml, const std::optional<std::string>& data);

/// Rows of a CSV file (RFC 4180): fields between commas, in double quotes where they hold commas, quotes (doubled) or
/// line ends. The error is one phrase for people: a quote that does not end, a row with another number of fields than
/// the first.
tl::expected<std::vector<std::vector<std::string>>, std::string> parse_csv(std::string_view text);

} // namespace parley::load
