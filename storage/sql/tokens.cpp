// Rotation and revocation of refresh tokens, and what is remembered of revoked access tokens.
#include "storage/sql/tokens.hpp"

#include "protocol/hex.hpp"
#include "storage/sql/paging.hpp"

namespace parley::storage::sql {
namespace {

/// Deletes at most 64 rows of `table` whose `time` column has passed.
std::string purge_text(const std::string& table, const std::string& key, const std::string& time) {
  return "DELETE FROM " + table + " WHERE " + key + " IN (SELECT " + key + " FROM " + table + " WHERE " + time +
         " <= :now ORDER BY " + time + " LIMIT 64)";
}

} // namespace

token_queries::token_queries(connection& link)
  : link_(link),
    families_(link, "SELECT family, forget_at FROM revoked_families WHERE forget_at > :now ORDER BY family", {"now"}),
    users_(link, "SELECT user_id, cutoff FROM revoked_users WHERE forget_at > :now ORDER BY user_id", {"now"}),
    sessions_(link,
              "SELECT id, family, created_at, last_used_at, address, user_agent FROM sessions "
              "WHERE user_id = :user AND expires_at > :now ORDER BY expires_at DESC, id DESC" +
                one_page,
              {"user", "now", "size", "offset"}),
    count_sessions_(link, "SELECT COUNT(*) FROM sessions WHERE user_id = :user AND expires_at > :now",
                    {"user", "now"}) {}

revocations token_queries::find_revocations(timestamp now) {
  const snapshot state(link_);
  revocations out;
  families_.each(
    [&](family_row& row) {
      out.families.push_back({std::move(row.family), to_time(row.forget_at)});
    },
    now);
  users_.each([&](cutoff_row& row) { out.users.push_back({user_id{row.user_id}, to_time(row.cutoff)}); }, now);
  return out;
}

page<login_session> token_queries::list_sessions(user_id user, std::string_view current, timestamp now,
                                                 page_request at) {
  const snapshot state(link_);
  page<login_session> out{.items = {}, .total = 0, .number = at.number, .size = at.size};
  out.total = count_sessions_.one(user, now).value().value;
  sessions_.each(
    [&](session_row& row) {
      out.items.push_back({.id = session_id{row.id},
                           .created_at = to_time(row.created_at),
                           .last_used_at = to_time(row.last_used_at),
                           .address = std::move(row.address),
                           .user_agent = std::move(row.user_agent),
                           .current = row.family == current});
    },
    user, now, at.size, at.offset());
  return out;
}

token_changes::token_changes(connection& link, user_queries& users)
  : token_queries(link), link_(link), users_(users),
    find_(link,
          "SELECT t.family, t.user_id, u.username, t.expires_at, t.used, t.used_at, t.used_key "
          "FROM refresh_tokens t "
          "JOIN users u ON u.id = t.user_id WHERE t.token_hash = :hash",
          {"hash"}),
    families_of_user_(link, "SELECT DISTINCT family FROM refresh_tokens WHERE user_id = :user ORDER BY family",
                      {"user"}),
    family_of_session_(link, "SELECT family FROM sessions WHERE id = :id AND user_id = :user", {"id", "user"}),
    insert_(link,
            "INSERT INTO refresh_tokens (token_hash, family, user_id, expires_at) "
            "VALUES (:hash, :family, :user, :expires_at)",
            {"hash", "family", "user", "expires_at"}),
    mark_used_(link, "UPDATE refresh_tokens SET used = 1, used_at = :at, used_key = :key WHERE token_hash = :hash",
               {"at", "key", "hash"}),
    insert_session_(link,
                    "INSERT INTO sessions (family, user_id, created_at, last_used_at, expires_at, address, user_agent) "
                    "VALUES (:family, :user, :created_at, :used_at, :expires_at, :address, :user_agent)",
                    {"family", "user", "created_at", "used_at", "expires_at", "address", "user_agent"}),
    use_session_(link,
                 "UPDATE sessions SET last_used_at = :at, expires_at = :expires_at, address = :address, "
                 "user_agent = :user_agent WHERE family = :family",
                 {"at", "expires_at", "address", "user_agent", "family"}),
    delete_session_(link, "DELETE FROM sessions WHERE family = :family", {"family"}),
    delete_family_(link, "DELETE FROM refresh_tokens WHERE family = :family", {"family"}),
    revoke_family_(link,
                   "INSERT INTO revoked_families (family, forget_at) VALUES (:family, :forget_at) "
                   "ON CONFLICT (family) DO UPDATE SET forget_at = excluded.forget_at "
                   "WHERE excluded.forget_at > revoked_families.forget_at",
                   {"family", "forget_at"}),
    revoke_user_(link,
                 "INSERT INTO revoked_users (user_id, cutoff, forget_at) VALUES (:user, :cutoff, :forget_at) "
                 "ON CONFLICT (user_id) DO UPDATE SET cutoff = excluded.cutoff, forget_at = excluded.forget_at "
                 "WHERE excluded.cutoff > revoked_users.cutoff",
                 {"user", "cutoff", "forget_at"}),
    purge_tokens_(link, purge_text("refresh_tokens", "token_hash", "expires_at"), {"now"}),
    purge_sessions_(link, purge_text("sessions", "id", "expires_at"), {"now"}),
    purge_families_(link, purge_text("revoked_families", "family", "forget_at"), {"now"}),
    purge_identities_(link,
                      "DELETE FROM identities WHERE user_id IN (SELECT r.user_id FROM revoked_users r "
                      "JOIN users u ON u.id = r.user_id WHERE r.forget_at <= :now AND u.deleted = 1)",
                      {"now"}),
    purge_users_(link, purge_text("revoked_users", "user_id", "forget_at"), {"now"}) {}

void token_changes::add(const refresh_token_record& x) {
  insert_.run(hexadecimal(x.token_hash), x.family, x.user, x.expires_at);
  insert_session_.run(x.family, x.user, x.created_at, x.created_at, x.expires_at, x.bearer.address,
                      x.bearer.user_agent);
}

result<rotated> token_changes::rotate(const rotation& x, std::optional<std::string>& revoked) {
  const auto old_key = hexadecimal(x.old_hash);
  auto known = find_.one(old_key);
  if (known && link_.take_turn(turn::token_family, known->family))
    known = find_.one(old_key);
  purge(x.now);
  if (!known)
    return tl::unexpected(error_code::invalid_token);
  if (known->used) {
    if (auto again = repeat(*known, x))
      return std::move(*again);
    // A theft, told even of an expired token: the thief may hold one that has not expired.
    kill_family(known->family, x.forget_at);
    revoked = std::move(known->family);
    return tl::unexpected(error_code::invalid_token);
  }
  if (to_time(known->expires_at) <= x.now)
    return tl::unexpected(error_code::invalid_token);
  mark_used_.run(x.now, hexadecimal(x.key_hash), old_key);
  insert_.run(hexadecimal(x.next_hash), known->family, known->user_id, x.expires_at);
  use_session_.run(x.now, x.expires_at, x.bearer.address, x.bearer.user_agent, known->family);
  return rotated{user_id{known->user_id}, std::move(known->username), std::move(known->family), x.now};
}

std::optional<rotated> token_changes::repeat(const refresh_row& used, const rotation& x) {
  if (used.used_at.is_null())
    return std::nullopt;
  const auto rotated_at = to_time(used.used_at.value);
  const bool has_key = !x.key_hash.empty() && used.used_key == hexadecimal(x.key_hash);
  // Two threads may have read the clock in another order than they come here.
  if (std::chrono::abs(x.now - rotated_at) > (has_key ? rotation_grace_by_key : rotation_grace))
    return std::nullopt;
  const auto next = find_.one(hexadecimal(x.next_hash));
  if (!next || next->used || to_time(next->expires_at) <= x.now)
    return std::nullopt;
  return rotated{user_id{used.user_id}, used.username, used.family, rotated_at};
}

std::optional<std::string> token_changes::revoke(std::string_view hash, timestamp forget_at) {
  auto known = find_.one(hexadecimal(hash));
  if (!known)
    return std::nullopt;
  kill_family(known->family, forget_at);
  return std::move(known->family);
}

result<std::string> token_changes::end_session(user_id user, session_id id, timestamp forget_at) {
  auto known = family_of_session_.one(id, user);
  if (!known)
    return tl::unexpected(error_code::sessions_not_found);
  kill_family(known->value, forget_at);
  return std::move(known->value);
}

std::vector<std::string> token_changes::end_other_sessions(user_id user, std::string_view current,
                                                           timestamp forget_at) {
  std::vector<std::string> out;
  families_of_user_.each(
    [&](scalar<std::string>& row) {
      if (row.value != current)
        out.push_back(std::move(row.value));
    },
    user);
  for (const auto& family : out)
    kill_family(family, forget_at);
  return out;
}

std::vector<std::string> token_changes::revoke_user(user_id id, timestamp now, timestamp forget_at) {
  if (!users_.exists(id))
    return {};
  auto out = end_other_sessions(id, {}, forget_at);
  revoke_user_.run(id, now, forget_at);
  purge(now);
  return out;
}

void token_changes::kill_family(std::string_view family, timestamp forget_at) {
  link_.take_turn(turn::token_family, family);
  delete_session_.run(family);
  delete_family_.run(family);
  revoke_family_.run(family, forget_at);
}

void token_changes::purge(timestamp now) {
  purge_tokens_.run(now);
  purge_sessions_.run(now);
  purge_families_.run(now);
  purge_identities_.run(now); // of ended accounts, whose tokens need no refusal any more
  purge_users_.run(now);
}

} // namespace parley::storage::sql
