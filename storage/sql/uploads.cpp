// Uploads that wait for their last byte.
#include "storage/sql/uploads.hpp"

namespace parley::storage::sql {
namespace {

const std::string select_uploads = "SELECT id, room_id, user_id, title, content_type, length, touched_at, metadata, "
                                   "concat, video_id, purpose, file_id FROM uploads WHERE ";

/// In the column of a length that the client has not told.
constexpr integer unknown_length = -1;

} // namespace

upload upload_row::take() {
  return {.id = std::move(id),
          .room = parley::room_id{room_id},
          .user = parley::user_id{user_id},
          .title = std::move(title),
          .content_type = std::move(content_type),
          .length = length == unknown_length ? std::nullopt : std::optional(length),
          .touched_at = to_time(touched_at),
          .metadata = std::move(metadata),
          .concat = std::move(concat),
          .made = video_id.is_null() ? std::nullopt : std::optional(parley::video_id{video_id.value}),
          .is_attachment = purpose != 0,
          .made_file = file_id.is_null() ? std::nullopt : std::optional(parley::file_id{file_id.value})};
}

upload_queries::upload_queries(connection& link)
  : by_id_(link, select_uploads + "id = :id", {"id"}),
    whole_(link, select_uploads + "user_id = :user AND concat = :concat AND video_id IS NOT NULL ORDER BY id LIMIT 1",
           {"user", "concat"}),
    stale_(link, select_uploads + "touched_at < :limit ORDER BY touched_at, id", {"limit"}),
    count_(link, "SELECT COUNT(*) FROM uploads WHERE user_id = :user AND video_id IS NULL AND file_id IS NULL",
           {"user"}) {}

std::optional<upload> upload_queries::find(std::string_view id) {
  auto row = by_id_.one(id);
  return row ? std::optional(row->take()) : std::nullopt;
}

std::optional<upload> upload_queries::find_whole(user_id user, std::string_view concat) {
  auto row = whole_.one(user, concat);
  return row ? std::optional(row->take()) : std::nullopt;
}

std::vector<upload> upload_queries::list_stale(timestamp limit) {
  std::vector<upload> out;
  stale_.each([&](upload_row& row) { out.push_back(row.take()); }, limit);
  return out;
}

integer upload_queries::count(user_id user) {
  return count_.one(user).value().value;
}

upload_changes::upload_changes(connection& link)
  : upload_queries(link),
    insert_(link,
            "INSERT INTO uploads (id, room_id, user_id, title, content_type, length, touched_at, metadata, concat, "
            "purpose) "
            "SELECT :id, r.id, :user, :title, :content_type, :length, :touched_at, :metadata, :concat, :purpose "
            "FROM rooms r WHERE r.id = :room",
            {"id", "user", "title", "content_type", "length", "touched_at", "metadata", "concat", "purpose", "room"}),
    set_length_(link, "UPDATE uploads SET length = :length WHERE id = :id", {"length", "id"}),
    finish_(link, "UPDATE uploads SET video_id = :video WHERE id = :id", {"video", "id"}),
    finish_as_file_(link, "UPDATE uploads SET file_id = :file WHERE id = :id", {"file", "id"}),
    touch_(link, "UPDATE uploads SET touched_at = :now WHERE id = :id", {"now", "id"}),
    delete_(link, "DELETE FROM uploads WHERE id = :id", {"id"}) {}

result<void> upload_changes::add(const upload& x) {
  if (insert_.run(x.id, x.user, x.title, x.content_type, x.length.value_or(unknown_length), x.touched_at, x.metadata,
                  x.concat, x.is_attachment, x.room) == 0)
    return tl::unexpected(error_code::room_not_found);
  return {};
}

void upload_changes::set_length(std::string_view id, std::int64_t length) {
  set_length_.run(length, id);
}

void upload_changes::finish(std::string_view id, video_id made) {
  finish_.run(made, id);
}

void upload_changes::finish(std::string_view id, file_id made) {
  finish_as_file_.run(made, id);
}

void upload_changes::touch(std::string_view id, timestamp now) {
  touch_.run(now, id);
}

void upload_changes::remove(std::string_view id) {
  delete_.run(id);
}

} // namespace parley::storage::sql
