// Who blocks whom.
#include "storage/sql/blocks.hpp"

#include "storage/sql/paging.hpp"

namespace parley::storage::sql {

block_queries::block_queries(connection& link)
  : link_(link),
    has_(link, "SELECT 1 FROM blocks WHERE user_id = :user AND blocked_id = :blocked", {"user", "blocked"}),
    list_(link,
          "SELECT " + user_brief_columns +
            " FROM blocks b JOIN users u ON u.id = b.blocked_id WHERE b.user_id = :user "
            "ORDER BY b.blocked_at DESC, b.blocked_id DESC" +
            one_page,
          {"user", "size", "offset"}),
    count_(link, "SELECT COUNT(*) FROM blocks WHERE user_id = :user", {"user"}) {}

bool block_queries::has(user_id by, user_id whom) {
  return has_.one(by, whom).has_value();
}

page<user_brief> block_queries::list(user_id by, page_request at) {
  return read_page<user_brief>(link_, count_, list_, at, by);
}

integer block_queries::count(user_id by) {
  return count_.one(by).value().value;
}

block_changes::block_changes(connection& link, user_queries& users)
  : block_queries(link), users_(users),
    insert_(link,
            "INSERT INTO blocks (user_id, blocked_id, blocked_at) VALUES (:user, :blocked, :blocked_at) "
            "ON CONFLICT (user_id, blocked_id) DO NOTHING",
            {"user", "blocked", "blocked_at"}),
    delete_(link, "DELETE FROM blocks WHERE user_id = :user AND blocked_id = :blocked", {"user", "blocked"}) {}

result<void> block_changes::add(user_id by, user_id whom, timestamp now) {
  if (!users_.exists(by) || !users_.exists(whom))
    return tl::unexpected(error_code::user_not_found);
  insert_.run(by, whom, now);
  return {};
}

void block_changes::remove(user_id by, user_id whom) {
  delete_.run(by, whom);
}

} // namespace parley::storage::sql
