// Scenario `send`: senders write and wait for acknowledgements; what was acknowledged must survive a crash.
#pragma once

#include "load/options.hpp"

namespace parley::load {

/// Prints the report on standard output and faults on standard error; a server that dies ends the run with what there
/// is so far. Blocks while connections come in (each within ten seconds), for the duration, and at most five seconds
/// for the last acknowledgements.
exit_code run_send(const send_options& options);

} // namespace parley::load
