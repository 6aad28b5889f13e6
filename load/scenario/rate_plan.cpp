#include "load/scenario/rate_plan.hpp"

#include "load/measure/clock.hpp"
#include "load/scenario/limits.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <string_view>

namespace parley::load {

namespace {

constexpr std::size_t stages_max = 100;
constexpr double stages_least_s = 0.1;
constexpr double stages_most_s = 86'400;

/// A finite number from 0 to `most`.
std::optional<double> number_up_to(std::string_view text, double most) {
  double value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || fault != std::errc{} || end != text.data() + text.size() || !(value >= 0 && value <= most))
    return std::nullopt;
  return value;
}

std::optional<stage> stage_of(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos)
    return std::nullopt;
  const auto target = number_up_to(text.substr(0, colon), rate_max);
  const auto seconds = number_up_to(text.substr(colon + 1), stages_most_s);
  return target && seconds ? std::optional(stage{*target, *seconds}) : std::nullopt;
}

std::int64_t in_ns(double seconds) {
  return static_cast<std::int64_t>(seconds * ns_per_s);
}

double in_s(std::int64_t ns) {
  return static_cast<double>(ns) / ns_per_s;
}

} // namespace

tl::expected<std::vector<stage>, std::string> parse_stages(const std::vector<std::string>& texts) {
  std::vector<stage> out;
  double seconds = 0;
  bool begins_something = false;
  for (const std::string& text : texts)
    for (std::size_t at = 0; at <= text.size();) {
      const std::string one = text.substr(at, text.find(',', at) - at);
      at += one.size() + 1;
      const auto read = stage_of(one);
      if (!read)
        return tl::unexpected("'" + one +
                              "' is not TARGET:SECONDS, as 200:30 for a ramp to 200 a second in 30 seconds");
      begins_something =
        begins_something || (read->seconds > 0 && (read->target > 0 || (!out.empty() && out.back().target > 0)));
      seconds += read->seconds;
      out.push_back(*read);
    }
  if (out.size() > stages_max)
    return tl::unexpected(std::to_string(out.size()) + " stages are too many: give at most " +
                          std::to_string(stages_max));
  if (seconds < stages_least_s || seconds > stages_most_s)
    return tl::unexpected(std::string("the stages must last between 0.1 s and a day together"));
  if (!begins_something)
    return tl::unexpected(std::string("the stages begin nothing: give one of them a TARGET above 0"));
  return out;
}

rate_plan::rate_plan(double rate, const std::vector<stage>& stages) : rate_(rate) {
  piece next{.from_s = 0, .seconds = 0, .rate = rate, .slope = 0, .before = 0};
  for (const stage& each : stages) {
    next.seconds = each.seconds;
    next.slope = each.seconds > 0 ? (each.target - next.rate) / each.seconds : 0;
    // A jump's own rate is the one that it jumps to.
    next.rate = each.seconds > 0 ? next.rate : each.target;
    pieces_.push_back(next);
    next.from_s += each.seconds;
    next.before += pieces_.back().things_after(each.seconds);
    next.rate = each.target;
  }
}

double rate_plan::seconds() const {
  return staged() ? pieces_.back().from_s + pieces_.back().seconds : 0;
}

/// By the form of the quadratic's solution that loses no digits where the slope is small or none.
double rate_plan::piece::seconds_until(double things) const {
  if (slope == 0)
    return things / rate;
  const double root = std::sqrt(std::max(rate * rate + 2 * slope * things, 0.0));
  return things == 0 ? 0 : std::min(2 * things / (rate + root), seconds);
}

std::int64_t rate_plan::due(std::uint64_t thing, const rate_span& over) const {
  constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();
  const auto number = static_cast<double>(thing);
  const double warm_up =
    staged() ? rate_ * in_s(over.stages_from - over.start) : std::numeric_limits<double>::infinity();
  if (rate_ > 0 && number < warm_up)
    return over.start + in_ns(number / rate_);
  const double left = number - (rate_ > 0 ? warm_up : 0);
  for (const piece& each : pieces_)
    if (left < each.before + each.things_after(each.seconds))
      return over.stages_from + in_ns(each.from_s + each.seconds_until(left - each.before));
  return never;
}

double rate_plan::begun_by(std::int64_t t, const rate_span& over) const {
  const std::int64_t now = std::min(t, over.until);
  const std::int64_t first_until = staged() ? std::min(now, over.stages_from) : now;
  double begun = rate_ * in_s(std::max<std::int64_t>(first_until - over.start, 0));
  const double into_s = in_s(now - over.stages_from);
  for (const piece& each : pieces_)
    begun += each.things_after(std::clamp(into_s - each.from_s, 0.0, each.seconds));
  return begun;
}

std::size_t rate_plan::stage_at(std::int64_t into_ns) const {
  const double into_s = in_s(into_ns);
  for (std::size_t i = 0; i < pieces_.size() && into_s >= 0; ++i)
    if (into_s < pieces_[i].from_s + pieces_[i].seconds)
      return i;
  return pieces_.size();
}

double rate_plan::target_of(std::size_t number) const {
  return pieces_[number].rate + pieces_[number].slope * pieces_[number].seconds;
}

double rate_plan::things_of(std::size_t number) const {
  return pieces_[number].things_after(pieces_[number].seconds);
}

} // namespace parley::load
