// The rules that concern more than one key, or this version as a whole.
#pragma once

#include "config/settings.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace parley::config {

/// A secret shorter than this is no key for HS256 (RFC 7518 §3.2).
inline constexpr std::size_t secret_bytes_min = 32;

struct violation {
  std::string_view key; ///< name of the key at fault
  std::string what;
  std::string_view allowed;
};

/// The first rule that `s` breaks; nullopt if it breaks none.
std::optional<violation> check(const settings& s);

} // namespace parley::config
