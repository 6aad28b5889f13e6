#include "load/scenario/chat.hpp"

#include "load/measure/marker.hpp"
#include "load/scenario/chat_crowd.hpp"
#include "load/scenario/limits.hpp"

#include <CLI/CLI.hpp>

#include <array>
#include <cassert>

namespace parley::load {

namespace {

constexpr std::string_view usual_mix = "text=70,typing=15,history=5,leave=5,reconnect=5";
constexpr double think_ms_max = 3'600'000;
constexpr std::array all_deeds{deed::text, deed::typing, deed::history, deed::leave, deed::reconnect};

std::string mix_fault(const std::string& text) {
  const auto mix = deed_mix::parse(text);
  return mix ? std::string() : mix.error();
}

/// Its users are there to send messages, and not only to read history or to come and go.
bool writes(const chat_options& options) {
  const auto mix = deed_mix::parse(options.mix.empty() ? usual_mix : options.mix);
  return mix && (mix->has(deed::text) || mix->has(deed::typing));
}

} // namespace

std::string why_not(deed what, const dialect& speaks) {
  const std::string named = "dialect " + speaks.name;
  switch (what) {
  case deed::typing:
    return speaks.typing.empty() ? named + " does not say how to show that somebody types" : std::string();
  case deed::history:
    return speaks.history.empty() ? named + " does not say where to read history" : std::string();
  case deed::leave:
    return !speaks.leave.there() || !speaks.join.there() ? named + " does not say how to leave and return"
                                                         : std::string();
  case deed::text:
  case deed::reconnect:
    return {};
  }
  return {};
}

deed_mix mix_for(const chat_options& options, const dialect& speaks) {
  auto mix = deed_mix::parse(options.mix.empty() ? usual_mix : options.mix);
  assert(mix);
  for (const deed each : all_deeds)
    if (!why_not(each, speaks).empty())
      mix->remove(each);
  return *mix;
}

void chat_scenario::add_flags(CLI::App& to) {
  to.add_option("--users", options_.users, "users, one connection each")
    ->required()
    ->check(CLI::Range(1U, connections_max));
  to.add_option("--rooms", options_.rooms, "rooms 1 to this; user k is at home in room 1 + k mod this")
    ->required()
    ->check(CLI::Range(1U, connections_max));
  to.add_option("--rooms-per-user", options_.rooms_per_user, "rooms that each user joins: its home and the next ones")
    ->capture_default_str()
    ->check(CLI::Range(1U, 1000U));
  to.add_option("--think-ms", options_.think_ms, "mean pause of a user between two deeds, also while typing or away")
    ->capture_default_str()
    ->check(CLI::Range(0.0, think_ms_max, "MILLISECONDS"));
  add_rate_flags(to, options_.pace, "deeds a second of all users, in an open loop");
  to.add_option("--mix", options_.mix, "weights of what users do; usually " + std::string(usual_mix))
    ->check(CLI::Validator(mix_fault, "WEIGHTS"));
  to.add_option("--size", options_.size, "bytes of a message's content")
    ->capture_default_str()
    ->check(CLI::Range(std::uint32_t{marker_size}, content_max));
  to.add_option("--seed", options_.seed, "of all that is left to chance")->capture_default_str();
}

std::string chat_scenario::conflict(const dialect& speaks, const share& processes) const {
  if (!speaks.publishes())
    return "dialect " + speaks.name + " does not say how to publish";
  if (options_.users < options_.rooms)
    return "--users must not be less than --rooms";
  if (processes.count * options_.rooms_per_user > options_.rooms)
    return processes.count > options_.rooms ? "--processes must not exceed --rooms: a room lives in one process"
                                            : "--rooms must be --processes times --rooms-per-user at least";
  if (options_.rooms_per_user > 1 && (speaks.room_from_start() || !speaks.join.there()))
    return "dialect " + speaks.name + " has one room a connection: --rooms-per-user must be 1";
  if (!options_.mix.empty()) {
    const auto asked = deed_mix::parse(options_.mix);
    for (const deed each : all_deeds)
      if (asked->has(each) && !why_not(each, speaks).empty())
        return "--mix " + std::string(name_of(each)) + ": " + why_not(each, speaks);
  }
  return {};
}

std::unique_ptr<part> chat_scenario::make_part(const part_setup& setup) const {
  return std::make_unique<chat_crowd>(options_, setup);
}

void chat_scenario::conclude(const tally& total, const run_facts& facts, conclusion& out) const {
  add_delivery_figures(total, facts, out);
  out.values.add("unanswered", total.count_of("unanswered"));
  out.values.add("histories", total.count_of("histories"));
  out.values.add("leaves", total.times_of("leave").count());
  out.values.add("reconnects", total.times_of("reconnect").count());
  out.values.add_quantiles("join_", total.times_of("join"));
  out.values.add_quantiles("leave_", total.times_of("leave"));
  out.values.add_quantiles("history_", total.times_of("history"));
  out.values.add_quantiles("reconnect_", total.times_of("reconnect"));
  if (total.count_of("unanswered") > 0)
    out.faults.push_back(std::to_string(total.count_of("unanswered")) + " users wait for an answer that did not come");
  if (facts.measured_s > 0 && writes(options_) && total.count_of("measured_sent") == 0)
    out.faults.emplace_back("nothing was sent in the measured time");
}

} // namespace parley::load
