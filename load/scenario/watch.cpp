#include "load/scenario/watch.hpp"

#include "load/measure/clock.hpp"
#include "load/scenario/limits.hpp"
#include "load/scenario/watch_part.hpp"

#include <CLI/CLI.hpp>

namespace parley::load {

namespace {

constexpr std::uint32_t minute_ms = 60'000;

} // namespace

void watch_scenario::add_flags(CLI::App& to) {
  to.add_option("--rooms", options_.rooms, "rooms 1 to this")->required()->check(CLI::Range(1U, connections_max));
  to.add_option("--members", options_.members, "connections a room; the first one, who owns the room, steers")
    ->required()
    ->check(CLI::Range(1U, connections_max));
  to.add_option("--rate", options_.rate, "changes of the players a second, of all rooms")
    ->capture_default_str()
    ->check(CLI::Range(0.001, rate_max, "RATE"));
  to.add_option("--ping-ms", options_.ping_ms, "milliseconds between two clock pings of a member")
    ->capture_default_str()
    ->check(CLI::Range(10U, minute_ms));
  to.add_option("--sample-ms", options_.sample_ms, "milliseconds between two looks at the players of a room")
    ->capture_default_str()
    ->check(CLI::Range(10U, minute_ms));
}

std::string watch_scenario::conflict(const dialect& speaks, const share& processes) const {
  if (speaks.name != "parley")
    return "watch speaks Parley's messages for watching together: --dialect must be parley";
  if (processes.count > options_.rooms)
    return "--processes must not exceed --rooms: a room lives in one process";
  if (connections() > connections_max)
    return "--rooms times --members must not exceed " + std::to_string(connections_max);
  return {};
}

std::unique_ptr<part> watch_scenario::make_part(const part_setup& setup) const {
  return std::make_unique<watch_part>(options_, setup);
}

void watch_scenario::conclude(const tally& total, const run_facts& facts, conclusion& out) const {
  add_delivery_figures(total, facts, out);
  const histogram& spread = total.times_of("spread");
  const auto in_ms = [&](std::int64_t ns) {
    return spread.count() > 0 ? std::optional(static_cast<double>(ns) / ns_per_ms) : std::nullopt;
  };
  const std::uint64_t unanswered = total.count_of("pings") - total.count_of("pongs");
  out.values.add("clock_pings", total.count_of("pings"));
  out.values.add("clock_unanswered", unanswered);
  out.values.add_quantiles("clock_", total.times_of("clock"));
  out.values.add("spread_samples", spread.count());
  out.values.add("spread_p50_ms", in_ms(spread.quantile(0.5)));
  out.values.add("spread_p95_ms", in_ms(spread.quantile(0.95)));
  out.values.add("spread_max_ms", in_ms(spread.max()));
  if (unanswered > 0)
    out.faults.push_back(std::to_string(unanswered) + " clock pings were not answered");
  if (facts.measured_s > 0 && total.count_of("measured_delivered") == 0)
    out.faults.emplace_back("no change was heard in the measured time");
}

} // namespace parley::load
