// Refresh tokens, and what is remembered of access tokens that are refused.
#pragma once

#include "storage/ports/result.hpp"

#include <chrono>

namespace parley::storage {

/// From where a login is used.
struct token_bearer {
  std::string address;
  std::string user_agent;
};

/// The first refresh token of a login: only its SHA-256, and the family that every rotation keeps.
struct refresh_token_record {
  std::string token_hash; ///< 32 bytes
  std::string family;     ///< random, shared by all tokens that came from one login
  user_id user;
  timestamp expires_at{};
  timestamp created_at{};
  token_bearer bearer = {};
};

/// Access tokens of a family are refused from now on; forgotten after `forget_at`, when all of them have expired.
struct revoked_family {
  std::string family;
  timestamp forget_at{};
};

/// Access tokens of a user without a family that were issued at or before `cutoff` are refused.
struct revoked_user {
  user_id user;
  timestamp cutoff{};
};

struct revocations {
  std::vector<revoked_family> families;
  std::vector<revoked_user> users;
};

/// The exchange of a refresh token for the one that follows from it.
struct rotation {
  std::string old_hash;  ///< SHA-256, 32 bytes
  std::string next_hash; ///< the same of the successor, which is derived from the old one
  std::string key_hash;  ///< SHA-256 of the key by which a client asks again; empty where it has none
  timestamp now{};
  timestamp expires_at{}; ///< of the successor
  timestamp forget_at{};  ///< of the family, where it is revoked
  token_bearer bearer = {};
};

/// How long after an exchange the same answer is given again, as long as the successor was not used.
inline constexpr std::chrono::seconds rotation_grace{10};
/// The same where the request has the key of the first one.
inline constexpr std::chrono::seconds rotation_grace_by_key{120};

struct rotated {
  user_id user;
  std::string username;
  std::string family;
  timestamp rotated_at{}; ///< when the old token was first exchanged: earlier than now where the answer is given again
};

class token_reader {
public:
  virtual ~token_reader() = default;

  virtual revocations find_revocations(timestamp now) = 0;
  /// Logins of the user that are not over, the one that was used last first. Costs an entry of an index for each, for
  /// `total` is exact. `current` is the family of who asks.
  virtual page<login_session> list_sessions(user_id user, std::string_view current, timestamp now, page_request at) = 0;
};

class token_writer : public virtual token_reader {
public:
  virtual void add(const refresh_token_record& x) = 0;
  /// Replaces the old token by its successor in the same family. `invalid_token` where the old one is unknown, expired
  /// or dead. Where it was used before: within the grace, the successor being unused, the first answer again; else the
  /// whole family dies with it (`invalid_token`, and `revoked` names the family).
  virtual result<rotated> rotate(const rotation& x, std::optional<std::string>& revoked) = 0;
  /// The family that died, where the token was known.
  virtual std::optional<std::string> revoke(std::string_view hash, timestamp forget_at) = 0;
  /// Every family of the user dies, and its access tokens without a family up to `now`. The families that died.
  virtual std::vector<std::string> revoke_user(user_id id, timestamp now, timestamp forget_at) = 0;
  /// The login ends; its family. `sessions_not_found` where it is not the user's.
  virtual result<std::string> end_session(user_id user, session_id id, timestamp forget_at) = 0;
  /// Every login of the user ends but the one of the family `current`. The families that died.
  virtual std::vector<std::string> end_other_sessions(user_id user, std::string_view current, timestamp forget_at) = 0;
};

} // namespace parley::storage
