// The revocation list of one I/O thread, and the verdict on a token that comes of it.
#pragma once

#include "actors/ports.hpp"
#include "actors/revocation_list.hpp"

#include <functional>
#include <string>
#include <utility>

namespace parley {

/// Checks signatures, expiry and revocation without asking anybody. Its thread's hub keeps the list current.
class token_gate final : public token_checker {
public:
  /// `suspended`, if there is one, tells whether the node may have missed what others revoked.
  token_gate(std::string secret, time_source now, std::function<bool()> suspended = nullptr)
    : secret_(std::move(secret)), now_(std::move(now)), suspended_(std::move(suspended)) {}

  bool is_suspended() const override { return suspended_ && suspended_(); }
  tl::expected<auth::access_claims, error_code> check(std::string_view token) const override;

  void revoke(const storage::revocations& list);

private:
  std::string secret_;
  time_source now_;
  std::function<bool()> suspended_;
  revocation_list revoked_;
};

} // namespace parley
