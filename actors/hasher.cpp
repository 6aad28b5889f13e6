#include "actors/hasher.hpp"

#include "auth/password.hpp"

#include <spdlog/spdlog.h>

namespace parley {

hasher::behavior_type hasher::make_behavior() {
  return {
    [this](const hash_password& x) -> caf::result<std::string> {
      try {
        return auth::hash_password(x.password, cost_);
      } catch (const std::exception& reason) {
        spdlog::error("password hashing failed: {}", reason.what());
        return caf::make_error(error_code::internal);
      }
    },
    [this](const check_password& x) { return auth::check_password(x.password, x.hash, cost_); },
  };
}

} // namespace parley
