// What commands do about a database that is not there, or not up to date.
#pragma once

#include "config/load.hpp"
#include "storage/ports.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace parley::app {

/// Brings the schema up, and not below a server that runs: where there is something to do, the data must be free.
void bring_up(storage::database& what, const config::settings& s);

/// What a command does where there is no database yet.
enum class where_missing : std::uint8_t {
  refuse,
  make_if_named, ///< make one, if the data folder or the database was named: nobody gets one by a wrong folder
};

/// The line that says that there is none, and what to do; nullopt where the command may go on.
std::optional<std::string> find_no_database(const config::loaded_settings& loaded, where_missing how);

} // namespace parley::app
