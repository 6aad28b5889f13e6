// Scenario `fanout`: members of rooms receive what some of them send; every delivery is accounted for.
#pragma once

#include "load/options.hpp"

namespace parley::load {

/// Prints the report on standard output and faults on standard error. Blocks for about warm-up, duration and at most
/// ten seconds a connection phase and five of drain.
exit_code run_fanout(const fanout_options& options);

} // namespace parley::load
