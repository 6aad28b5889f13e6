// Gathers the settings from where an operator may have put them.
#pragma once

#include "config/settings.hpp"

#include <tl/expected.hpp>

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parley::config {

/// Where a value came from, in rising order of precedence.
enum class origin : std::uint8_t { default_value, file, environment, flag };

/// `default`, `file`, `environment`, `flag`.
std::string_view name(origin x);

struct sources {
  std::optional<std::filesystem::path> file;      ///< TOML; must be readable where it is given
  std::map<std::string, std::string> environment; ///< whole variables by name, as `read_environment` gives them
  std::vector<std::pair<std::string, std::string>> overrides; ///< `section.key` and value; the later of two wins
};

struct loaded_settings {
  settings values;
  std::optional<std::filesystem::path> file;          ///< that was read
  std::map<std::string, origin, std::less<>> origins; ///< of every key
};

/// The variables of a process that begin with `PARLEY_`. `block` is its `environ`.
std::map<std::string, std::string> read_environment(const char* const* block);

/// Reads and checks everything: flags win over the environment, that over the file, that over the defaults. A bad value
/// is an error even where a stronger source covers it. The error is one line that names the key and what is allowed,
/// without secrets. Variables of sections that we do not have (`PARLEY_TEST`) are ignored.
tl::expected<loaded_settings, std::string> load(const sources& from);

} // namespace parley::config
