// Tokens that a test hands out, without signatures.
#pragma once

#include "actors/ports.hpp"

#include <map>
#include <string>

namespace parley::test {

/// Knows the tokens that it was told of; all others are `invalid_token`.
class fake_tokens final : public token_checker {
public:
  tl::expected<auth::access_claims, error_code> check(std::string_view token) const override {
    auto known = verdicts_.find(std::string(token));
    return known == verdicts_.end() ? tl::unexpected(error_code::invalid_token) : known->second;
  }

  void set(const std::string& token, tl::expected<auth::access_claims, error_code> verdict) {
    verdicts_.insert_or_assign(token, std::move(verdict));
  }

private:
  std::map<std::string, tl::expected<auth::access_claims, error_code>> verdicts_;
};

} // namespace parley::test
