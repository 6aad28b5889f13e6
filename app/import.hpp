// `parley import` and `parley export`.
#pragma once

#include "config/load.hpp"

#include <string>

namespace parley::app {

// Each returns the process's exit code and says on standard error why it is not 0, or throws what says it.

struct import_wish {
  std::string from;          ///< see `moving::open_source`
  std::string name = "main"; ///< by which the database knows the source again
  bool only_look = false;    ///< the report alone
  std::string report;        ///< the file of all notes; empty: none
  std::string files;         ///< the folder of their pictures; empty: none
  std::string passwords;     ///< the file of new passwords for those whose hash is not taken; empty: none are made
};

/// Brings another chat's rows in, each table in one transaction, and prints a report. No server may use the database
/// meanwhile.
int import_from(const config::loaded_settings& loaded, const import_wish& wish);

/// Writes a database as lines of JSON to a new file, or to standard output for `-`; also while the server runs.
int export_to(const config::loaded_settings& loaded, const std::string& file);

} // namespace parley::app
