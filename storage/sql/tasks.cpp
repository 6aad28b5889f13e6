// The last status of each task, and whose it is.
#include "storage/sql/tasks.hpp"

namespace parley::storage::sql {

task_queries::task_queries(connection& link)
  : by_connection_(link,
                   "SELECT connection, owner_id, status, progress, message, data, updated_at, version FROM tasks "
                   "WHERE connection = :connection",
                   {"connection"}) {}

std::optional<owned_task> task_queries::find(std::string_view connection) {
  auto row = by_connection_.one(connection);
  if (!row)
    return std::nullopt;
  return owned_task{.owner = user_id{row->owner_id},
                    .value = {.connection = std::move(row->connection),
                              .status = std::move(row->status),
                              .progress = row->progress.get(),
                              .message = std::move(row->message),
                              .data = std::move(row->data),
                              .at = to_time(row->updated_at)},
                    .version = row->version};
}

task_changes::task_changes(connection& link)
  : task_queries(link),
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
  return saved->version;
}

} // namespace parley::storage::sql
