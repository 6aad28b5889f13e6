#include "net/http/issue.hpp"

#include "auth/password.hpp"
#include "auth/token.hpp"

namespace parley::net {

namespace {

/// For tokens that are being minted on another thread right now, and for a wall clock that is set back by an hour.
constexpr std::chrono::hours margin{2};

} // namespace

timestamp forget_time(const http_context& context) {
  return context.now.latest() + context.options.access_lifetime + margin;
}

token_pair issue_pair(const http_context& context, user_id user, std::string family, std::string refresh) {
  const timestamp issued_at = std::chrono::floor<std::chrono::seconds>(context.now());
  const auth::access_claims claims{.user = user,
                                   .expires_at = issued_at + context.options.access_lifetime,
                                   .issued_at = issued_at,
                                   .jti = auth::random_token(16),
                                   .family = std::move(family)};
  return {.access_token = auth::mint(claims, context.options.secret),
          .refresh_token = std::move(refresh),
          .expires_in_s = std::chrono::seconds(context.options.access_lifetime).count()};
}

} // namespace parley::net
