#include "load/scenario/slow.hpp"

#include "load/measure/marker.hpp"
#include "load/scenario/limits.hpp"
#include "load/scenario/slow_part.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cmath>

namespace parley::load {

namespace {

constexpr std::uint32_t day_ms = 86'400'000;

} // namespace

std::uint32_t slow_options::stalled_per_room() const {
  const auto wanted = static_cast<std::uint32_t>(std::lround(stalled * members));
  return std::min(wanted, members - 1);
}

void slow_scenario::add_flags(CLI::App& to) {
  to.add_option("--rooms", options_.rooms, "rooms 1 to this")->required()->check(CLI::Range(1U, connections_max));
  to.add_option("--members", options_.members, "connections a room, those that stall included")
    ->required()
    ->check(CLI::Range(2U, connections_max));
  to.add_option("--stalled", options_.stalled, "share of a room's members that stop to read")
    ->capture_default_str()
    ->check(CLI::Range(0.0, 1.0, "0..1"));
  to.add_option("--stall-ms", options_.stall_ms,
                "milliseconds that they do not read; to the end of the load without it")
    ->check(CLI::Range(1U, day_ms));
  to.add_option("--rate", options_.rate, "messages a second of all rooms")
    ->capture_default_str()
    ->check(CLI::Range(0.001, rate_max, "RATE"));
  to.add_option("--size", options_.size, "bytes of a message's content")
    ->capture_default_str()
    ->check(CLI::Range(std::uint32_t{marker_size}, content_max));
}

std::string slow_scenario::conflict(const dialect& speaks, const share& processes) const {
  if (!speaks.publishes())
    return "dialect " + speaks.name + " does not say how to publish";
  if (speaks.alone)
    return "dialect " + speaks.name + " returns a message to its sender alone: nobody else could be slow to read it";
  if (options_.stalled_per_room() == 0)
    return "--stalled: that share of --members is less than one reader a room";
  if (processes.count > options_.rooms)
    return "--processes must not exceed --rooms: a room lives in one process";
  if (connections() > connections_max)
    return "--rooms times --members must not exceed " + std::to_string(connections_max);
  return {};
}

std::unique_ptr<part> slow_scenario::make_part(const part_setup& setup) const {
  return std::make_unique<slow_part>(options_, setup);
}

void slow_scenario::conclude(const tally& total, const run_facts& facts, conclusion& out) const {
  add_delivery_figures(total, facts, out);
  const std::uint64_t stalled = total.count_of("stalled");
  std::optional<double> growth;
  if (facts.rss_opened && facts.rss_peak && stalled > 0)
    growth = static_cast<double>(*facts.rss_peak - *facts.rss_opened) / static_cast<double>(stalled);
  out.values.add("stalled", stalled);
  out.values.add("stalled_closed", total.count_of("stalled_closed"));
  out.values.add("stalled_closed_4413", total.count_of("stalled_closed_4413"));
  out.values.add("stalled_closed_other", total.count_of("stalled_closed_other"));
  out.values.add("stalled_cut", total.count_of("stalled_cut"));
  out.values.add("stalled_delivered", total.count_of("stalled_delivered"));
  out.values.add("server_rss_peak_bytes", facts.rss_peak);
  out.values.add("rss_growth_per_stalled_bytes", growth);
  if (facts.measured_s > 0 && total.count_of("measured_delivered") == 0)
    out.faults.emplace_back("nothing was delivered in the measured time");
}

} // namespace parley::load
