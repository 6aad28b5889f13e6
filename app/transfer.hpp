// `parley migrate --to-postgresql URL`.
#pragma once

#include "config/load.hpp"

#include <string>

namespace parley::app {

/// Copies the SQLite database of the settings into PostgreSQL and shows how far it is on standard error. No server may
/// use it meanwhile. The exit status; throws storage::storage_error, std::runtime_error.
int transfer(const config::loaded_settings& loaded, const std::string& url);

} // namespace parley::app
