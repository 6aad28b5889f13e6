#include "actors/admission.hpp"

#include "auth/password.hpp"
#include "protocol/base64.hpp"
#include "protocol/http_codec.hpp"
#include "protocol/text.hpp"

#include <algorithm>

namespace parley {

namespace {

/// Names that are tried before one that nobody can have.
constexpr int numbered_names = 20;
constexpr std::size_t name_digest_characters = 12;
constexpr std::size_t email_digest_characters = 22; ///< 128 bits

std::string usable_name_of(const std::string& wished, const text_limits& bounds) {
  auto name = wished;
  std::ranges::replace(name, ' ', '_');
  name = first_characters(name, bounds.username_max);
  return decode_username(name, bounds).value_or("user");
}

/// `name` with `end` behind it, cut so that both fit.
std::string with_end(const std::string& name, const std::string& end, const text_limits& bounds) {
  const auto room = bounds.username_max > end.size() ? bounds.username_max - end.size() : 0;
  return std::string(first_characters(name, room)) + end;
}

bool is_taken(const storage::result<user_id>& made) {
  return !made && (made.error() == error_code::username_taken || made.error() == error_code::email_taken);
}

} // namespace

storage::result<user_id> admit(storage::writer& to, const stranger& x, const text_limits& bounds, timestamp now) {
  const auto& who = x.who;
  const storage::identity key{who.issuer, who.subject};
  // With the time, so that nobody registers it before.
  const auto digest = encode_base64url(
    auth::digest(who.issuer + '\n' + who.subject + '\n' + std::to_string(now.time_since_epoch().count())));
  const auto name = usable_name_of(who.wished_name, bounds);
  const auto own_email = digest.substr(0, email_digest_characters) + "@parley.invalid";
  const bool has_email = looks_like_email(who.email);
  storage::new_user draft{.username = name,
                          .email = has_email ? who.email : own_email,
                          .password_hash = {},
                          .role = user_role::user,
                          .created_at = now};
  auto made = to.users().admit(key, x.issued_at, draft);
  for (int number = 2; is_taken(made) && number <= numbered_names + 1; ++number) {
    if (made.error() == error_code::email_taken) {
      draft.email = own_email;
    } else {
      const auto end = number <= numbered_names ? std::to_string(number) : digest.substr(0, name_digest_characters);
      draft.username = with_end(name, '-' + end, bounds);
    }
    made = to.users().admit(key, x.issued_at, draft);
  }
  return made;
}

} // namespace parley
