#include "load/scenario/journey.hpp"

#include "load/measure/tag.hpp"
#include "load/scenario/journey_part.hpp"
#include "load/scenario/limits.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace parley::load {

void journey_scenario::add_flags(CLI::App& to) {
  to.add_option_function<std::string>(
      "file,--file",
      [this](const std::string& file) {
        auto read = read_journey(file);
        if (!read)
          throw CLI::ValidationError(read.error());
        options_.script = std::move(*read);
      },
      "TOML file of the steps")
    ->required();
  to.add_option("--users", options_.users, "users, who all go through the steps")
    ->required()
    ->check(CLI::Range(1U, connections_max));
  to.add_option("--rooms", options_.rooms, "user k has {room} 1 + k mod this")
    ->capture_default_str()
    ->check(CLI::Range(1U, connections_max));
  to.add_option("--ramp", options_.ramp, "users a second that set out; all at once without it")
    ->check(CLI::Range(0.1, rate_max, "RATE"));
  to.add_option("--seed", options_.seed, "of all that is left to chance")->capture_default_str();
}

std::string journey_scenario::conflict(const dialect& speaks, const share& processes) const {
  if (options_.users < processes.count)
    return "--processes must not exceed --users";
  if (options_.script.has(journey_act::join) && !speaks.join.there())
    return "dialect " + speaks.name + " does not say how to join: leave 'join' out";
  if (options_.script.has(journey_act::leave) && !speaks.leave.there())
    return "dialect " + speaks.name + " does not say how to leave: leave 'leave' out";
  return {};
}

bool journey_scenario::uses_tokens(const dialect& speaks) const {
  return options_.script.uses_token || (options_.script.connects_by_token && speaks.uses_tokens());
}

std::uint64_t journey_scenario::connections() const {
  const bool asks = options_.script.has(journey_act::request);
  const bool connects = options_.script.has(journey_act::connect);
  return std::uint64_t{options_.users} * (asks && connects ? 2 : 1);
}

std::unique_ptr<part> journey_scenario::make_part(const part_setup& setup) const {
  return std::make_unique<journey_part>(options_, setup);
}

void journey_scenario::conclude(const tally& total, const run_facts& facts, conclusion& out) const {
  const auto count = [&](std::string_view name) { return total.count_of(name); };
  const auto per_s = [&](std::string_view name) {
    return per_second(static_cast<double>(count(name)), facts.measured_s);
  };
  figures& to = out.values;
  to.add("journeys", count("journeys"));
  to.add("journeys_per_s", per_s("measured_journeys"));
  to.add("journeys_failed", count("journeys_failed"));
  to.add("steps_done", count("steps_done"));
  to.add("steps_per_s", per_s("measured_steps"));
  to.add("steps_failed", count("steps_failed"));
  to.add("sent", count("sent"));
  to.add("sent_per_s", per_s("measured_sent"));
  to.add("unanswered", count("unanswered"));
  to.add_quantiles("", total.times_of(main_latency()));
  to.add_quantiles("journey_", total.times_of("journey"));
  for (const std::string& name : options_.script.names) {
    const tag of{"step", name};
    const std::uint64_t failures = count("step." + name + ".failed");
    to.add(tagged("done", of), count("step." + name + ".done"));
    to.add(tagged("failed", of), failures);
    to.add_quantiles("", total.times_of("step." + name), of);
    if (failures > 0)
      out.faults.push_back("step '" + name + "' failed " + std::to_string(failures) +
                           " times, first: " + std::string(total.first_of("step." + name)));
  }
  if (const std::uint64_t open = count("unanswered"); open > 0)
    out.faults.push_back(std::to_string(open) + " users wait for an answer that did not come");
  if (facts.measured_s > 0 && count("measured_steps") == 0)
    out.faults.emplace_back("no step was done in the measured time");
}

} // namespace parley::load
