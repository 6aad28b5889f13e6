// The process's log: standard error, as text or as JSON lines.
#pragma once

#include "config/settings.hpp"

namespace parley::app {

/// Sets the default logger of the process, which never waits for a reader (lossy_stderr). Once, before threads start.
void start_logging(const config::log_settings& s);

} // namespace parley::app
