// Files for messages: sent as they are, and given to who may see the message.
#include "media/avatar.hpp"
#include "net/http/access.hpp"
#include "net/http/files_access.hpp"
#include "net/http/handlers.hpp"
#include "net/http/provisional_file.hpp"
#include "net/http/ranges.hpp"
#include "net/http/videos_access.hpp"
#include "net/http/videos_format.hpp"

#include <spdlog/spdlog.h>

namespace parley::net {

namespace asio = boost::asio;

namespace {

/// A browser that shows a file by itself lets nothing in it run, load or look like a page of this server.
constexpr std::string_view file_policy = "default-src 'none'; sandbox";

/// Writes the body to a new file; its size.
asio::awaitable<tl::expected<std::int64_t, refusal>> receive_bytes(http_context& context, body_source& from,
                                                                   const std::filesystem::path& path) {
  auto& files = *context.node.files;
  const auto file = co_await files.create(path);
  if (!file)
    co_return tl::unexpected(file_failure("make", file.error()));
  std::uint64_t size = 0;
  while (true) {
    const auto piece = co_await from.read_some(context.options.file_bytes);
    if (!piece && piece.error() == error_code::payload_too_large)
      co_return tl::unexpected<refusal>(error_code::file_too_large);
    if (!piece)
      co_return tl::unexpected(body_failure(piece.error()));
    if (piece->empty())
      break;
    const auto written = co_await files.write(*file, size, *piece);
    if (!written)
      co_return tl::unexpected(file_failure("write", written.error()));
    size += piece->size();
  }
  if (size == 0)
    co_return tl::unexpected<refusal>(problem({{"body", fault::required}}));
  const auto safe = co_await files.sync(*file);
  if (!safe)
    co_return tl::unexpected(file_failure("sync", safe.error()));
  co_return static_cast<std::int64_t>(size);
}

enum class part_of_file : std::uint8_t { content, thumbnail };

/// The file, for a caller who may see the message that has it; before that, for who sent it.
storage::result<storage::stored_file> find_shown(storage::reader& in, file_id id, std::optional<user_id> caller) {
  auto found = in.files().find(id);
  if (!found)
    return tl::unexpected(error_code::file_not_found);
  if (!caller)
    return std::move(*found);
  if (const auto place = find_place(in, found->value.room, *caller); !place)
    return tl::unexpected(place.error());
  if (!found->of && found->value.uploaded_by != *caller)
    return tl::unexpected(error_code::file_not_found);
  if (found->of && !find_visible_message(in, *found->of, *caller))
    return tl::unexpected(error_code::file_not_found);
  return std::move(*found);
}

/// The bytes of a file never change, so that its id and birth name them.
std::string etag_of(const attachment& x, part_of_file part) {
  return '"' + std::to_string(x.id.value) + '-' + std::to_string(x.created_at.time_since_epoch().count()) +
         (part == part_of_file::thumbnail ? "-t\"" : "\"");
}

handled serve_part(http_context& context, const request& from, part_of_file part) {
  const auto id = path_id<file_id>(from, "file_id");
  if (!id)
    co_return tl::unexpected(id.error());
  const bool is_content = part == part_of_file::content;
  const auto asker = check_signature_or_bearer(context, from, is_content ? content_path(*id) : thumbnail_path(*id));
  if (!asker)
    co_return tl::unexpected<refusal>(asker.error());
  auto find = [id = *id, asker = *asker](storage::reader& reader) { return find_shown(reader, id, asker); };
  auto found = co_await look_up(context, std::move(find));
  if (!found)
    co_return tl::unexpected(std::move(found.error()));
  auto& value = found->value;
  if (!is_content && !value.is_picture())
    co_return tl::unexpected<refusal>(error_code::file_not_found);
  const auto path = is_content ? file_path(context, found->file) : thumbnail_path(context, found->file);
  auto opened = co_await context.node.files->open_to_read(path);
  if (!opened) {
    spdlog::error("file {} cannot be opened: {}", value.id.value, opened.error().message());
    co_return tl::unexpected<refusal>(is_short_of_descriptors(opened.error()) ? error_code::server_full
                                                                              : error_code::file_not_found);
  }
  served_file what{
    .file = std::move(opened->file),
    .size = opened->size,
    .content_type = is_content ? value.content_type : std::string(media::thumbnail_type(value.content_type)),
    .etag = etag_of(value, part),
    .modified = value.created_at,
    .extra = {{"Content-Disposition", disposition(value.is_picture() ? "inline" : "attachment", value.name)},
              {"Content-Security-Policy", std::string(file_policy)},
              {"Cache-Control", "private, max-age=3600"}}};
  co_return serve_file(*from.head, std::move(what), context.now());
}

} // namespace

handled add_file(http_context& context, const request& from) {
  const auto room = path_id<room_id>(from, "room_id");
  if (!room)
    co_return tl::unexpected(room.error());
  std::optional<std::string> name(find_parameter(from.query, "name"));
  if (const auto wrong = find_name_fault(name))
    co_return tl::unexpected<refusal>(problem({{"name", *wrong}}));
  // Who may not send a file is told so before sending one.
  auto find = [room = *room, caller = from.caller.user](storage::reader& reader) {
    return find_place(reader, room, caller);
  };
  const auto place = co_await look_up(context, std::move(find));
  if (!place)
    co_return tl::unexpected(place.error());
  storage::new_file draft{.room = *room,
                          .uploaded_by = from.caller.user,
                          .file = new_file_name(),
                          .name = std::move(*name),
                          .content_type = declared_type(from.head->find("Content-Type").value_or(std::string_view())),
                          .size = 0,
                          .width = {},
                          .height = {},
                          .created_at = context.now()};
  auto& files = *context.node.files;
  const auto path = file_path(context, draft.file);
  provisional_file received(files, std::filesystem::path(path) += unfinished);
  const auto size = co_await receive_bytes(context, *from.stream, received.path());
  if (!size)
    co_return tl::unexpected(size.error());
  const auto named = co_await files.rename(received.path(), path);
  if (!named)
    co_return tl::unexpected(file_failure("name", named.error()));
  received.move_to(path);
  draft.size = *size;
  received.keep(); // the row may be there from here on, even where nobody is left to hear of it
  const storage::lost_files lost{.videos = {}, .files = {draft.file}};
  std::string of_no_upload;
  auto made = co_await make_file(context, std::move(draft), std::move(of_no_upload));
  if (!made) {
    bury_files(files, context.options, lost);
    co_return tl::unexpected(std::move(made.error()));
  }
  sign_files(context, *made);
  co_return json(201, encode(*made));
}

handled show_file(http_context& context, const request& from) {
  return serve_part(context, from, part_of_file::content);
}

handled show_thumbnail(http_context& context, const request& from) {
  return serve_part(context, from, part_of_file::thumbnail);
}

} // namespace parley::net
