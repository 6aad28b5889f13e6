// The last status of each task, and whose it is.
#include "storage/sql/tasks.hpp"

#include "storage/sql/paging.hpp"

namespace parley::storage::sql {

namespace {

const std::string task_columns =
  "SELECT connection, owner_id, status, progress, message, data, updated_at, version FROM tasks ";

} // namespace

task_status task_row::take() {
  return {.connection = std::move(connection),
          .status = std::move(status),
          .progress = progress.get(),
          .message = std::move(message),
          .data = std::move(data),
          .at = to_time(updated_at)};
}

task_queries::task_queries(connection& link)
  : link_(link), by_connection_(link, task_columns + "WHERE connection = :connection", {"connection"}),
    list_(link, task_columns + "WHERE owner_id = :owner ORDER BY updated_at DESC, connection DESC" + one_page,
          {"owner", "size", "offset"}),
    count_(link, "SELECT COUNT(*) FROM tasks WHERE owner_id = :owner", {"owner"}) {}

std::optional<owned_task> task_queries::find(std::string_view connection) {
  auto row = by_connection_.one(connection);
  if (!row)
    return std::nullopt;
  return owned_task{.owner = user_id{row->owner_id}, .value = row->take(), .version = row->version};
}

page<task_status> task_queries::list(user_id owner, page_request at) {
  return read_page<task_status>(link_, count_, list_, at, owner);
}

task_changes::task_changes(connection& link, event_book& book)
  : task_queries(link), book_(book),
    save_(link,
          "INSERT INTO tasks (connection, owner_id, status, progress, message, data, updated_at) "
          "VALUES (:connection, :owner, :status, :progress, :message, :data, :updated_at) "
          "ON CONFLICT (connection) DO UPDATE SET status = excluded.status, progress = excluded.progress, "
          "message = excluded.message, data = excluded.data, updated_at = excluded.updated_at, "
          "version = tasks.version + 1 WHERE tasks.owner_id = excluded.owner_id RETURNING version",
          {"connection", "owner", "status", "progress", "message", "data", "updated_at"}) {}

result<std::int64_t> task_changes::save(user_id by, const task_status& x) {
  const auto saved = save_.one(x.connection, by, x.status, x.progress, x.message, x.data, x.at);
  if (!saved)
    return tl::unexpected(error_code::not_task_owner);
  book_.tell(webhook_kind::task_updated, std::nullopt,
             [&](timestamp at) { return encode_event(webhook_kind::task_updated, at, by, x); });
  return saved->version;
}

} // namespace parley::storage::sql
