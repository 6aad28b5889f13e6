#include "tests/sim/plan.hpp"

#include <algorithm>

namespace parley::sim {

std::optional<plant> plant_named(std::string_view name) {
  const auto* const at = std::ranges::find(plant_names, name);
  if (at == plant_names.end())
    return std::nullopt;
  return static_cast<plant>(at - plant_names.begin());
}

plan plan::draw(lot& fate) {
  // Half of the worlds have it, in some measure.
  auto some = [&fate](int most) { return fate.chance(50) ? static_cast<unsigned>(fate.between(1, most)) : 0U; };
  plan out;
  out.users = fate.between(2, 5);
  out.rooms = fate.between(1, 2);
  out.devices = fate.between(2, 7);
  out.acts = fate.between(20, 90);
  constexpr std::array<std::size_t, 4> spreads{3, 10, 25, 60};
  out.spread = spreads[fate.below(spreads.size())];
  const bool disk_fails = fate.chance(50);
  out.failing_begins = disk_fails ? some(15) : 0;
  out.failing_commits = disk_fails ? some(25) : 0;
  out.failing_jobs = disk_fails ? some(15) : 0;
  out.failing_reads = disk_fails ? some(4) : 0;
  out.ghosts = fate.chance(15) ? some(25) : 0;
  out.slow_calls = some(40);
  out.holds = some(20);
  out.crashes = fate.chance(50) ? some(6) : 0;
  out.drains = fate.chance(20) ? some(3) : 0;
  out.breaks = some(10);
  out.silent_breaks = fate.chance(50) ? some(6) : 0;
  out.stalls = some(8);
  out.http = some(25);
  out.moderation = some(15);
  out.access = fate.chance(50) ? some(5) : 0;
  out.waits = some(15);
  out.small_buffers = fate.chance(30);
  out.dissolves = fate.chance(10);
  out.long_contents = !out.small_buffers && fate.chance(8);
  out.long_log = fate.chance(1);
  out.long_waits = fate.chance(10) ? some(5) : 0;
  out.lost_answers = fate.chance(30) ? some(25) : 0;
  out.doubts = fate.chance(20) ? some(5) : 0;
  out.takeovers = fate.chance(20) ? some(5) : 0;
  out.presence_grace = std::chrono::milliseconds(fate.chance(70) ? 3000 : 0);
  return out;
}

} // namespace parley::sim
