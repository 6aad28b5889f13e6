// Runs worlds, one or many.
#pragma once

#include "tests/sim/ledger.hpp"
#include "tests/sim/plan.hpp"
#include "tests/sim/stage.hpp"

#include <cstdint>
#include <cstdio>
#include <optional>

namespace parley::sim {

struct outcome {
  std::optional<broken_promise> broken;
  std::uint64_t hash = 0;  ///< of everything that happened
  std::uint64_t steps = 0; ///< messages that actors handled
};

/// Runs the world of the seed. `lines`: where its trace goes; null for nowhere.
outcome run_world(stage& where, std::uint64_t seed, plant fault = plant::none, std::FILE* lines = nullptr);

} // namespace parley::sim
