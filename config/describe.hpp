// The effective configuration as text: what `parley config` prints.
#pragma once

#include "config/load.hpp"

#include <string>

namespace parley::config {

/// A line a key, in the order of the table: `server.port = 8000  # default`. Values are in TOML form; secrets, and
/// passwords in URLs, are masked.
std::string describe(const loaded_settings& loaded);

} // namespace parley::config
