// The secret that a node signs tokens and addresses with.
#pragma once

#include "auth/password.hpp"
#include "config/secret.hpp"

#include <string>

namespace parley::app {

/// As `config::obtain_secret`, which says what is made where nothing is set; it is random.
inline tl::expected<std::string, std::string> obtain_secret(const config::settings& s) {
  constexpr std::size_t random_bytes = 32;
  return config::obtain_secret(s, [] { return auth::random_token(random_bytes); });
}

} // namespace parley::app
