// The figures and faults of a whole run, whatever the scenario.
#pragma once

#include "load/report/verdict.hpp"
#include "load/scenario/registry.hpp"

#include <optional>
#include <string>

namespace parley::load {

struct concluded {
  conclusion out;
  std::optional<std::string> saturated; ///< why the client was the limit, where it was
  std::string certificate;              ///< what it can have hidden at most
};

/// An empty tally gives the names of all figures that a run of this scenario will have.
concluded conclude_run(const scenario& what, const tally& total, const run_facts& facts);

} // namespace parley::load
