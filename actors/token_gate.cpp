#include "actors/token_gate.hpp"

namespace parley {

tl::expected<auth::access_claims, error_code> token_gate::check(std::string_view token) const {
  if (is_suspended())
    return tl::unexpected(error_code::internal);
  auto claims = auth::verify(token, secret_, now_(), now_.latest());
  if (!claims && claims.error() == error_code::invalid_token && trust_.source)
    claims = check_foreign(token);
  if (!claims)
    return claims;
  if (claims->user == anonymous_user) // nobody signs in as the one who stands for nobody
    return tl::unexpected(error_code::invalid_token);
  if (revoked_.covers(claims->user, claims->family, claims->issued_at))
    return tl::unexpected(error_code::invalid_token);
  return claims;
}

tl::expected<auth::access_claims, error_code> token_gate::check_foreign(std::string_view token) const {
  auto claims = check_signature(token);
  if (!claims)
    return tl::unexpected(claims.error());
  if (trust_.provision) {
    const auto known = identities_.find(claims->who.subject);
    claims->access.user = known == identities_.end() ? user_id{} : known->second;
  }
  if (claims->access.user == user_id{})
    return tl::unexpected(error_code::invalid_token);
  return std::move(claims->access);
}

tl::expected<auth::foreign_claims, error_code> token_gate::check_signature(std::string_view token) const {
  const auto keys = trust_.source->keys();
  if (!keys)
    return tl::unexpected(error_code::invalid_token);
  if (keys != checked_by_) {
    checked_.clear();
    checked_by_ = keys;
  }
  if (const auto known = checked_.find(std::string(token)); known != checked_.end()) {
    if (known->second.access.expires_at <= now_())
      return tl::unexpected(error_code::token_expired);
    return known->second;
  }
  auto claims = auth::verify_foreign(token, *keys, trust_.rules, now_(), now_.latest());
  if (!claims) {
    if (claims.error() == auth::foreign_fault::unknown_key)
      trust_.source->refresh();
    return tl::unexpected(claims.error() == auth::foreign_fault::expired ? error_code::token_expired
                                                                         : error_code::invalid_token);
  }
  if (checked_.size() >= checked_limit)
    checked_.clear();
  checked_.insert_or_assign(std::string(token), *claims);
  return std::move(*claims);
}

std::optional<stranger> token_gate::find_stranger(std::string_view token) const {
  if (!makes_users() || is_suspended())
    return std::nullopt;
  auto claims = check_signature(token);
  if (!claims || claims->who.subject.empty() || identities_.contains(claims->who.subject))
    return std::nullopt;
  return stranger{.who = std::move(claims->who), .issued_at = claims->access.issued_at, .asked_at = age_};
}

void token_gate::introduce(const stranger& x, user_id user) {
  if (x.asked_at != age_)
    return;
  if (identities_.size() >= identities_limit)
    identities_.clear();
  identities_.insert_or_assign(x.who.subject, user);
}

void token_gate::revoke(const storage::revocations& list) {
  revoked_.add(list, now_);
  if (list.users.empty())
    return;
  ++age_;
  for (const auto& x : list.users) // who may be no more, and come again as somebody else
    std::erase_if(identities_, [&](const auto& known) { return known.second == x.user; });
}

} // namespace parley
