// Access tokens that an identity provider signed: JWT (RFC 7519) under RS256, ES256 or EdDSA.
#pragma once

#include "auth/key_set.hpp"
#include "auth/token.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace parley::auth {

/// What a token of the provider has to say.
struct foreign_rules {
  std::string issuer;   ///< `iss`, to the letter
  std::string audience; ///< `aud`, or one of them
};

/// Whose token it is, in the provider's words.
struct foreign_identity {
  std::string issuer;
  std::string subject;
  /// `preferred_username`, `nickname`, `name` or `email`, up to an `@`; may be empty.
  std::string wished_name;
  std::string email; ///< only where the provider has verified it; else empty
};

struct foreign_claims {
  access_claims access; ///< without a family; the user is that of `sub` where that is a positive integer, else 0
  foreign_identity who;
};

enum class foreign_fault : std::uint8_t {
  refused,
  expired,     ///< all but `exp` is right
  unknown_key, ///< its key is not in the set, which may be out of date
};

/// Refuses any algorithm but the three, `crit`, a `typ` of another kind of token (RFC 8725 §3.11), a signature by no
/// key of the set, another issuer or audience, a missing `exp` or `sub`, control characters in `sub`, and times as
/// `verify` does. Keys that a token brings along or points to (`jwk`, `x5c`, `jku`, `x5u`) are not looked at. Any
/// thread; never throws but std::bad_alloc.
tl::expected<foreign_claims, foreign_fault> verify_foreign(std::string_view token, const key_set& keys,
                                                           const foreign_rules& rules, timestamp now,
                                                           timestamp latest = {});

/// Where the keys of a provider are got from. Any thread.
class key_source {
public:
  virtual ~key_source() = default;

  /// Those that are good now; null where there are none yet.
  virtual std::shared_ptr<const key_set> keys() const = 0;
  /// Asks for newer ones, which come later; a source that was asked a moment ago does nothing.
  virtual void refresh() = 0;
};

} // namespace parley::auth
