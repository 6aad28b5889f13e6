// Resumable uploads of videos: tus 1.0 (tus.io), the core protocol with creation and termination.
//
// An upload's offset is the size of its file, so that it can never promise bytes that are not there. The file keeps
// its name when it becomes a video's.
#include "net/http/access.hpp"
#include "net/http/cors.hpp"
#include "net/http/handlers.hpp"
#include "net/http/routes.hpp"
#include "net/http/uploads_desk.hpp"
#include "net/http/uploads_metadata.hpp"
#include "net/http/videos_access.hpp"
#include "net/http/videos_format.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace parley::net {

namespace asio = boost::asio;

namespace {

constexpr std::string_view tus_version = "1.0.0";

/// Uploads that a user may have begun and not completed; each keeps its bytes on the disk for a day.
constexpr std::int64_t unfinished_limit = 32;

void add_version(header_list& to) {
  to.emplace_back("Tus-Resumable", tus_version);
}

response tus_response(int status, header_list extra) {
  add_version(extra);
  return {.status = status, .content_type = {}, .body = {}, .extra = std::move(extra)};
}

tl::unexpected<refusal> refuse(refusal why) {
  add_version(why.extra);
  return tl::unexpected(std::move(why));
}

/// What is wrong with a request that does not speak this version.
std::optional<refusal> find_version_fault(const request& from) {
  if (from.head->find("Tus-Resumable") == tus_version)
    return std::nullopt;
  problem what(error_code::upload_conflict);
  what.status = 412;
  refusal out(std::move(what));
  out.extra.emplace_back("Tus-Version", tus_version);
  return out;
}

/// The number of bytes that a field gives; 422 in the field's name.
tl::expected<std::int64_t, field_fault> read_bytes(const request& from, std::string_view name) {
  return read_byte_count(from.head->find(name)).map_error([name](fault what) {
    return field_fault{std::string(name), what};
  });
}

std::string upload_name(const request& from) {
  return std::ranges::find(from.parameters, "upload_id", &path_parameter::name)->value;
}

std::optional<std::string> find_value(const upload_metadata& from, std::string_view key) {
  const auto found = std::ranges::find(from, key, &upload_metadata::value_type::first);
  return found == from.end() ? std::nullopt : std::optional(found->second);
}

/// What the client wants to send, without its id and time.
tl::expected<storage::upload, refusal> read_wish(const http_context& context, const request& from) {
  storage::upload out;
  std::vector<field_fault> faults;
  const auto length = read_bytes(from, "Upload-Length");
  if (!length)
    faults.push_back(length.error());
  else if (*length < 1)
    faults.push_back({"Upload-Length", fault::out_of_range});
  else
    out.length = *length;
  const auto metadata = read_metadata(from.head->find("Upload-Metadata").value_or(std::string_view()));
  if (!metadata) {
    faults.push_back({"Upload-Metadata", fault::bad_characters});
  } else {
    const auto title = find_value(*metadata, "title");
    if (const auto wrong = find_title_fault(title))
      faults.push_back({"title", *wrong});
    out.title = title.value_or(std::string());
    const auto type = find_value(*metadata, "filetype");
    if (!type)
      faults.push_back({"filetype", fault::required});
    out.content_type = media_type(type.value_or(std::string()));
  }
  if (!faults.empty())
    return tl::unexpected<refusal>(problem(std::move(faults)));
  if (!is_video_type(out.content_type))
    return tl::unexpected<refusal>(error_code::unsupported_media_type);
  if (static_cast<std::uint64_t>(out.length) > context.options.video_bytes)
    return tl::unexpected<refusal>(error_code::payload_too_large);
  return out;
}

/// The caller's own upload, in a room where the caller is a member still.
asio::awaitable<tl::expected<storage::upload, error_code>> find_own(http_context& context, const std::string& id,
                                                                    user_id caller) {
  auto find = [id, caller](storage::reader& reader) -> storage::result<storage::upload> {
    auto found = reader.find_upload(id);
    if (!found || found->user != caller)
      return tl::unexpected(error_code::not_found);
    if (auto place = find_place(reader, found->room, caller); !place)
      return tl::unexpected(place.error());
    return std::move(*found);
  };
  auto found = co_await context.ask.read(std::move(find));
  if (!found)
    co_return tl::unexpected(found.error());
  co_return std::move(*found);
}

/// The row goes, then the file.
asio::awaitable<tl::expected<void, error_code>> discard(http_context& context, const std::string& id) {
  auto remove = [id](storage::writer& writer) {
    writer.remove_upload(id);
    return true;
  };
  const auto removed = co_await context.ask.write(std::move(remove));
  if (!removed)
    co_return tl::unexpected(removed.error());
  context.node.files->remove_later(video_path(context, id));
  co_return tl::expected<void, error_code>();
}

/// True where the file begins as its type does.
asio::awaitable<file_result<bool>> is_of_type(file_pool& files, const shared_file& file, std::string_view type) {
  std::array<char, 16> first{};
  const auto got = co_await files.read(file, 0, first);
  if (!got)
    co_return tl::unexpected(got.error());
  format_check format(type);
  co_return format.feed({first.data(), *got}) && format.passed();
}

/// Makes the video of an upload whose bytes are all there. The caller holds it.
asio::awaitable<tl::expected<video_id, refusal>> complete(http_context& context, const storage::upload& from,
                                                          const shared_file& file) {
  auto& files = *context.node.files;
  const auto fits = co_await is_of_type(files, file, from.content_type);
  if (!fits)
    co_return tl::unexpected(file_failure("read", fits.error()));
  if (!*fits) {
    co_await discard(context, from.id);
    co_return tl::unexpected<refusal>(error_code::unsupported_media_type);
  }
  const auto safe = co_await files.sync(file);
  if (!safe)
    co_return tl::unexpected(file_failure("sync", safe.error()));
  storage::new_video draft;
  draft.room = from.room;
  draft.title = from.title;
  draft.file = from.id;
  draft.size = from.length;
  draft.content_type = from.content_type;
  draft.uploaded_by = from.user;
  draft.created_at = context.now();
  auto store = [id = from.id, draft = std::move(draft)](storage::writer& writer) {
    auto made = store_video(writer, draft);
    if (made)
      writer.remove_upload(id);
    return made;
  };
  const auto stored = co_await context.ask.write(std::move(store));
  if (!stored)
    co_return tl::unexpected<refusal>(stored.error());
  if (!*stored)
    co_return tl::unexpected<refusal>(stored->error());
  context.node.uploads->remember({from.id, from.user, (*stored)->id, from.length});
  co_return (*stored)->id;
}

/// The caller's upload that is a video by now.
std::optional<finished_upload> find_finished(const http_context& context, const std::string& id, user_id caller) {
  auto found = context.node.uploads->find(id);
  return found && found->user == caller ? std::move(found) : std::nullopt;
}

response describe(const finished_upload& x, int status) {
  const auto length = std::to_string(x.length);
  return tus_response(status,
                      {{"Upload-Offset", length}, {"Upload-Length", length}, {"Location", content_path(x.made)}});
}

/// For an upload that had all its bytes when the server stopped: they become the video now, for the client has nothing
/// left to send. What another request is just doing is left to it.
asio::awaitable<tl::expected<void, refusal>> catch_up(http_context& context, const std::string& id, user_id caller) {
  const auto hold = context.node.uploads->take(id);
  if (!hold || find_finished(context, id, caller))
    co_return tl::expected<void, refusal>();
  const auto found = co_await find_own(context, id, caller);
  if (!found)
    co_return tl::unexpected<refusal>(found.error());
  const auto path = video_path(context, id);
  const auto file = co_await context.node.files->open_to_write(path);
  if (!file)
    co_return tl::unexpected(file_failure("open", file.error()));
  const auto made = co_await complete(context, *found, file->file);
  if (!made)
    co_return tl::unexpected(made.error());
  co_return tl::expected<void, refusal>();
}

struct appended_bytes {
  std::uint64_t end = 0;        ///< the file's size now
  std::optional<refusal> fault; ///< why it is not more
};

/// Writes what comes to the file's end, up to `length` in all. What is there stays, whatever happens.
asio::awaitable<appended_bytes> append(http_context& context, body_source& from, const sized_file& to,
                                       const storage::upload& what) {
  appended_bytes out{.end = to.size, .fault = std::nullopt};
  const auto left = static_cast<std::uint64_t>(what.length) - to.size;
  format_check format(what.content_type);
  while (true) {
    const auto piece = co_await from.read_some(left);
    if (!piece)
      out.fault = body_failure(piece.error());
    if (out.fault || piece->empty())
      co_return out;
    // Later bytes cannot be told by themselves; all of the file is looked at once it is complete.
    if (to.size == 0 && !format.feed(*piece)) {
      out.fault = refusal(error_code::unsupported_media_type);
      co_return out;
    }
    const auto written = co_await context.node.files->write(to.file, out.end, *piece);
    if (!written) {
      out.fault = file_failure("write", written.error());
      co_return out;
    }
    out.end += piece->size();
  }
}

} // namespace

