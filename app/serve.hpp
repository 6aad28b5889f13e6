// `parley serve`: runs a node until a signal ends it.
#pragma once

#include "config/load.hpp"

namespace parley::app {

/// Returns the process's exit code: 0 after a drain, 1 if it could not start.
int serve(const config::loaded_settings& loaded);

} // namespace parley::app
