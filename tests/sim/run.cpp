#include "tests/sim/run.hpp"

#include "tests/sim/world.hpp"

namespace parley::sim {

outcome run_world(stage& where, std::uint64_t seed, plant fault, std::FILE* lines) {
  trace notes(lines);
  outcome out;
  {
    world one(where, seed, fault, notes);
    out.broken = one.run();
    out.steps = where.steps();
  }
  out.hash = notes.hash();
  return out;
}

} // namespace parley::sim
