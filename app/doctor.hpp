// `parley doctor`: what of a machine and its settings would trouble a server.
#pragma once

#include "config/load.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace parley::app {

enum class grade : std::uint8_t {
  good,
  note, ///< it works, and may not be what is wanted
  mend, ///< it will not work, or will lose something
};

struct finding {
  grade what = grade::good;
  std::string_view topic;
  std::string text; ///< one line; says what mends it
};

/// Limits, clock, disk and whether flushes reach it. Leaves nothing behind. Takes up to a second.
std::vector<finding> examine_host(const config::settings& s);

/// Where to listen, proxies, certificates, the secret, the database. Makes nothing. Takes up to some seconds, and as
/// long as SQLite's check of the whole file.
std::vector<finding> examine_settings(const config::settings& s);

/// Prints all findings. 1 where something is to be mended, else 0.
int examine(const config::loaded_settings& loaded);

} // namespace parley::app
