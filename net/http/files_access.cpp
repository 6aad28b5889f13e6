#include "net/http/files_access.hpp"

#include "media/avatar.hpp"
#include "media/picture.hpp"
#include "net/http/access.hpp"
#include "net/http/fields.hpp"
#include "net/http/file_pool.hpp"
#include "net/http/provisional_file.hpp"
#include "net/http/videos_access.hpp"
#include "net/http/videos_format.hpp"
#include "protocol/limits.hpp"
#include "protocol/public_place.hpp"
#include "protocol/text.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <span>

namespace parley::net {

namespace asio = boost::asio;

namespace {

/// Larger pictures are files like others: nobody waits for so much to be decoded.
constexpr std::uint64_t picture_bytes_max = std::uint64_t{32} << 20;

/// What `media` can decode, by its first bytes.
constexpr std::size_t recognized_bytes = 16;

constexpr std::string_view unknown_type = "application/octet-stream";

bool is_picture_type(std::string_view type) {
  return type == "image/jpeg" || type == "image/png" || type == "image/webp" || type == "image/gif";
}

bool is_media_type(std::string_view type) {
  const auto slash = type.find('/');
  return slash != std::string_view::npos && slash > 0 && slash + 1 < type.size() &&
         type.size() <= limits::media_type_max && std::ranges::all_of(type.substr(0, slash), is_token_character) &&
         std::ranges::all_of(type.substr(slash + 1), is_token_character);
}

asio::awaitable<file_result<std::string>> read_whole(file_pool& files, const sized_file& from) {
  std::string out(from.size, '\0');
  for (std::size_t done = 0; done < out.size();) {
    const auto got = co_await files.read(from.file, done, std::span(out).subspan(done));
    if (!got)
      co_return tl::unexpected(got.error());
    if (*got == 0)
      co_return tl::unexpected(std::make_error_code(std::errc::io_error));
    done += *got;
  }
  co_return out;
}

using looked_at = tl::expected<std::optional<media::preview>, refusal>;

refusal no_picture() {
  problem what(error_code::bad_image);
  what.fields.push_back({"body", fault::not_an_image});
  return {std::move(what)};
}

/// The preview of a picture; none of anything else. What was announced as a picture has to be one.
asio::awaitable<looked_at> look_at(http_context& context, const std::filesystem::path& path,
                                   std::string_view declared) {
  auto& files = *context.node.files;
  const auto file = co_await files.open_to_read(path);
  if (!file)
    co_return tl::unexpected(file_failure("open", file.error()));
  std::array<char, recognized_bytes> first{};
  const auto got = co_await files.read(file->file, 0, first);
  if (!got)
    co_return tl::unexpected(file_failure("read", got.error()));
  const bool is_announced = is_picture_type(declared);
  if (!media::recognize({first.data(), *got})) {
    if (is_announced)
      co_return tl::unexpected(no_picture());
    co_return looked_at();
  }
  if (file->size > picture_bytes_max) {
    if (is_announced)
      co_return tl::unexpected(no_picture());
    co_return looked_at();
  }
  auto bytes = co_await read_whole(files, *file);
  if (!bytes)
    co_return tl::unexpected(file_failure("read", bytes.error()));
  auto make = [bytes = std::move(*bytes)]() -> tl::expected<media::preview, error_code> {
    try {
      return media::make_preview(bytes);
    } catch (const std::exception& reason) {
      spdlog::error("a thumbnail could not be made: {}", reason.what());
      return tl::unexpected(error_code::internal);
    }
  };
  auto made = co_await files.run(std::move(make));
  if (made)
    co_return looked_at(std::move(*made));
  if (made.error() != error_code::bad_image)
    co_return tl::unexpected<refusal>(made.error());
  if (is_announced)
    co_return tl::unexpected(no_picture());
  co_return looked_at();
}

asio::awaitable<file_result<void>> write_new(file_pool& files, const std::filesystem::path& path,
                                             std::string_view bytes) {
  const auto file = co_await files.create(path);
  if (!file)
    co_return tl::unexpected(file.error());
  const auto written = co_await files.write(*file, 0, bytes);
  if (!written)
    co_return tl::unexpected(written.error());
  co_return co_await files.sync(*file);
}

/// The file has these bytes in place of its own, if it was there; they survive a crash, and so does its name.
asio::awaitable<file_result<void>> replace(file_pool& files, const std::filesystem::path& path,
                                           std::string_view bytes) {
  const auto next = std::filesystem::path(path) += unfinished;
  auto done = co_await write_new(files, next, bytes);
  if (done)
    done = co_await files.rename(next, path);
  if (!done)
    files.remove_later(next);
  co_return done;
}

storage::result<attachment> store_file(storage::writer& to, const storage::new_file& draft, const std::string& upload) {
  if (auto place = find_place(to, draft.room, draft.uploaded_by); !place)
    return tl::unexpected(place.error());
  if (std::ssize(to.files().list_unused(draft.uploaded_by)) >= limits::unused_files_max)
    return tl::unexpected(error_code::rate_limited);
  auto made = to.files().add(draft);
  if (made && !upload.empty())
    to.uploads().finish(upload, made->id);
  return made;
}

} // namespace

std::filesystem::path file_path(const http_context& context, std::string_view file) {
  return context.options.files_dir / file;
}

std::filesystem::path thumbnail_path(const http_context& context, std::string_view file) {
  return file_path(context, file) += thumbnail_suffix;
}

std::string content_path(file_id id) {
  return "/files/" + std::to_string(id.value) + "/content";
}

std::string thumbnail_path(file_id id) {
  return "/files/" + std::to_string(id.value) + "/thumbnail";
}

void sign_file(const auth::path_signer& signer, timestamp until, attachment& shown) {
  shown.url = give_out(signer.sign(content_path(shown.id), until));
  if (shown.is_picture())
    shown.thumbnail_url = give_out(signer.sign(thumbnail_path(shown.id), until));
}

void sign_files(const http_context& context, attachment& shown) {
  sign_file(auth::path_signer(context.options.secret), context.now() + link_lifetime, shown);
}

void sign_files(const http_context& context, message& shown) {
  for (auto& file : shown.attachments)
    sign_files(context, file);
}

void bury_files(file_pool& files, const http_options& where, const storage::lost_files& gone) {
  for (const auto& name : gone.videos)
    files.remove_later(where.videos_dir / name);
  for (const auto& name : gone.files) {
    files.remove_later(where.files_dir / name);
    files.remove_later((where.files_dir / name) += thumbnail_suffix);
  }
}

std::optional<fault> find_name_fault(const std::optional<std::string>& name) {
  if (!name)
    return fault::required;
  if (name->empty())
    return fault::too_short;
  if (says_nothing(*name))
    return fault::blank;
  if (count_characters(*name) > limits::file_name_max)
    return fault::too_long;
  return std::nullopt;
}

std::string declared_type(std::string_view field) {
  auto out = media_type(field);
  if (!is_media_type(out))
    out = unknown_type;
  return out;
}

asio::awaitable<tl::expected<attachment, refusal>> make_file(http_context& context, storage::new_file draft,
                                                             std::string upload) {
  auto& files = *context.node.files;
  const auto path = file_path(context, draft.file);
  auto seen = co_await look_at(context, path, draft.content_type);
  if (!seen)
    co_return tl::unexpected(std::move(seen.error()));
  if (*seen) {
    const auto& picture = **seen;
    draft.content_type = picture.content_type;
    draft.width = picture.width;
    draft.height = picture.height;
    const auto place = thumbnail_path(context, draft.file);
    const auto written = co_await replace(files, place, picture.thumbnail.bytes);
    if (!written)
      co_return tl::unexpected(file_failure("write", written.error()));
    if (picture.turned) {
      const auto replaced = co_await replace(files, path, *picture.turned);
      if (!replaced)
        co_return tl::unexpected(file_failure("turn", replaced.error()));
      draft.size = std::ssize(*picture.turned);
    }
  }
  auto store = [draft = std::move(draft), upload = std::move(upload)](storage::writer& writer) {
    return store_file(writer, draft, upload);
  };
  auto stored = co_await context.ask.write(std::move(store));
  if (!stored)
    co_return tl::unexpected<refusal>(stored.error());
  if (!*stored)
    co_return tl::unexpected<refusal>(stored->error());
  co_return std::move(**stored);
}

} // namespace parley::net
