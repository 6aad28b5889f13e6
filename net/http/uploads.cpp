// Resumable uploads of videos: tus 1.0 (tus.io), the core protocol with all of its extensions but checksums in
// trailers.
//
// An upload's offset is the size of its file, so that it can never promise bytes that are not there. The file keeps
// its name when it becomes a video's.
#include "net/http/access.hpp"
#include "net/http/cors.hpp"
#include "net/http/files_access.hpp"
#include "net/http/handlers.hpp"
#include "net/http/http_date.hpp"
#include "net/http/routes.hpp"
#include "net/http/tus.hpp"
#include "net/http/uploads_bytes.hpp"
#include "net/http/uploads_hold.hpp"
#include "net/http/uploads_wish.hpp"
#include "net/http/videos_access.hpp"
#include "net/http/videos_format.hpp"
#include "protocol/public_place.hpp"

#include <algorithm>

namespace parley::net {

namespace asio = boost::asio;

namespace {

/// Uploads that a user may have begun and not completed; each keeps its bytes on the disk for a day.
constexpr std::int64_t unfinished_limit = 32;

constexpr std::string_view bytes_type = "application/offset+octet-stream";

response tus_response(int status, header_list extra) {
  return {.status = status, .content_type = {}, .body = {}, .extra = std::move(extra)};
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

std::string upload_name(const request& from) {
  return std::ranges::find(from.parameters, "upload_id", &path_parameter::name)->value;
}

std::string address_of(const storage::upload& x) {
  return give_out("/uploads/" + x.id);
}

bool is_bytes(const request& from) {
  return media_type(from.head->find("Content-Type").value_or(std::string_view())) == bytes_type;
}

/// When an upload goes that nobody goes on with (extension Expiration).
void add_expiry(header_list& to, timestamp touched_at) {
  to.emplace_back("Upload-Expires", http_date(touched_at + upload_patience));
}

/// Where the bytes of an upload are had that is complete.
std::string made_address(const storage::upload& x) {
  return give_out(x.made_file ? content_path(*x.made_file) : content_path(*x.made));
}

/// What is told of an upload that is complete.
header_list describe_finished(const storage::upload& x) {
  const auto length = std::to_string(x.length.value_or(0));
  return {{"Upload-Offset", length}, {"Upload-Length", length}, {"Location", made_address(x)}};
}

/// As the client gave it; of uploads from before that was kept, what we made of it.
std::string metadata_of(const storage::upload& x) {
  if (!x.metadata.empty() || x.title.empty())
    return x.metadata;
  return write_metadata({{"title", x.title}, {"filetype", x.content_type}});
}

/// For an upload that had all its bytes when the server stopped: they become the video now, for the client has nothing
/// left to send. What another request is just doing is left to it.
asio::awaitable<tl::expected<storage::upload, refusal>> catch_up(http_context& context, storage::upload x) {
  const auto hold = co_await hold_upload(context, x.id);
  if (!hold)
    co_return x;
  auto found = co_await find_own_upload(context, x.id, x.user);
  if (!found)
    co_return tl::unexpected<refusal>(found.error());
  if (found->is_made())
    co_return std::move(*found);
  const auto path = video_path(context, x.id);
  const auto file = co_await context.node.files->open_to_write(path);
  if (!file)
    co_return tl::unexpected(file_failure("open", file.error()));
  auto made = co_await complete(context, *found, file->file);
  if (!made)
    co_return tl::unexpected(std::move(made.error()));
  co_return std::move(*found);
}

/// What a request with bytes came to.
struct progress {
  std::uint64_t offset = 0;
  std::string made; ///< where the bytes are had, once all of them are there
};

/// Takes the request's bytes. The caller holds the upload, whose length is stored.
asio::awaitable<tl::expected<progress, refusal>> take_bytes(http_context& context, const request& from,
                                                            storage::upload what, const sized_file& file) {
  auto expected = read_checksum_field(from);
  if (!expected)
    co_return tl::unexpected(std::move(expected.error()));
  auto now_there = co_await append_bytes(context, *from.stream, file, what, *expected);
  if (now_there.fault && now_there.fault->what.code == error_code::unsupported_media_type) {
    co_await discard_upload(context, what.id);
    co_return tl::unexpected(std::move(*now_there.fault));
  }
  progress out{.offset = now_there.end, .made = {}};
  const bool is_complete = what.length && now_there.end == static_cast<std::uint64_t>(*what.length);
  if (is_complete && !is_part(what)) {
    auto made = co_await complete(context, what, file.file);
    if (!made)
      co_return tl::unexpected(std::move(made.error()));
    out.made = made_address(what);
  } else if (now_there.end > file.size) {
    auto touch = [id = what.id, now = context.now()](storage::writer& writer) {
      writer.uploads().touch(id, now);
      return true;
    };
    const auto touched = co_await context.ask.write(std::move(touch));
    if (!touched)
      co_return tl::unexpected<refusal>(touched.error());
  }
  if (now_there.fault)
    co_return tl::unexpected(std::move(*now_there.fault));
  co_return out;
}

/// The first bytes come with the request that begins the upload (extension Creation With Upload). Where they cannot be
/// taken there is no upload: the client would not know its address.
asio::awaitable<tl::expected<progress, refusal>> take_first_bytes(http_context& context, const request& from,
                                                                  const storage::upload& what) {
  const auto hold = co_await hold_upload(context, what.id);
  if (!hold)
    co_return tl::unexpected(hold.error());
  const auto path = video_path(context, what.id);
  const auto file = co_await context.node.files->open_to_write(path);
  if (!file) {
    co_await discard_upload(context, what.id);
    co_return tl::unexpected(file_failure("open", file.error()));
  }
  auto done = co_await take_bytes(context, from, what, *file);
  if (!done)
    co_await discard_upload(context, what.id);
  co_return done;
}

/// The length of an upload that was begun without one (extension Creation Defer Length): stored with the first PATCH
/// that tells it, and never another one.
asio::awaitable<tl::expected<void, refusal>> settle_length(http_context& context, const request& from,
                                                           storage::upload& what, std::uint64_t there) {
  if (!from.head->find("Upload-Length"))
    co_return tl::expected<void, refusal>();
  const auto length = read_bytes(from, "Upload-Length");
  if (!length)
    co_return tl::unexpected<refusal>(problem({length.error()}));
  const bool fits =
    what.length ? *what.length == *length : *length >= 1 && static_cast<std::uint64_t>(*length) >= there;
  if (!fits)
    co_return tl::unexpected<refusal>(problem({{"Upload-Length", fault::out_of_range}}));
  if (static_cast<std::uint64_t>(*length) > bytes_max(context, what))
    co_return tl::unexpected<refusal>(too_long(what));
  if (what.length)
    co_return tl::expected<void, refusal>();
  what.length = *length;
  auto store = [id = what.id, length = *length](storage::writer& writer) {
    writer.uploads().set_length(id, length);
    return true;
  };
  const auto stored = co_await context.ask.write(std::move(store));
  if (!stored)
    co_return tl::unexpected<refusal>(stored.error());
  co_return tl::expected<void, refusal>();
}

/// A file that a message has stays with it.
asio::awaitable<answer> give_up_file(http_context& context, const storage::upload& what) {
  auto remove = [made = *what.made_file](storage::writer& writer) { return writer.files().remove_unused(made); };
  const auto removed = co_await context.ask.write(std::move(remove));
  if (!removed)
    co_return tl::unexpected<refusal>(removed.error());
  if (!*removed)
    co_return tl::unexpected<refusal>(error_code::forbidden);
  const storage::lost_files lost{.videos = {}, .files = {what.id}};
  bury_files(*context.node.files, context.options, lost);
  co_return tus_response(204, {});
}

} // namespace

handled describe_uploads(http_context& context, const request& from) {
  const auto allow = match_route(from.head->method, from.path).allow;
  auto out = describe_options(*from.head, std::string(allow), context.options.origins);
  out.extra.emplace_back("Tus-Version", tus_version);
  out.extra.emplace_back("Tus-Extension", tus_extensions);
  out.extra.emplace_back("Tus-Checksum-Algorithm", checksum_algorithms);
  out.extra.emplace_back("Tus-Max-Size", std::to_string(context.options.video_bytes));
  co_return out;
}

handled create_upload(http_context& context, const request& from) {
  if (auto fault = find_version_fault(from))
    co_return tl::unexpected(std::move(*fault));
  const auto room = path_number(from, "room_id");
  if (!room)
    co_return tl::unexpected(room.error());
  auto wish = read_upload_wish(context, from);
  if (!wish)
    co_return tl::unexpected(std::move(wish.error()));
  const bool brings_bytes = is_bytes(from);
  if (from.head->has_body && (!brings_bytes || !wish->parts.empty()))
    co_return tl::unexpected<refusal>(error_code::unsupported_media_type);
  auto& what = wish->what;
  what.id = new_file_name();
  what.room = room_id(*room);
  what.user = from.caller.user;
  what.touched_at = context.now();
  if (!wish->parts.empty()) {
    const auto whole = co_await concatenate(context, what, std::move(wish->parts));
    if (!whole)
      co_return tl::unexpected(whole.error());
    co_return tus_response(
      201, {{"Location", address_of(*whole)}, {"Content-Location", give_out(content_path(*whole->made))}});
  }
  auto add = [what](storage::writer& writer) -> storage::result<void> {
    if (auto place = find_place(writer, what.room, what.user); !place)
      return tl::unexpected(place.error());
    if (writer.uploads().count(what.user) >= unfinished_limit)
      return tl::unexpected(error_code::rate_limited);
    return writer.uploads().add(what);
  };
  const auto added = co_await context.ask.write(std::move(add));
  if (!added)
    co_return tl::unexpected<refusal>(added.error());
  if (!*added)
    co_return tl::unexpected<refusal>(added->error());
  header_list fields{{"Location", address_of(what)}};
  if (brings_bytes) {
    const auto done = co_await take_first_bytes(context, from, what);
    if (!done)
      co_return tl::unexpected(done.error());
    fields.emplace_back("Upload-Offset", std::to_string(done->offset));
    if (!done->made.empty())
      fields.emplace_back("Content-Location", done->made);
  }
  add_expiry(fields, context.now());
  co_return tus_response(201, std::move(fields));
}

handled show_upload(http_context& context, const request& from) {
  if (auto fault = find_version_fault(from))
    co_return tl::unexpected(std::move(*fault));
  auto found = co_await find_own_upload(context, upload_name(from), from.caller.user);
  if (!found)
    co_return tl::unexpected<refusal>(found.error());
  std::uint64_t offset = 0;
  if (!found->is_made()) {
    const auto path = video_path(context, found->id);
    const auto size = co_await context.node.files->size(path);
    if (!size)
      co_return tl::unexpected(file_failure("measure", size.error()));
    offset = *size;
    if (found->length && offset == static_cast<std::uint64_t>(*found->length) && !is_part(*found)) {
      auto caught_up = co_await catch_up(context, std::move(*found));
      if (!caught_up)
        co_return tl::unexpected(std::move(caught_up.error()));
      *found = std::move(*caught_up);
    }
  }
  header_list fields;
  if (found->is_made()) {
    fields = describe_finished(*found);
  } else {
    fields.emplace_back("Upload-Offset", std::to_string(offset));
    if (found->length)
      fields.emplace_back("Upload-Length", std::to_string(*found->length));
    else
      fields.emplace_back("Upload-Defer-Length", "1");
    add_expiry(fields, found->touched_at);
  }
  if (auto metadata = metadata_of(*found); !metadata.empty())
    fields.emplace_back("Upload-Metadata", std::move(metadata));
  if (!found->concat.empty())
    fields.emplace_back("Upload-Concat", found->concat);
  co_return tus_response(200, std::move(fields));
}

handled append_upload(http_context& context, const request& from) {
  if (auto fault = find_version_fault(from))
    co_return tl::unexpected(std::move(*fault));
  if (!is_bytes(from))
    co_return tl::unexpected<refusal>(error_code::unsupported_media_type);
  const auto offset = read_bytes(from, "Upload-Offset");
  if (!offset || *offset < 0)
    co_return tl::unexpected<refusal>(
      problem({offset ? field_fault{"Upload-Offset", fault::out_of_range} : offset.error()}));
  const auto id = upload_name(from);
  const auto hold = co_await hold_upload(context, id);
  if (!hold)
    co_return tl::unexpected(hold.error());
  auto found = co_await find_own_upload(context, id, from.caller.user);
  if (!found)
    co_return tl::unexpected<refusal>(found.error());
  if (is_whole(*found))
    co_return tl::unexpected<refusal>(error_code::forbidden);
  // A client that lost the last answer asks once more: it is told that nothing is missing.
  if (found->is_made()) {
    if (found->length != *offset)
      co_return tl::unexpected<refusal>(error_code::upload_conflict);
    const auto more = co_await from.stream->read_some(0);
    if (!more)
      co_return tl::unexpected(body_failure(more.error()));
    co_return tus_response(204, describe_finished(*found));
  }
  const auto path = video_path(context, id);
  const auto file = co_await context.node.files->open_to_write(path);
  if (!file)
    co_return tl::unexpected(file_failure("open", file.error()));
  if (file->size != static_cast<std::uint64_t>(*offset))
    co_return tl::unexpected<refusal>(error_code::upload_conflict);
  auto settled = co_await settle_length(context, from, *found, file->size);
  if (!settled)
    co_return tl::unexpected(std::move(settled.error()));
  const auto done = co_await take_bytes(context, from, *found, *file);
  if (!done)
    co_return tl::unexpected(done.error());
  header_list fields{{"Upload-Offset", std::to_string(done->offset)}};
  if (!done->made.empty())
    fields.emplace_back("Location", done->made);
  else
    add_expiry(fields, context.now());
  co_return tus_response(204, std::move(fields));
}

handled delete_upload(http_context& context, const request& from) {
  if (auto fault = find_version_fault(from))
    co_return tl::unexpected(std::move(*fault));
  const auto id = upload_name(from);
  const auto hold = co_await hold_upload(context, id);
  if (!hold)
    co_return tl::unexpected(hold.error());
  const auto found = co_await find_own_upload(context, id, from.caller.user);
  if (!found)
    co_return tl::unexpected<refusal>(found.error());
  if (!found->is_made()) {
    const auto gone = co_await discard_upload(context, id);
    if (!gone)
      co_return tl::unexpected<refusal>(gone.error());
    co_return tus_response(204, {});
  }
  if (found->made_file)
    co_return co_await give_up_file(context, *found);
  // The upload's row goes with its video's.
  auto remove = [made = *found->made](storage::writer& writer) { return writer.videos().remove(made); };
  const auto removed = co_await context.ask.write(std::move(remove));
  if (!removed)
    co_return tl::unexpected<refusal>(removed.error());
  if (!*removed)
    co_return tl::unexpected<refusal>(error_code::not_found);
  co_await bury_video(context, **removed);
  co_return tus_response(204, {});
}

} // namespace parley::net
