#include "actors/token_gate.hpp"

namespace parley {

tl::expected<auth::access_claims, error_code> token_gate::check(std::string_view token) const {
  if (is_suspended())
    return tl::unexpected(error_code::internal);
  auto claims = auth::verify(token, secret_, now_(), now_.latest());
  if (!claims)
    return claims;
  if (claims->user == anonymous_user) // nobody signs in as the one who stands for nobody
    return tl::unexpected(error_code::invalid_token);
  if (revoked_.covers(claims->user, claims->family, claims->issued_at))
    return tl::unexpected(error_code::invalid_token);
  return claims;
}

void token_gate::revoke(const storage::revocations& list) {
  revoked_.add(list, now_);
}

} // namespace parley
