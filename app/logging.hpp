// The process's log: standard error or a file, as text or as JSON lines.
#pragma once

#include "app/log_sink.hpp"
#include "config/settings.hpp"

#include <memory>

namespace parley::app {

/// Sets the default logger of the process, which never waits for a reader, and returns where it writes. Once, before
/// threads start. Throws as log_sink does.
std::shared_ptr<log_sink> start_logging(const config::log_settings& s);

} // namespace parley::app
