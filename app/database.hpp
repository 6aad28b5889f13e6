// Opens the database that the settings name.
#pragma once

#include "config/settings.hpp"
#include "storage/ports.hpp"

#include <memory>

namespace parley::app {

/// What `storage.durability` promises.
storage::durability durability_of(const config::settings& s);

/// Makes the data folder (mode 0700) where it is missing. Throws storage::storage_error. `seal`: as for
/// `storage::open_database`.
std::unique_ptr<storage::database> open(const config::settings& s, storage::content_seal seal = nullptr);

} // namespace parley::app