handled describe_uploads(http_context& context, const request& from) {
  auto out = describe_options(*from.head, match_route(from.head->method, from.path).allow, context.options.origins);
  add_version(out.extra);
  out.extra.emplace_back("Tus-Version", tus_version);
  out.extra.emplace_back("Tus-Extension", "creation,termination");
  out.extra.emplace_back("Tus-Max-Size", std::to_string(context.options.video_bytes));
  co_return out;
}

handled create_upload(http_context& context, const request& from) {
  if (auto fault = find_version_fault(from))
    co_return refuse(std::move(*fault));
  const auto room = path_number(from, "room_id");
  if (!room)
    co_return refuse(room.error());
  auto wish = read_wish(context, from);
  if (!wish)
    co_return refuse(std::move(wish.error()));
  wish->id = new_file_name();
  wish->room = room_id(*room);
  wish->user = from.caller.user;
  wish->touched_at = context.now();
  auto location = "/uploads/" + wish->id;
  auto add = [wish = std::move(*wish)](storage::writer& writer) -> storage::result<void> {
    if (auto place = find_place(writer, wish.room, wish.user); !place)
      return tl::unexpected(place.error());
    if (writer.count_uploads(wish.user) >= unfinished_limit)
      return tl::unexpected(error_code::rate_limited);
    return writer.add_upload(wish);
  };
  const auto added = co_await context.ask.write(std::move(add));
  if (!added)
    co_return refuse(added.error());
  if (!*added)
    co_return refuse(added->error());
  co_return tus_response(201, {{"Location", std::move(location)}});
}

