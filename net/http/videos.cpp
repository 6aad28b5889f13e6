// Videos of rooms: added as files or as links, listed, watched, removed. Bytes go between socket and disk in pieces.
#include "net/http/access.hpp"
#include "net/http/fields.hpp"
#include "net/http/handlers.hpp"
#include "net/http/provisional_file.hpp"
#include "net/http/ranges.hpp"
#include "net/http/videos_access.hpp"
#include "net/http/videos_format.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace parley::net {

namespace asio = boost::asio;

namespace {

struct received_file {
  std::uint64_t size = 0; ///< bytes
  std::string type;       ///< by content
};

/// Writes the body to the file.
asio::awaitable<tl::expected<received_file, refusal>>
receive_file(http_context& context, body_source& from, const std::filesystem::path& path, std::string_view type) {
  auto& files = *context.node.files;
  shared_file file;
  format_check format(type);
  std::uint64_t size = 0;
  while (true) {
    const auto piece = co_await from.read_some(context.options.video_bytes);
    if (!piece)
      co_return tl::unexpected(body_failure(piece.error()));
    if (piece->empty())
      break;
    if (!format.feed(*piece))
      co_return tl::unexpected<refusal>(error_code::unsupported_media_type);
    if (!file) {
      auto made = co_await files.create(path);
      if (!made)
        co_return tl::unexpected(file_failure("make", made.error()));
      file = std::move(*made);
    }
    const auto written = co_await files.write(file, size, *piece);
    if (!written)
      co_return tl::unexpected(file_failure("write", written.error()));
    size += piece->size();
  }
  if (size == 0)
    co_return tl::unexpected<refusal>(problem({{"body", fault::required}}));
  if (!format.passed())
    co_return tl::unexpected<refusal>(error_code::unsupported_media_type);
  const auto safe = co_await files.sync(file);
  if (!safe)
    co_return tl::unexpected(file_failure("sync", safe.error()));
  co_return received_file{.size = size, .type = std::string(format.type())};
}

/// Stores the row and answers with the video.
handled add(http_context& context, storage::new_video draft) {
  auto store = [draft = std::move(draft)](storage::writer& writer) { return store_video(writer, draft); };
  auto stored = co_await context.ask.write(std::move(store));
  if (!stored)
    co_return tl::unexpected<refusal>(stored.error());
  if (!*stored)
    co_return tl::unexpected<refusal>(stored->error());
  sign_url(context, **stored);
  co_return json(201, encode(**stored));
}

handled add_link(http_context& context, const request& from, storage::new_video draft) {
  const auto body = co_await read_all(*from.stream, context.options.body_bytes);
  if (!body)
    co_return tl::unexpected(body_failure(body.error()));
  auto wish = decode_video_link(*body);
  if (!wish)
    co_return tl::unexpected<refusal>(std::move(wish.error()));
  draft.kind = video_kind::url;
  draft.title = std::move(wish->title);
  draft.url = std::move(wish->url);
  co_return co_await add(context, std::move(draft));
}

/// The file is whole and on the disk before its row is; of a row that could not be stored it goes again.
handled add_file(http_context& context, const request& from, storage::new_video draft, std::string_view type) {
  std::optional<std::string> title(find_parameter(from.query, "title"));
  if (const auto wrong = find_title_fault(title))
    co_return tl::unexpected<refusal>(problem({{"title", *wrong}}));
  auto& files = *context.node.files;
  draft.file = new_file_name();
  const auto path = video_path(context, draft.file);
  provisional_file file(files, std::filesystem::path(path) += unfinished);
  auto received = co_await receive_file(context, *from.stream, file.path(), type);
  if (!received)
    co_return tl::unexpected(received.error());
  const auto named = co_await files.rename(file.path(), path);
  if (!named)
    co_return tl::unexpected(file_failure("name", named.error()));
  file.move_to(path);
  draft.title = std::move(*title);
  draft.size = static_cast<std::int64_t>(received->size);
  draft.content_type = std::move(received->type);
  file.keep(); // the row may be there from here on, even where nobody is left to hear of it
  auto out = co_await add(context, std::move(draft));
  if (!out)
    files.remove_later(path);
  co_return out;
}

/// The bytes of a video never change, so that its id and birth name them.
std::string etag_of(const video& x) {
  return '"' + std::to_string(x.id.value) + '-' + std::to_string(x.created_at.time_since_epoch().count()) + '"';
}

handled serve(http_context& context, const request& from, storage::stored_video found) {
  auto& value = found.value;
  if (value.kind == video_kind::url)
    co_return response{.status = 302, .content_type = {}, .body = {}, .extra = {{"Location", std::move(value.url)}}};
  const auto path = video_path(context, found.file);
  auto opened = co_await context.node.files->open_to_read(path);
  if (!opened) {
    spdlog::error("the file of video {} cannot be opened: {}", value.id.value, opened.error().message());
    co_return tl::unexpected<refusal>(is_short_of_descriptors(opened.error()) ? error_code::server_full
                                                                              : error_code::video_not_found);
  }
  auto type = std::move(value.content_type).value_or("application/octet-stream");
  auto disposition = film_disposition(value.title, type);
  served_file what{
    .file = std::move(opened->file),
    .size = opened->size,
    .content_type = std::move(type),
    .etag = etag_of(value),
    .modified = value.created_at,
    .extra = {{"Content-Disposition", std::move(disposition)}, {"Cache-Control", "private, max-age=3600"}}};
  co_return serve_file(*from.head, std::move(what), context.now());
}

} // namespace

