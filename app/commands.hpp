// The subcommands that work on the database and end.
#pragma once

#include "config/load.hpp"

#include <cstdint>
#include <string>

namespace parley::app {

// Each returns the process's exit code and says on standard error why it is not 0.

int migrate(const config::loaded_settings& loaded, bool status_only);

struct new_account {
  std::string username;
  std::string email;
  bool admin = false;
};
/// The password is the first line of standard input.
int create_user(const config::loaded_settings& loaded, const new_account& account);
/// A new password, read as that of a new user is; every token and socket of the user ends, also on a server that runs.
int change_password(const config::loaded_settings& loaded, const std::string& username);
int promote_user(const config::loaded_settings& loaded, const std::string& username);

/// The longest that a token may be asked for, minutes: a year.
inline constexpr std::int64_t token_minutes_max = 525'600;

/// `minutes` 0: as `auth.access_minutes` says.
int print_token(const config::loaded_settings& loaded, std::int64_t user, std::int64_t minutes);

struct fixture_plan {
  std::int64_t users = 0;
  std::int64_t rooms = 0;
  std::string tokens; ///< the file to write
};
int make_fixtures(const config::loaded_settings& loaded, const fixture_plan& plan);

} // namespace parley::app
