// Files of messages, and files that wait for one.
#include "storage/sql/files.hpp"

#include <algorithm>

namespace parley::storage::sql {
namespace {

const std::string select_files = "SELECT id, room_id, uploaded_by, file, name, content_type, size, width, height, "
                                 "created_at, message_id FROM files WHERE ";

template <class Query, class... Key>
std::vector<std::string> names_by(Query& query, const Key&... key) {
  std::vector<std::string> out;
  query.each([&](scalar<std::string>& row) { out.push_back(std::move(row.value)); }, key...);
  return out;
}

} // namespace

stored_file file_row::take() {
  attachment value{.id = file_id{id},
                   .room = parley::room_id{room_id},
                   .name = std::move(name),
                   .content_type = std::move(content_type),
                   .size = size,
                   .width = width.get(),
                   .height = height.get(),
                   .uploaded_by = user_id{uploaded_by},
                   .created_at = to_time(created_at)};
  const auto of = message_id.get();
  return {std::move(value), std::move(file), of ? std::optional(parley::message_id{*of}) : std::nullopt};
}

file_queries::file_queries(connection& link)
  : by_id_(link, select_files + "id = :id", {"id"}),
    names_(link, "SELECT file FROM files WHERE file > :after ORDER BY file LIMIT :limit", {"after", "limit"}),
    of_room_(link, "SELECT file FROM files WHERE room_id = :room", {"room"}),
    of_message_(link, "SELECT file FROM files WHERE room_id = :room AND message_id = :message", {"room", "message"}),
    unused_(link, select_files + "message_id IS NULL AND created_at < :before ORDER BY created_at, id LIMIT :limit",
            {"before", "limit"}),
    unused_by_user_(link, "SELECT file FROM files WHERE message_id IS NULL AND uploaded_by = :user", {"user"}),
    between_(link,
             select_files +
               "room_id = :room AND message_id >= :first AND message_id <= :last ORDER BY message_id, place",
             {"room", "first", "last"}) {}

std::optional<stored_file> file_queries::find(file_id id) {
  auto row = by_id_.one(id);
  return row ? std::optional(row->take()) : std::nullopt;
}

std::vector<std::string> file_queries::list_names(std::string_view after, std::size_t limit) {
  return names_by(names_, after, limit);
}

std::vector<std::string> file_queries::list_names(room_id room) {
  return names_by(of_room_, room);
}

std::vector<std::string> file_queries::list_names(room_id room, message_id message) {
  return names_by(of_message_, room, message);
}

std::vector<stored_file> file_queries::list_unused(timestamp limit_time, std::size_t limit) {
  std::vector<stored_file> out;
  unused_.each([&](file_row& row) { out.push_back(row.take()); }, limit_time, limit);
  return out;
}

std::vector<std::string> file_queries::list_unused(user_id user) {
  return names_by(unused_by_user_, user);
}

void file_queries::attach(std::span<message> to) {
  if (to.empty())
    return;
  const auto [first, last] = std::minmax(to.front().id, to.back().id);
  const bool rises = to.front().id <= to.back().id;
  auto at = rises ? to.begin() : to.end() - 1;
  between_.each(
    [&](file_row& row) {
      auto file = row.take();
      while (at->id != *file.of && at != (rises ? to.end() - 1 : to.begin()))
        rises ? ++at : --at;
      if (at->id == *file.of)
        at->attachments.push_back(std::move(file.value));
    },
    to.front().room, first, last);
}

file_changes::file_changes(connection& link)
  : file_queries(link), link_(link),
    insert_(link,
            "INSERT INTO files (room_id, uploaded_by, file, name, content_type, size, width, height, created_at) "
            "SELECT r.id, :user, :file, :name, :content_type, :size, :width, :height, :created_at "
            "FROM rooms r WHERE r.id = :room RETURNING id",
            {"user", "file", "name", "content_type", "size", "width", "height", "created_at", "room"}),
    delete_(link, "DELETE FROM files WHERE id = :id AND message_id IS NULL", {"id"}),
    claim_(link,
           "UPDATE files SET place = :place WHERE id = :id AND room_id = :room AND uploaded_by = :user "
           "AND message_id IS NULL",
           {"place", "id", "room", "user"}),
    use_(link, "UPDATE files SET message_id = :message WHERE id = :id", {"message", "id"}),
    count_(link, "UPDATE messages SET file_count = :count WHERE id = :message", {"count", "message"}),
    delete_of_message_(link,
                       "DELETE FROM files WHERE message_id = :message "
                       "AND room_id = (SELECT m.room_id FROM messages m WHERE m.id = :message)",
                       {"message"}) {}

result<attachment> file_changes::add(const new_file& x) {
  const auto made =
    insert_.one(x.uploaded_by, x.file, x.name, x.content_type, x.size, x.width, x.height, x.created_at, x.room);
  if (!made)
    return tl::unexpected(error_code::room_not_found);
  return attachment{.id = file_id{made->value},
                    .room = x.room,
                    .name = x.name,
                    .content_type = x.content_type,
                    .size = x.size,
                    .width = x.width,
                    .height = x.height,
                    .uploaded_by = x.uploaded_by,
                    .created_at = x.created_at};
}

bool file_changes::remove_unused(file_id id) {
  link_.owe_erasure();
  return delete_.run(id) != 0;
}

result<std::vector<attachment>> file_changes::claim(const message_draft& draft) {
  std::vector<attachment> out;
  for (const auto id : draft.post.attachments) {
    if (std::ranges::find(out, id, &attachment::id) != out.end() ||
        claim_.run(out.size(), id, draft.room, draft.sender.id) == 0)
      return tl::unexpected(error_code::file_not_found);
    out.push_back(std::move(find(id).value().value));
  }
  if (!out.empty() && draft.post.type == message_type::image && std::ranges::none_of(out, &attachment::is_picture))
    return tl::unexpected(error_code::validation_failed);
  return out;
}

void file_changes::use(message_id by, std::span<const attachment> claimed) {
  for (const auto& x : claimed)
    use_.run(by, x.id);
  if (!claimed.empty())
    count_.run(claimed.size(), by);
}

void file_changes::remove_of(message_id message) {
  delete_of_message_.run(message);
}

} // namespace parley::storage::sql
