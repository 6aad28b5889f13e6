// What follows from a refresh token: the same pair each time that it is asked for, and nothing of it is stored.
#pragma once

#include <string>
#include <string_view>

namespace parley::auth {

/// The successor of a refresh token and the id of the access token beside it. Nobody finds them who has the token but
/// not the secret, or the other way round.
struct refresh_successor {
  std::string refresh_token; ///< 256 bits as URL-safe Base64
  std::string access_id;     ///< `jti`, 128 bits as URL-safe Base64
};

/// Derived by HMAC-SHA256 with a key of its own from the secret of access tokens. Any thread.
refresh_successor derive_successor(std::string_view refresh_token, std::string_view secret);

} // namespace parley::auth
