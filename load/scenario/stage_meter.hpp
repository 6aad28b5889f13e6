// What became of each stage of an open loop: how much of it left in time, and how late it was heard.
#pragma once

#include "load/measure/tally.hpp"
#include "load/scenario/registry.hpp"
#include "load/scenario/schedule.hpp"

#include <cstdint>
#include <vector>

namespace parley::load {

/// Costs a comparison where there are no stages. Counts `stage.N.sent` and the histograms `stage.N.latency`, N from 1.
class stage_meter {
public:
  /// `counts` outlives the meter.
  stage_meter(tally& counts, rate_plan rates);

  void begin(const plan& when) { from_ns_ = when.measure_from; }
  /// Something left at this time, whenever it was due: that is what a rate achieves.
  void sent(std::int64_t left_ns) {
    if (!parts_.empty())
      note_sent(left_ns);
  }
  /// What was due at this time was heard so much later.
  void heard(std::int64_t due_ns, std::int64_t latency_ns) {
    if (!parts_.empty())
      note_heard(due_ns, latency_ns);
  }

private:
  struct stage_part {
    std::uint64_t& sent;
    histogram& latency;
  };

  void note_sent(std::int64_t left_ns);
  void note_heard(std::int64_t due_ns, std::int64_t latency_ns);

  rate_plan rates_;
  std::vector<stage_part> parts_; ///< by stage
  std::int64_t from_ns_ = 0;
};

/// Where the scenario has a plan: of the whole run `intended_per_s`, and of each stage `target_per_s`, `stage_s`,
/// `intended_per_s`, `sent`, `sent_per_s`, the scenario's work as a number, and the quantiles of the main latency of
/// what was due in it.
void add_rate_figures(const scenario& what, const tally& total, const run_facts& facts, figures& to);

} // namespace parley::load
