#include "net/http/issue.hpp"

#include "auth/token.hpp"

#include <algorithm>

namespace parley::net {

namespace {

/// For tokens that are being minted on another thread right now, and for a wall clock that is set back by an hour.
constexpr std::chrono::hours margin{2};

} // namespace

timestamp forget_time(const http_context& context) {
  return context.now.latest() + context.options.access_lifetime + margin;
}

token_pair issue_pair(const http_context& context, token_grant grant) {
  using std::chrono::seconds;
  const timestamp issued_at = std::chrono::floor<seconds>(grant.issued_at);
  const auth::access_claims claims{.user = grant.user,
                                   .expires_at = issued_at + context.options.access_lifetime,
                                   .issued_at = issued_at,
                                   .jti = std::move(grant.access_id),
                                   .family = std::move(grant.family)};
  // The clock's second may have passed since the grant: a new token has its whole life before it.
  auto left = std::chrono::duration_cast<seconds>(claims.expires_at - std::chrono::floor<seconds>(context.now()));
  if (left + seconds(1) == context.options.access_lifetime)
    left += seconds(1);
  return {.access_token = auth::mint(claims, context.options.secret),
          .refresh_token = std::move(grant.refresh_token),
          .expires_in_s = std::max<std::int64_t>(0, left.count())};
}

} // namespace parley::net
