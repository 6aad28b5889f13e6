// Users, and what a user sees of itself.
#pragma once

#include "storage/ports/result.hpp"
#include "storage/ports/rooms.hpp"

namespace parley::storage {

struct credentials {
  user value;
  std::string password_hash; ///< bcrypt; empty for a user who cannot log in
};

struct new_user {
  std::string username;
  std::string email;
  std::string password_hash;
  user_role role = user_role::user;
  timestamp created_at{};
};

struct user_patch {
  std::optional<std::string> username;
  std::optional<std::string> email;
  std::optional<std::string> password_hash;
  std::optional<std::optional<std::string>> avatar_url; ///< inner none: removes it
};

/// Somebody as an identity provider calls him: see `auth.jwks`.
struct identity {
  std::string issuer;
  std::string subject;

  friend bool operator==(const identity&, const identity&) = default;
};

class user_reader {
public:
  virtual ~user_reader() = default;

  virtual std::optional<user> find(user_id id) = 0;
  /// By username or e-mail, both compared case-folded.
  virtual std::optional<credentials> find_credentials(std::string_view login) = 0;
  virtual std::optional<credentials> find_credentials(user_id id) = 0;
  /// Users but `anonymous` whose folded name holds `search`, by id. Costs a look at every name: it may be anywhere in
  /// one, and `total` is exact.
  virtual page<user_brief> search(std::string_view search, page_request at) = 0;
  virtual bool is_empty() = 0; ///< no user but `anonymous`
};

class user_writer : public virtual user_reader {
public:
  /// `username_taken` or `email_taken`.
  virtual result<user> create(const new_user& x) = 0;
  /// `user_not_found`, `username_taken` or `email_taken`.
  virtual result<user> update(user_id id, const user_patch& x) = 0;
  virtual result<void> promote(user_id id, user_role role) = 0;
  /// The user of the identity, by whose token of `issued_at` it comes. Where there is none yet, or its account has
  /// ended before, `x` becomes it: `username_taken` or `email_taken`. `invalid_token` where the account has ended
  /// since.
  virtual result<user_id> admit(const identity& who, timestamp issued_at, const new_user& x) = 0;
};

class profile_reader {
public:
  virtual ~profile_reader() = default;

  /// Rooms of others are `joined`; those of the user itself are `owned` only. Both in the order of their ids, the first
  /// `limits::profile_rooms_max` of each. What is unread is counted to `limits::unread_max`. `is_active` of the briefs
  /// is the stored one.
  virtual std::optional<own_profile> find(user_id id) = 0;
  /// What one room is to the user, whether or not it is a member; what is unread is counted as above.
  virtual std::optional<room_place> find_place(room_id room, user_id user) = 0;
  /// The page that `room_reader::list` has of `room_scope::mine`, with what each room is to the user. Costs what that
  /// page does and, for each room on it, what `find_place` and `message_reader::find` look at.
  virtual page<own_room> list_rooms(user_id user, std::string_view search, page_request at) = 0;
};

} // namespace parley::storage
