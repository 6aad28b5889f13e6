// `parley backup` and `parley restore`.
#pragma once

#include "config/load.hpp"

#include <string>

namespace parley::app {

// Each returns the process's exit code and says on standard error why it is not 0, or throws what says it.

struct backup_wish {
  std::string folder;
  int keep = 0; ///< 0: `folder` becomes the backup; else the newest so many stay in it, each in a folder of its moment
};

/// Database and files as they are at one moment, while a server may run. The backup is there in whole, its hashes,
/// counts and the database's integrity checked, or not at all.
int back_up(const config::loaded_settings& loaded, const backup_wish& wish);

/// Fills a data folder that holds nothing yet, or leaves it as it was. Refuses a backup of a newer schema.
int restore(const config::loaded_settings& loaded, const std::string& folder);

} // namespace parley::app
