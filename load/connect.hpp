// Scenario `connect`: many sessions connect and stay idle; what does one cost the server?
#pragma once

#include "load/options.hpp"

namespace parley::load {

/// Prints the report on standard output and faults on standard error. Blocks while connections come in (each within
/// ten seconds), at most five seconds until all is quiet, and for the hold.
exit_code run_connect(const connect_options& options);

} // namespace parley::load
