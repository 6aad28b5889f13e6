// A hasher: passwords cost a tenth of a second each, on threads of their own.
#pragma once

#include "actors/interfaces/common.hpp"
#include "auth/password.hpp"

#include <string>

namespace parley {

/// Hash a password that was chosen.
struct hash_password {
  std::string password; ///< as `prepare_password` gives it
};

/// Compare a password with a stored hash.
struct check_password {
  std::string password; ///< as it was typed
  std::string hash;     ///< empty for a user who is not there: takes as long, answers false
};

using hasher_actor = caf::typed_actor<
  // Answers what is to be stored.
  caf::replies_to<hash_password>::with<std::string>,
  // Answers whether it is the one, and whether the hash is outdated.
  caf::replies_to<check_password>::with<auth::password_verdict>>;

} // namespace parley
