// The revocation list of one I/O thread, and the verdict on a token that comes of it.
#pragma once

#include "actors/ports.hpp"
#include "actors/revocation_list.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

namespace parley {

/// Whose tokens are taken beside our own.
struct foreign_trust {
  std::shared_ptr<auth::key_source> source; ///< null: nobody's
  auth::foreign_rules rules;
  bool provision = false; ///< `sub` is a name of the provider's, not the id of one of our users
};

/// Checks signatures, expiry and revocation without asking anybody. Its thread's hub keeps the list current.
class token_gate final : public token_checker {
public:
  /// `suspended`, if there is one, tells whether the node may have missed what others revoked.
  token_gate(std::string secret, time_source now, std::function<bool()> suspended = nullptr, foreign_trust trust = {})
    : secret_(std::move(secret)), now_(std::move(now)), suspended_(std::move(suspended)), trust_(std::move(trust)) {}

  bool is_suspended() const override { return suspended_ && suspended_(); }
  tl::expected<auth::access_claims, error_code> check(std::string_view token) const override;
  bool makes_users() const override { return trust_.source && trust_.provision; }
  std::optional<stranger> find_stranger(std::string_view token) const override;
  void introduce(const stranger& x, user_id user) override;

  void revoke(const storage::revocations& list);

private:
  /// About 100 bytes each; past it all are forgotten.
  static constexpr std::size_t identities_limit = 65536;
  /// About 2 KiB each; past it all are forgotten.
  static constexpr std::size_t checked_limit = 1024;

  tl::expected<auth::foreign_claims, error_code> check_signature(std::string_view token) const;
  tl::expected<auth::access_claims, error_code> check_foreign(std::string_view token) const;

  std::string secret_;
  time_source now_;
  std::function<bool()> suspended_;
  foreign_trust trust_;
  revocation_list revoked_;
  std::unordered_map<std::string, user_id> identities_; ///< by subject
  std::uint64_t age_ = 0;                               ///< how often tokens of users were revoked
  // A signature costs a hundred times what a look does; what was signed by keys that are not good any more is
  // forgotten.
  mutable std::unordered_map<std::string, auth::foreign_claims> checked_;
  mutable std::shared_ptr<const auth::key_set> checked_by_;
};

} // namespace parley
