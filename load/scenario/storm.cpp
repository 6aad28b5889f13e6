#include "load/scenario/storm.hpp"

#include "load/measure/clock.hpp"
#include "load/measure/marker.hpp"
#include "load/scenario/limits.hpp"
#include "load/scenario/storm_crowd.hpp"
#include "load/scenario/storm_seats.hpp"

#include <CLI/CLI.hpp>

#include <map>

namespace parley::load {

namespace {

constexpr double spread_ms_max = 600'000;

const std::map<std::string, drop_kind> drop_kinds{
  {"reset", drop_kind::reset}, {"fin", drop_kind::fin}, {"close", drop_kind::close}};

} // namespace

void storm_scenario::add_flags(CLI::App& to) {
  to.add_option("--connections", options_.connections, "clients that drop and come back")
    ->required()
    ->check(CLI::Range(1U, connections_max));
  to.add_option("--rooms", options_.rooms, "rooms 1 to this are theirs; one more client a room stays and speaks")
    ->required()
    ->check(CLI::Range(1U, connections_max));
  to.add_option("--bystander-rooms", options_.bystander_rooms, "the next rooms, which the storm is none of")
    ->capture_default_str()
    ->check(CLI::Range(0U, connections_max));
  to.add_option("--bystander-members", options_.bystander_members, "connections a bystanders' room")
    ->capture_default_str()
    ->check(CLI::Range(1U, connections_max));
  to.add_option("--rate", options_.rate, "messages a second of all bystanders' rooms")
    ->capture_default_str()
    ->check(CLI::Range(0.001, rate_max, "RATE"));
  to.add_option("--storm-rate", options_.storm_rate, "messages a second of all rooms of the storm")
    ->capture_default_str()
    ->check(CLI::Range(0.001, rate_max, "RATE"));
  to.add_option("--rounds", options_.rounds, "drops, evenly over the duration; a calm of the same length comes first")
    ->capture_default_str()
    ->check(CLI::Range(1U, 10'000U));
  to.add_option("--spread-ms", options_.spread_ms, "time over which they come back; 0: all at once")
    ->capture_default_str()
    ->check(CLI::Range(0.0, spread_ms_max, "MILLISECONDS"));
  to.add_option_function<std::string>(
      "--how", [this](const std::string& kind) { options_.how = drop_kinds.at(kind); }, "how they drop")
    ->default_str("reset")
    ->check(CLI::IsMember({"reset", "fin", "close"}));
  to.add_option("--size", options_.size, "bytes of a message's content")
    ->capture_default_str()
    ->check(CLI::Range(std::uint32_t{marker_size}, content_max));
}

std::string storm_scenario::conflict(const dialect& speaks, const share& processes) const {
  if (!speaks.publishes())
    return "dialect " + speaks.name + " does not say how to publish";
  if (speaks.alone)
    return "dialect " + speaks.name + " returns a message to its sender alone: there are no rooms to storm";
  if (options_.connections < options_.rooms)
    return "--connections must not be less than --rooms";
  if (processes.count > options_.rooms)
    return "--processes must not exceed --rooms: a room lives in one process";
  if (tokens_wanted() > connections_max)
    return "rooms times members of the largest must not exceed " + std::to_string(connections_max);
  return {};
}

std::uint64_t storm_scenario::connections() const {
  return std::uint64_t{options_.connections} + options_.rooms +
         std::uint64_t{options_.bystander_rooms} * options_.bystander_members;
}

std::uint64_t storm_scenario::tokens_wanted() const {
  return std::uint64_t{options_.rooms + options_.bystander_rooms} * largest_room(options_);
}

std::unique_ptr<part> storm_scenario::make_part(const part_setup& setup) const {
  return std::make_unique<storm_crowd>(options_, setup);
}

void storm_scenario::conclude(const tally& total, const run_facts& facts, conclusion& out) const {
  const std::uint64_t left_out = total.count_of("not_back");
  const auto in_s = static_cast<double>(total.maximum_of("back_in_ns")) / ns_per_s;
  add_delivery_figures(total, facts, out);
  out.values.add("rounds", total.maximum_of("rounds"));
  out.values.add("drops", total.count_of("drops"));
  out.values.add("not_back", left_out);
  out.values.add("back_in_s", left_out == 0 && in_s > 0 ? std::optional(in_s) : std::nullopt);
  out.values.add_quantiles("back_", total.times_of("back"));
  out.values.add("caught_up", total.count_of("caught_up"));
  out.values.add("missed", total.count_of("missed"));
  out.values.add("resyncs", total.count_of("resyncs"));
  out.values.add_quantiles("calm_", total.times_of("calm"));
  out.values.add_quantiles("storm_", total.times_of("storm"));
  if (left_out > 0)
    out.faults.push_back(std::to_string(left_out) + " clients were not back when the next round or the end came");
  if (facts.measured_s > 0 && total.maximum_of("rounds") < options_.rounds)
    out.faults.emplace_back("the run ended before the last round");
}

} // namespace parley::load
