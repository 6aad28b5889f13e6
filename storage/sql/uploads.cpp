// Uploads that wait for their last byte.
#include "storage/sql/uploads.hpp"

namespace parley::storage::sql {
namespace {

const std::string select_uploads =
  "SELECT id, room_id, user_id, title, content_type, length, touched_at FROM uploads WHERE ";

} // namespace

upload upload_row::take() {
  return {.id = std::move(id),
          .room = parley::room_id{room_id},
          .user = parley::user_id{user_id},
          .title = std::move(title),
          .content_type = std::move(content_type),
          .length = length,
          .touched_at = to_time(touched_at)};
}

upload_queries::upload_queries(connection& link)
  : by_id_(link, select_uploads + "id = :id", {"id"}),
    stale_(link, select_uploads + "touched_at < :limit ORDER BY touched_at, id", {"limit"}),
    count_(link, "SELECT COUNT(*) FROM uploads WHERE user_id = :user", {"user"}) {}

std::optional<upload> upload_queries::find(std::string_view id) {
  auto row = by_id_.one(id);
  return row ? std::optional(row->take()) : std::nullopt;
}

std::vector<upload> upload_queries::stale(timestamp limit) {
  std::vector<upload> out;
  stale_.each([&](upload_row& row) { out.push_back(row.take()); }, limit);
  return out;
}

integer upload_queries::count(user_id user) {
  return count_.one(user).value().value;
}

upload_changes::upload_changes(connection& link)
  : insert_(link,
            "INSERT INTO uploads (id, room_id, user_id, title, content_type, length, touched_at) "
            "SELECT :id, r.id, :user, :title, :content_type, :length, :touched_at FROM rooms r WHERE r.id = :room",
            {"id", "user", "title", "content_type", "length", "touched_at", "room"}),
    touch_(link, "UPDATE uploads SET touched_at = :now WHERE id = :id", {"now", "id"}),
    delete_(link, "DELETE FROM uploads WHERE id = :id", {"id"}) {}

result<void> upload_changes::add(const upload& x) {
  if (insert_.run(x.id, x.user, x.title, x.content_type, x.length, x.touched_at, x.room) == 0)
    return tl::unexpected(error_code::room_not_found);
  return {};
}

void upload_changes::touch(std::string_view id, timestamp now) {
  touch_.run(now, id);
}

void upload_changes::remove(std::string_view id) {
  delete_.run(id);
}

} // namespace parley::storage::sql
