// Where the public keys of an identity provider are, as `auth.jwks` says it.
#pragma once

#include "config/host_port.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace parley::config {

inline constexpr std::string_view key_place_forms = "https://…, http:// on loopback, a path, or nothing";

struct key_place {
  std::string file; ///< empty: it is an address
  bool secure = true;
  host_port server;
  std::string authority; ///< as written, for the field Host
  std::string target;    ///< path and query
};

/// nullopt where `written` is neither an address nor a path. Whoever can change what comes from a plain address can
/// sign for everybody, so only this machine's own are taken.
std::optional<key_place> parse_key_place(std::string_view written);

} // namespace parley::config