handled list_videos(http_context& context, const request& from) {
  const auto id = path_number(from, "room_id");
  if (!id)
    co_return tl::unexpected(id.error());
  const auto at = decode_page(from.query);
  if (!at)
    co_return tl::unexpected<refusal>(at.error());
  auto find = [id = room_id(*id), caller = from.caller.user,
               at = *at](storage::reader& reader) -> storage::result<page<video>> {
    if (auto place = find_place(reader, id, caller); !place)
      return tl::unexpected(place.error());
    return reader.videos().list(id, at);
  };
  auto found = co_await context.ask.read(std::move(find));
  if (!found)
    co_return tl::unexpected<refusal>(found.error());
  if (!*found)
    co_return tl::unexpected<refusal>(found->error());
  for (auto& shown : (*found)->items)
    sign_url(context, shown);
  co_return json(200, encode(**found));
}

handled add_video(http_context& context, const request& from) {
  const auto id = path_number(from, "room_id");
  if (!id)
    co_return tl::unexpected(id.error());
  // Who may not add a video is told so before sending one.
  auto find = [id = room_id(*id), caller = from.caller.user](storage::reader& reader) {
    return find_place(reader, id, caller);
  };
  const auto place = co_await context.ask.read(std::move(find));
  if (!place)
    co_return tl::unexpected<refusal>(place.error());
  if (!*place)
    co_return tl::unexpected<refusal>(place->error());
  storage::new_video draft;
  draft.room = room_id(*id);
  draft.uploaded_by = from.caller.user;
  draft.created_at = context.now();
  const auto type = media_type(from.head->find("Content-Type").value_or(std::string_view()));
  if (type == "application/json")
    co_return co_await add_link(context, from, std::move(draft));
  if (is_video_type(type))
    co_return co_await add_file(context, from, std::move(draft), type);
  co_return tl::unexpected<refusal>(error_code::unsupported_media_type);
}

handled delete_video(http_context& context, const request& from) {
  const auto id = path_number(from, "video_id");
  if (!id)
    co_return tl::unexpected(id.error());
  auto remove = [id = video_id(*id),
                 caller = from.caller.user](storage::writer& writer) -> storage::result<storage::stored_video> {
    const auto found = writer.videos().find(id);
    if (!found)
      return tl::unexpected(error_code::video_not_found);
    const auto place = find_place(writer, found->value.room, caller);
    if (!place)
      return tl::unexpected(place.error());
    if (found->value.uploaded_by != caller && !place->who->moderates())
      return tl::unexpected(error_code::moderator_only);
    return writer.videos().remove(id);
  };
  auto removed = co_await context.ask.write(std::move(remove));
  if (!removed)
    co_return tl::unexpected<refusal>(removed.error());
  if (!*removed)
    co_return tl::unexpected<refusal>(removed->error());
  co_await bury_video(context, **removed);
  co_return no_content();
}

handled show_video(http_context& context, const request& from) {
  const auto number = path_number(from, "video_id");
  if (!number)
    co_return tl::unexpected(number.error());
  const video_id id(*number);
  const auto asker = check_signature_or_bearer(context, from, content_path(id));
  if (!asker)
    co_return tl::unexpected<refusal>(asker.error());
  auto find = [id, caller = *asker](storage::reader& reader) -> storage::result<storage::stored_video> {
    auto found = reader.videos().find(id);
    if (!found)
      return tl::unexpected(error_code::video_not_found);
    if (caller)
      if (const auto place = find_place(reader, found->value.room, *caller); !place)
        return tl::unexpected(place.error());
    return std::move(*found);
  };
  auto found = co_await context.ask.read(std::move(find));
  if (!found)
    co_return tl::unexpected<refusal>(found.error());
  if (!*found)
    co_return tl::unexpected<refusal>(found->error());
  co_return co_await serve(context, from, std::move(**found));
}

} // namespace parley::net
