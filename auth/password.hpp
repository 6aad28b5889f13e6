// Password hashing with bcrypt (`$2b$`) through libxcrypt, and random secrets.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace parley::auth {

/// bcrypt of `password` (at most 72 bytes, no NUL, as `prepare_password` gives it) with a fresh salt. `cost` is 4 to
/// 31, log2 of the rounds. Blocks for tens to hundreds of milliseconds: never on an I/O thread. Throws
/// std::runtime_error if libxcrypt fails.
std::string hash_password(std::string_view password, int cost);

/// What a password is to a hash.
struct password_verdict {
  bool right = false;
  bool outdated = false; ///< right, but the hash should be made anew: `hash_password(prepare_password(password), cost)`

  explicit operator bool() const { return right; }
};

/// Whether a password, as it was typed, has this hash: `$2b$`, or `$2a$` or `$2y$` of other applications, which are
/// names of the same function for a password in UTF-8. It is tried as `prepare_password` gives it, and where that is
/// another one, as it was typed: so it was hashed before passwords were prepared. Outdated is what was hashed so, has
/// another prefix than `$2b$`, or a lower cost than `cost`.
///
/// With an empty or foreign `hash`, takes as long as a real comparison of `cost` and answers false, so that nobody
/// learns by time whether a user exists. So too for a password that bcrypt would cut off (over 72 bytes, or with a
/// NUL). A hash of a lower cost takes as long as one of `cost`; one of a higher cost takes longer. Blocks as
/// `hash_password` does.
password_verdict check_password(std::string_view password, std::string_view hash, int cost);

/// `bytes` of the system's randomness (getrandom), as URL-safe Base64 without padding. Throws std::system_error where
/// the system has none.
std::string random_token(std::size_t bytes);

/// Equal; takes as long for every pair of the same lengths.
bool same_secret(std::string_view a, std::string_view b);

/// SHA-256, 32 raw bytes: how secrets that are looked up are stored.
std::string digest(std::string_view secret);

} // namespace parley::auth