handled show_upload(http_context& context, const request& from) {
  if (auto fault = find_version_fault(from))
    co_return refuse(std::move(*fault));
  const auto id = upload_name(from);
  const auto caller = from.caller.user;
  if (const auto done = find_finished(context, id, caller))
    co_return describe(*done, 200);
  const auto found = co_await find_own(context, id, caller);
  if (!found)
    co_return refuse(found.error());
  const auto path = video_path(context, id);
  const auto size = co_await context.node.files->size(path);
  if (!size)
    co_return refuse(file_failure("measure", size.error()));
  if (*size == static_cast<std::uint64_t>(found->length)) {
    auto caught_up = co_await catch_up(context, id, caller);
    if (!caught_up)
      co_return refuse(std::move(caught_up.error()));
  }
  if (const auto done = find_finished(context, id, caller))
    co_return describe(*done, 200);
  header_list fields{{"Upload-Offset", std::to_string(*size)},
                     {"Upload-Length", std::to_string(found->length)},
                     {"Upload-Metadata", write_metadata({{"title", found->title}, {"filetype", found->content_type}})}};
  co_return tus_response(200, std::move(fields));
}

handled append_upload(http_context& context, const request& from) {
  if (auto fault = find_version_fault(from))
    co_return refuse(std::move(*fault));
  if (media_type(from.head->find("Content-Type").value_or(std::string_view())) != "application/offset+octet-stream")
    co_return refuse(error_code::unsupported_media_type);
  const auto offset = read_bytes(from, "Upload-Offset");
  if (!offset || *offset < 0)
    co_return refuse(problem({offset ? field_fault{"Upload-Offset", fault::out_of_range} : offset.error()}));
  const auto id = upload_name(from);
  const auto hold = context.node.uploads->take(id);
  if (!hold)
    co_return refuse(error_code::upload_conflict);
  if (const auto done = find_finished(context, id, from.caller.user)) {
    if (done->length != *offset)
      co_return refuse(error_code::upload_conflict);
    co_return describe(*done, 204);
  }
  const auto found = co_await find_own(context, id, from.caller.user);
  if (!found)
    co_return refuse(found.error());
  const auto path = video_path(context, id);
  const auto file = co_await context.node.files->open_to_write(path);
  if (!file)
    co_return refuse(file_failure("open", file.error()));
  if (file->size != static_cast<std::uint64_t>(*offset))
    co_return refuse(error_code::upload_conflict);
  auto now_there = co_await append(context, *from.stream, *file, *found);
  if (now_there.fault && now_there.fault->what.code == error_code::unsupported_media_type) {
    co_await discard(context, id);
    co_return refuse(std::move(*now_there.fault));
  }
  header_list fields{{"Upload-Offset", std::to_string(now_there.end)}};
  if (now_there.end == static_cast<std::uint64_t>(found->length)) {
    const auto made = co_await complete(context, *found, file->file);
    if (!made)
      co_return refuse(made.error());
    fields.emplace_back("Location", content_path(*made));
  } else if (now_there.end > file->size) {
    auto touch = [id, now = context.now()](storage::writer& writer) {
      writer.touch_upload(id, now);
      return true;
    };
    const auto touched = co_await context.ask.write(std::move(touch));
    if (!touched)
      co_return refuse(touched.error());
  }
  if (now_there.fault)
    co_return refuse(std::move(*now_there.fault));
  co_return tus_response(204, std::move(fields));
}

handled delete_upload(http_context& context, const request& from) {
  if (auto fault = find_version_fault(from))
    co_return refuse(std::move(*fault));
  const auto id = upload_name(from);
  const auto hold = context.node.uploads->take(id);
  if (!hold)
    co_return refuse(error_code::upload_conflict);
  const auto found = co_await find_own(context, id, from.caller.user);
  if (!found)
    co_return refuse(found.error());
  const auto gone = co_await discard(context, id);
  if (!gone)
    co_return refuse(gone.error());
  co_return tus_response(204, {});
}

} // namespace parley::net
