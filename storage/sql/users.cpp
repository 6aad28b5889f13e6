// Users by id, name and e-mail. Uniqueness is checked before a row is written, by one transaction at a time.
#include "storage/sql/users.hpp"

#include "protocol/text.hpp"
#include "storage/sql/paging.hpp"

namespace parley::storage::sql {
namespace {

std::optional<credentials> to_credentials(std::optional<credentials_row> row) {
  if (!row)
    return std::nullopt;
  return credentials{row->value.take(), std::move(row->password_hash)};
}

std::optional<user_id> to_id(const std::optional<scalar<integer>>& row) {
  return row ? std::optional(user_id{row->value}) : std::nullopt;
}

bool is_retired_name(std::string_view key) {
  if (!key.starts_with(retired_prefix) || key.size() == retired_prefix.size())
    return false;
  key.remove_prefix(retired_prefix.size());
  return key.find_first_not_of("0123456789") == std::string_view::npos;
}

const std::string found_by_name =
  " FROM users u WHERE u.deleted = 0 AND u.id <> :anonymous AND u.username_key LIKE :pattern ESCAPE '!'";

} // namespace

user user_row::take() {
  return {.id = user_id{id},
          .username = std::move(username),
          .email = std::move(email),
          .avatar_url = avatar_url.get(),
          .role = static_cast<user_role>(role),
          .created_at = to_time(created_at)};
}

user_brief user_brief_row::take() {
  return {user_id{id}, std::move(username), avatar_url.get()};
}

user_queries::user_queries(connection& link)
  : link_(link), by_id_(link, "SELECT " + user_columns + " FROM users u WHERE u.id = :id AND u.deleted = 0", {"id"}),
    by_login_(link,
              "SELECT " + user_columns +
                ", u.password_hash FROM users u WHERE u.username_key = :login OR u.email_key = :login",
              {"login"}),
    credentials_by_id_(
      link, "SELECT " + user_columns + ", u.password_hash FROM users u WHERE u.id = :id AND u.deleted = 0", {"id"}),
    list_(link, "SELECT " + user_brief_columns + found_by_name + " ORDER BY u.id" + one_page,
          {"anonymous", "pattern", "size", "offset"}),
    count_(link, "SELECT COUNT(*)" + found_by_name, {"anonymous", "pattern"}),
    presence_(link, "SELECT 1 FROM users WHERE id = :id AND deleted = 0", {"id"}),
    registered_(link, "SELECT 1 FROM users WHERE id <> :anonymous LIMIT 1", {"anonymous"}),
    by_username_(link, "SELECT id FROM users WHERE username_key = :key", {"key"}),
    by_email_(link, "SELECT id FROM users WHERE email_key = :key", {"key"}) {}

std::optional<user> user_queries::find(user_id id) {
  auto row = by_id_.one(id);
  return row ? std::optional(row->take()) : std::nullopt;
}

std::optional<credentials> user_queries::find_credentials(std::string_view login) {
  return to_credentials(by_login_.one(fold(login)));
}

std::optional<credentials> user_queries::find_credentials(user_id id) {
  return to_credentials(credentials_by_id_.one(id));
}

page<user_brief> user_queries::search(std::string_view search, page_request at) {
  return read_page<user_brief>(link_, count_, list_, at, anonymous_user, like_pattern(search));
}

bool user_queries::exists(user_id id) {
  return presence_.one(id).has_value();
}

bool user_queries::is_empty() {
  return !registered_.one(anonymous_user);
}

std::optional<user_id> user_queries::find_by_username_key(std::string_view key) {
  return to_id(by_username_.one(key));
}

std::optional<user_id> user_queries::find_by_email_key(std::string_view key) {
  return to_id(by_email_.one(key));
}

user_changes::user_changes(connection& link)
  : user_queries(link), link_(link),
    insert_(link,
            "INSERT INTO users (username, username_key, email, email_key, password_hash, role, created_at) VALUES "
            "(:username, :username_key, :email, :email_key, :password_hash, :role, :created_at) RETURNING id",
            {"username", "username_key", "email", "email_key", "password_hash", "role", "created_at"}),
    update_(link,
            "UPDATE users SET username = :username, username_key = :username_key, email = :email, "
            "email_key = :email_key, password_hash = :password_hash, avatar_url = :avatar_url WHERE id = :id",
            {"username", "username_key", "email", "email_key", "password_hash", "avatar_url", "id"}),
    promote_(link, "UPDATE users SET role = :role WHERE id = :id AND deleted = 0", {"role", "id"}),
    by_identity_(
      link,
      "SELECT i.user_id, u.deleted, COALESCE(r.cutoff, 0) FROM identities i JOIN users u ON u.id = i.user_id "
      "LEFT JOIN revoked_users r ON r.user_id = i.user_id "
      "WHERE i.issuer = :issuer AND i.subject = :subject",
      {"issuer", "subject"}),
    set_identity_(link,
                  "INSERT INTO identities (issuer, subject, user_id, first_seen_at) "
                  "VALUES (:issuer, :subject, :user, :now) ON CONFLICT (issuer, subject) DO UPDATE SET "
                  "user_id = excluded.user_id, first_seen_at = excluded.first_seen_at",
                  {"issuer", "subject", "user", "now"}) {}

error_code user_changes::taken(user_id self, std::string_view username_key, std::string_view email_key) {
  if (is_retired_name(username_key) || find_by_username_key(username_key).value_or(self) != self)
    return error_code::username_taken;
  if (find_by_email_key(email_key).value_or(self) != self)
    return error_code::email_taken;
  return error_code::none;
}

result<user> user_changes::create(const new_user& x) {
  link_.take_turn(turn::user_names);
  const auto username_key = fold(x.username);
  const auto email_key = fold(x.email);
  if (const auto fault = taken(user_id{}, username_key, email_key); fault != error_code::none)
    return tl::unexpected(fault);
  const auto row = insert_.one(x.username, username_key, x.email, email_key, x.password_hash, x.role, x.created_at);
  return user{.id = user_id{row.value().value},
              .username = x.username,
              .email = x.email,
              .avatar_url = std::nullopt,
              .role = x.role,
              .created_at = x.created_at};
}

result<user> user_changes::update(user_id id, const user_patch& x) {
  link_.owe_erasure();
  link_.take_turn(turn::user_names);
  auto current = find_credentials(id);
  if (!current)
    return tl::unexpected(error_code::user_not_found);
  user& value = current->value;
  value.username = x.username.value_or(value.username);
  value.email = x.email.value_or(value.email);
  value.avatar_url = x.avatar_url.value_or(value.avatar_url);
  const auto username_key = fold(value.username);
  const auto email_key = fold(value.email);
  if (const auto fault = taken(id, username_key, email_key); fault != error_code::none)
    return tl::unexpected(fault);
  update_.run(value.username, username_key, value.email, email_key, x.password_hash.value_or(current->password_hash),
              value.avatar_url, id);
  return std::move(value);
}

result<void> user_changes::promote(user_id id, user_role role) {
  if (promote_.run(role, id) == 0)
    return tl::unexpected(error_code::user_not_found);
  return {};
}

result<user_id> user_changes::admit(const identity& who, timestamp issued_at, const new_user& x) {
  link_.take_turn(turn::user_names); // of one identity, too
  if (const auto known = by_identity_.one(who.issuer, who.subject)) {
    if (known->deleted == 0)
      return user_id{known->user_id};
    if (issued_at <= to_time(known->cutoff))
      return tl::unexpected(error_code::invalid_token);
  }
  auto made = create(x);
  if (!made)
    return tl::unexpected(made.error());
  set_identity_.run(who.issuer, who.subject, made->id, x.created_at);
  return made->id;
}

} // namespace parley::storage::sql
