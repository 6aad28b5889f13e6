// The videos of a room, files and links alike.
#include "storage/sql/videos.hpp"

#include "storage/sql/paging.hpp"

namespace parley::storage::sql {
namespace {

const std::string select_videos =
  "SELECT id, room_id, title, kind, url, size, content_type, uploaded_by, created_at, file FROM videos WHERE ";

} // namespace

video video_row::take() {
  return {.id = video_id{id},
          .room = parley::room_id{room_id},
          .title = std::move(title),
          .kind = static_cast<video_kind>(kind),
          .url = std::move(url),
          .size = size.get(),
          .content_type = content_type.get(),
          .uploaded_by = user_id{uploaded_by},
          .created_at = to_time(created_at)};
}

video_queries::video_queries(connection& link)
  : link_(link), by_id_(link, select_videos + "id = :id", {"id"}),
    list_(link, select_videos + "room_id = :room ORDER BY id DESC" + one_page, {"room", "size", "offset"}),
    count_(link, "SELECT COUNT(*) FROM videos WHERE room_id = :room", {"room"}),
    files_(link, "SELECT file FROM videos WHERE file <> '' UNION ALL SELECT id FROM uploads", {}),
    files_of_(link,
              "SELECT file FROM videos WHERE room_id = :room AND file <> '' "
              "UNION ALL SELECT id FROM uploads WHERE room_id = :room",
              {"room"}) {}

std::optional<stored_video> video_queries::find(video_id id) {
  auto row = by_id_.one(id);
  if (!row)
    return std::nullopt;
  auto value = row->take();
  return stored_video{std::move(value), std::move(row->file)};
}

page<video> video_queries::list(room_id room, page_request at) {
  return read_page<video>(link_, count_, list_, at, room);
}

std::vector<std::string> video_queries::list_files() {
  std::vector<std::string> out;
  files_.each([&](scalar<std::string>& row) { out.push_back(std::move(row.value)); });
  return out;
}

std::vector<std::string> video_queries::list_files_of(room_id room) {
  std::vector<std::string> out;
  files_of_.each([&](scalar<std::string>& row) { out.push_back(std::move(row.value)); }, room);
  return out;
}

video_changes::video_changes(connection& link)
  : video_queries(link), link_(link),
    insert_(link,
            "INSERT INTO videos (room_id, title, kind, url, file, size, content_type, uploaded_by, created_at) "
            "SELECT r.id, :title, :kind, :url, :file, :size, :content_type, :uploaded_by, :created_at "
            "FROM rooms r WHERE r.id = :room RETURNING id",
            {"title", "kind", "url", "file", "size", "content_type", "uploaded_by", "created_at", "room"}),
    delete_(link, "DELETE FROM videos WHERE id = :id", {"id"}) {}

result<video> video_changes::add(const new_video& x) {
  const auto made =
    insert_.one(x.title, x.kind, x.url, x.file, x.size, x.content_type, x.uploaded_by, x.created_at, x.room);
  if (!made)
    return tl::unexpected(error_code::room_not_found);
  return video{.id = video_id{made->value},
               .room = x.room,
               .title = x.title,
               .kind = x.kind,
               .url = x.url,
               .size = x.size,
               .content_type = x.content_type,
               .uploaded_by = x.uploaded_by,
               .created_at = x.created_at};
}

result<stored_video> video_changes::remove(video_id id) {
  link_.owe_erasure();
  auto known = find(id);
  if (!known)
    return tl::unexpected(error_code::video_not_found);
  if (delete_.run(id) == 0) // somebody else was faster
    return tl::unexpected(error_code::video_not_found);
  return std::move(*known);
}

} // namespace parley::storage::sql
