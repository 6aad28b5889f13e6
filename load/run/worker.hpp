// One worker process: a part of a scenario, the loop that drives it, and the word that goes back to the coordinator.
#pragma once

#include "load/run/channel.hpp"
#include "load/scenario/registry.hpp"

namespace parley::load {

/// What all workers of a run have in common. Everything outlives them.
struct run_setup {
  const scenario& what;
  const dialect& speaks;
  servers to;
  std::vector<std::string> tokens;
  std::uint32_t run = 0; ///< told by chance
};

/// Opens, waits for the plan, carries it out, tells how it went. Ends early where it is told to stop, the coordinator
/// is gone, or the part has a fault or nothing left to work with.
///
/// Beside what the part counts it keeps, for the measured time, `client_cpu_ns`, and maxima over processes in
/// millionths of that time: `client_busy_ppm`, `client_run_delay_ppm`; `client_opening_busy_ppm` for the time of
/// connecting; `client_total_cpu_ns` for all of its life.
void run_worker(const run_setup& setup, const share& mine, channel& to_coordinator);

} // namespace parley::load
