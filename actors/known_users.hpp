// The users that one I/O thread has read and the tokens that it has checked, so that no request begins with either.
#pragma once

#include "auth/token.hpp"
#include "protocol/model.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace parley {

/// Names and avatars as they are stored. Whoever changes a user has every thread forget it (`forget_user`, by way of
/// the thread's hub) before the change is answered; with a user's tokens goes its name (`revoked_tokens`). All tokens
/// are forgotten with each revocation, of whomever. Not thread-safe.
class known_users {
public:
  /// About 200 bytes each; past it all are forgotten.
  static constexpr std::size_t limit = 4096;
  /// About 600 bytes each; past it all are forgotten. A token of a socket is asked for once, and not kept here.
  static constexpr std::size_t tokens_limit = 4096;

  /// Null where it is not known. Good until the next call that is not `find`.
  const user_brief* find(user_id id) const {
    const auto found = users_.find(id);
    return found == users_.end() ? nullptr : &found->second;
  }

  /// For `learn`: taken before the user is asked for.
  std::uint64_t age() const { return age_; }

  /// Without effect where anybody was forgotten since `asked_at`: what was read may be what was there before.
  void learn(user_brief x, std::uint64_t asked_at) {
    if (asked_at != age_)
      return;
    if (users_.size() >= limit)
      users_.clear();
    users_.insert_or_assign(x.id, std::move(x));
  }

  void forget(user_id id) {
    ++age_;
    users_.erase(id);
  }

  /// What is in a token that was good; null where it is not known. Whether its time has passed is for the caller to
  /// see.
  const auth::access_claims* find_token(const std::string& token) const {
    const auto found = tokens_.find(token);
    return found == tokens_.end() ? nullptr : &found->second;
  }

  void learn_token(std::string token, const auth::access_claims& claims) {
    if (tokens_.size() >= tokens_limit)
      tokens_.clear();
    tokens_.insert_or_assign(std::move(token), claims);
  }

  void forget_tokens() { tokens_.clear(); }

private:
  std::unordered_map<user_id, user_brief> users_;
  std::unordered_map<std::string, auth::access_claims> tokens_;
  std::uint64_t age_ = 0; ///< how often somebody was forgotten
};

} // namespace parley
