// Access tokens: JWT (RFC 7519) signed with HS256 (RFC 7518 §3.2).
#pragma once

#include "protocol/error_code.hpp"
#include "protocol/ids.hpp"
#include "protocol/time.hpp"

#include <tl/expected.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace parley::auth {

struct access_claims {
  user_id user;
  timestamp expires_at{}; ///< whole seconds
  timestamp issued_at{};  ///< whole seconds; the epoch where the token has no `iat`
  std::string jti;        ///< may be empty for a token of another application
  std::string family;     ///< claim `fam`: the login it came from; empty for `parley token` and other applications
  bool foreign = false;   ///< signed by a key of an identity provider
};

/// `secret` is used as bytes. `sub` is written as a string, `type` as `access`.
std::string mint(const access_claims& claims, std::string_view secret);

/// Refuses everything but HS256, a bad signature, a missing or passed `exp`, a `type` that is there and is not
/// `access`, an `iat` or `nbf` more than 60 s after `now` (the leeway of RFC 7519 §4.1.5), and a `sub` that is not a
/// positive integer (a string, or a number). Where the clock was set back, `latest` is what it would show without that,
/// and counts for `iat` and `nbf`. `token_expired` only if all but `exp` is right, else `invalid_token`. `exp` has
/// no leeway. Any thread; never throws; constant-time comparison.
tl::expected<access_claims, error_code> verify(std::string_view token, std::string_view secret, timestamp now,
                                               timestamp latest = {});

} // namespace parley::auth
