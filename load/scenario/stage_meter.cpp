#include "load/scenario/stage_meter.hpp"

#include "load/measure/clock.hpp"
#include "load/measure/tag.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace parley::load {

namespace {

std::string counted(std::size_t number, std::string_view what) {
  return "stage." + std::to_string(number + 1) + "." + std::string(what);
}

} // namespace

stage_meter::stage_meter(tally& counts, rate_plan rates) : rates_(std::move(rates)) {
  for (std::size_t i = 0; i < rates_.stages(); ++i)
    parts_.push_back({counts.count(counted(i, "sent")), counts.times(counted(i, "latency"))});
}

void stage_meter::note_sent(std::int64_t left_ns) {
  if (const std::size_t at = rates_.stage_at(left_ns - from_ns_); at < parts_.size())
    ++parts_[at].sent;
}

void stage_meter::note_heard(std::int64_t due_ns, std::int64_t latency_ns) {
  if (const std::size_t at = rates_.stage_at(due_ns - from_ns_); at < parts_.size())
    parts_[at].latency.record(latency_ns);
}

void add_rate_figures(const scenario& what, const tally& total, const run_facts& facts, figures& to) {
  const rate_plan rates = what.rates();
  if (!rates.there())
    return;
  const auto measured_ns = static_cast<std::int64_t>(facts.measured_s * ns_per_s);
  to.add("intended_per_s", per_second(rates.begun_by(measured_ns, {.start = 0, .stages_from = 0, .until = measured_ns}),
                                      facts.measured_s));
  for (std::size_t i = 0; i < rates.stages(); ++i) {
    const std::string number = std::to_string(i + 1);
    const auto name = [&](std::string_view figure) { return tagged(figure, {"stage", number}); };
    const double seconds = std::clamp(facts.measured_s - rates.begins_at_s(i), 0.0, rates.seconds_of(i));
    const std::uint64_t sent = total.count_of(counted(i, "sent"));
    const histogram& latency = total.times_of(counted(i, "latency"));
    to.add(name("target_per_s"), rates.target_of(i));
    to.add(name("stage_s"), rates.seconds_of(i));
    to.add(name("intended_per_s"), per_second(rates.things_of(i), rates.seconds_of(i)));
    to.add(name("sent"), sent);
    to.add(name("sent_per_s"), per_second(static_cast<double>(sent), seconds));
    to.add(name(what.work()), latency.count());
    to.add_quantiles("", latency, tag{"stage", number});
  }
}

} // namespace parley::load
