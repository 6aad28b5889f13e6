#include "actors/token_gate.hpp"

#include <algorithm>

namespace parley {

tl::expected<auth::access_claims, error_code> token_gate::check(std::string_view token) const {
  auto claims = auth::verify(token, secret_, now_());
  if (!claims)
    return claims;
  if (claims->user == anonymous_user) // nobody signs in as the one who stands for nobody
    return tl::unexpected(error_code::invalid_token);
  if (!claims->family.empty()) {
    if (families_.contains(claims->family))
      return tl::unexpected(error_code::invalid_token);
  } else if (auto cutoff = users_.find(claims->user); cutoff != users_.end() && claims->issued_at <= cutoff->second) {
    return tl::unexpected(error_code::invalid_token);
  }
  return claims;
}

void token_gate::revoke(const storage::revocations& list) {
  std::erase_if(families_, [now = now_()](const auto& entry) { return entry.second < now; });
  for (const auto& [family, forget_at] : list.families)
    families_.insert_or_assign(family, forget_at);
  for (const auto& [user, cutoff] : list.users)
    users_[user] = std::max(users_[user], cutoff);
}

} // namespace parley
