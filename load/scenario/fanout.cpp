#include "load/scenario/fanout.hpp"

#include "load/measure/marker.hpp"
#include "load/scenario/fanout_part.hpp"
#include "load/scenario/limits.hpp"
#include "load/scenario/worst_room.hpp"

#include <CLI/CLI.hpp>

namespace parley::load {

void fanout_scenario::add_flags(CLI::App& to) {
  to.add_option("--rooms", options_.rooms, "rooms 1 to this")->required()->check(CLI::Range(1U, connections_max));
  to.add_option("--members", options_.members, "connections a room")
    ->required()
    ->check(CLI::Range(1U, connections_max));
  auto* window = to.add_option("--window", options_.window, "messages in flight a room, in a closed loop");
  window->capture_default_str()->check(CLI::Range(1U, window_max));
  add_rate_flags(to, options_.pace, "messages a second of all rooms, in an open loop", window);
  to.add_option("--size", options_.size, "bytes of a message's content")
    ->capture_default_str()
    ->check(CLI::Range(std::uint32_t{marker_size}, content_max));
  to.add_option("--senders-per-room", options_.senders_per_room, "members that take turns to send")
    ->capture_default_str()
    ->check(CLI::Range(1U, connections_max));
}

std::string fanout_scenario::conflict(const dialect& speaks, const share& processes) const {
  if (!speaks.publishes())
    return "dialect " + speaks.name + " does not say how to publish";
  if (speaks.alone && options_.members > 1)
    return "dialect " + speaks.name + " returns a message to its sender alone: --members must be 1";
  if (options_.senders_per_room > options_.members)
    return "--senders-per-room must not exceed --members";
  if (processes.count > options_.rooms)
    return "--processes must not exceed --rooms: a room lives in one process";
  if (connections() > connections_max)
    return "--rooms times --members must not exceed " + std::to_string(connections_max);
  return {};
}

std::unique_ptr<part> fanout_scenario::make_part(const part_setup& setup) const {
  return std::make_unique<fanout_part>(options_, setup);
}

void fanout_scenario::conclude(const tally& total, const run_facts& facts, conclusion& out) const {
  add_delivery_figures(total, facts, out);
  add_given_up(total, out);
  const std::int64_t worst = total.maximum_of("worst_room");
  out.values.add_quantiles("everyone_", total.times_of("everyone"));
  out.values.add_quantiles("spread_", total.times_of("spread"));
  out.values.add("worst_room", worst > 0 ? std::optional(worst_room::room_of(worst)) : std::nullopt);
  out.values.add("worst_room_everyone_mean_ms", worst > 0 ? std::optional(worst_room::ms_of(worst)) : std::nullopt);
  if (total.count_of("acknowledged") < total.count_of("acks_expected"))
    out.faults.emplace_back("not every message was acknowledged");
  if (facts.measured_s > 0 && total.count_of("measured_delivered") == 0)
    out.faults.emplace_back("nothing was delivered in the measured time");
}

} // namespace parley::load
