#include "net/http/uploads_bytes.hpp"

#include "net/http/access.hpp"
#include "net/http/files_access.hpp"
#include "net/http/uploads_hold.hpp"
#include "net/http/uploads_wish.hpp"
#include "net/http/videos_access.hpp"
#include "net/http/videos_format.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <memory>

namespace parley::net {

namespace asio = boost::asio;

namespace {

/// What one job of the file pool copies at most: others wait for as long.
constexpr std::uint64_t copy_bytes = std::uint64_t{8} << 20;

/// A body's digest, fed piece by piece.
class running_digest {
public:
  explicit running_digest(const std::string& algorithm) : state_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    EVP_DigestInit_ex(state_.get(), EVP_get_digestbyname(algorithm.c_str()), nullptr);
  }

  void feed(std::string_view bytes) { EVP_DigestUpdate(state_.get(), bytes.data(), bytes.size()); }

  std::string take() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
    unsigned size = 0;
    EVP_DigestFinal_ex(state_.get(), out.data(), &size);
    return {out.begin(), out.begin() + size};
  }

private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> state_;
};

/// `460 Checksum Mismatch`.
refusal checksum_mismatch() {
  constexpr int status = 460;
  problem what(error_code::upload_conflict);
  what.status = status;
  return {std::move(what)};
}

/// The type by the first bytes of the file; empty where they are not of the family of `declared`.
asio::awaitable<file_result<std::string>> find_type(file_pool& files, const shared_file& file, std::string declared) {
  std::array<char, 256> first{};
  const auto got = co_await files.read(file, 0, first);
  if (!got)
    co_return tl::unexpected(got.error());
  format_check format(declared);
  const bool fits = format.feed({first.data(), *got}) && format.passed();
  co_return fits ? std::string(format.type()) : std::string();
}

storage::new_video draft_of(const http_context& context, const storage::upload& from, std::string type) {
  storage::new_video out;
  out.room = from.room;
  out.title = from.title;
  out.file = from.id;
  out.size = from.length;
  out.content_type = std::move(type);
  out.uploaded_by = from.user;
  out.created_at = context.now();
  return out;
}

/// The parts, each held by the caller.
asio::awaitable<tl::expected<std::vector<storage::upload>, refusal>>
find_parts(http_context& context, const storage::upload& whole, const std::vector<std::string>& ids) {
  std::vector<storage::upload> out;
  std::uint64_t length = 0;
  for (const auto& id : ids) {
    auto part = co_await find_own_upload(context, id, whole.user);
    if (!part)
      co_return tl::unexpected<refusal>(part.error());
    if (!is_part(*part) || part->room != whole.room)
      co_return tl::unexpected<refusal>(error_code::not_found);
    const auto path = video_path(context, id);
    const auto size = co_await context.node.files->size(path);
    if (!size)
      co_return tl::unexpected(file_failure("measure", size.error()));
    if (!part->length || *size != static_cast<std::uint64_t>(*part->length))
      co_return tl::unexpected<refusal>(error_code::upload_conflict);
    length += *size;
    if (length > context.options.video_bytes)
      co_return tl::unexpected<refusal>(error_code::payload_too_large);
    out.push_back(std::move(*part));
  }
  co_return out;
}

/// Copies the parts one behind another; the size of all.
asio::awaitable<file_result<std::uint64_t>> copy_parts(http_context& context, const std::vector<storage::upload>& parts,
                                                       const shared_file& to) {
  auto& files = *context.node.files;
  std::uint64_t end = 0;
  for (const auto& part : parts) {
    const auto path = video_path(context, part.id);
    const auto from = co_await files.open_to_read(path);
    if (!from)
      co_return tl::unexpected(from.error());
    for (std::uint64_t done = 0; done < from->size;) {
      const auto count = std::min(copy_bytes, from->size - done);
      const auto copied = co_await files.copy(from->file, done, to, end, count);
      if (!copied)
        co_return tl::unexpected(copied.error());
      if (*copied == 0)
        co_return tl::unexpected(std::make_error_code(std::errc::io_error));
      done += *copied;
      end += *copied;
    }
  }
  co_return end;
}

/// Stores the whole, its video, and that the parts are gone, all in one.
asio::awaitable<tl::expected<video_id, refusal>> store_whole(http_context& context, storage::upload whole,
                                                             storage::new_video draft, std::vector<std::string> parts) {
  auto store = [whole = std::move(whole), draft = std::move(draft),
                parts = std::move(parts)](storage::writer& writer) -> storage::result<video_id> {
    auto made = store_video(writer, draft);
    if (!made)
      return tl::unexpected(made.error());
    if (auto added = writer.uploads().add(whole); !added)
      return tl::unexpected(added.error());
    writer.uploads().finish(whole.id, made->id);
    for (const auto& id : parts)
      writer.uploads().remove(id);
    return made->id;
  };
  const auto stored = co_await context.ask.write(std::move(store));
  if (!stored)
    co_return tl::unexpected<refusal>(stored.error());
  if (!*stored)
    co_return tl::unexpected<refusal>(stored->error());
  co_return **stored;
}

} // namespace

asio::awaitable<tl::expected<storage::upload, error_code>> find_own_upload(http_context& context, const std::string& id,
                                                                           user_id caller) {
  auto find = [id, caller](storage::reader& reader) -> storage::result<storage::upload> {
    auto found = reader.uploads().find(id);
    if (!found || found->user != caller)
      return tl::unexpected(error_code::not_found);
    if (auto place = find_place(reader, found->room, caller); !place)
      return tl::unexpected(place.error());
    return std::move(*found);
  };
  auto found = co_await context.ask.read(std::move(find));
  if (!found)
    co_return tl::unexpected(found.error());
  if (!*found)
    co_return tl::unexpected(found->error());
  co_return std::move(**found);
}

asio::awaitable<tl::expected<void, error_code>> discard_upload(http_context& context, const std::string& id) {
  auto remove = [id](storage::writer& writer) {
    writer.uploads().remove(id);
    return true;
  };
  const auto removed = co_await context.ask.write(std::move(remove));
  if (!removed)
    co_return tl::unexpected(removed.error());
  context.node.files->remove_later(video_path(context, id));
  co_return tl::expected<void, error_code>();
}

asio::awaitable<appended_bytes> append_bytes(http_context& context, body_source& from, const sized_file& to,
                                             const storage::upload& what,
                                             const std::optional<upload_checksum>& expected) {
  auto& files = *context.node.files;
  appended_bytes out{.end = to.size, .fault = std::nullopt};
  const auto most = what.length ? static_cast<std::uint64_t>(*what.length) : bytes_max(context, what);
  const auto left = most - std::min(most, to.size);
  std::optional<format_check> format;
  if (to.size == 0 && !is_part(what) && !what.is_attachment)
    format.emplace(what.content_type);
  std::optional<running_digest> digest;
  if (expected)
    digest.emplace(expected->algorithm);
  while (true) {
    const auto piece = co_await from.read_some(left);
    if (!piece)
      out.fault = body_failure(piece.error() == error_code::payload_too_large ? too_long(what) : piece.error());
    if (out.fault || piece->empty())
      break;
    // Later bytes cannot be told by themselves; all of the file is looked at once it is complete.
    if (format && !format->feed(*piece)) {
      out.fault = refusal(error_code::unsupported_media_type);
      break;
    }
    if (digest)
      digest->feed(*piece);
    const auto written = co_await files.write(to.file, out.end, *piece);
    if (!written) {
      out.fault = file_failure("write", written.error());
      break;
    }
    out.end += piece->size();
  }
  // Nobody can say of bytes that are not all there that they are right.
  if (digest && (out.fault || digest->take() != expected->digest)) {
    const auto cut = co_await files.truncate(to.file, to.size);
    if (!cut)
      out.fault = file_failure("cut", cut.error());
    else if (!out.fault)
      out.fault = checksum_mismatch();
    out.end = to.size;
  }
  co_return out;
}

asio::awaitable<tl::expected<video_id, refusal>> make_video(http_context& context, const storage::upload& from,
                                                            const shared_file& file) {
  auto& files = *context.node.files;
  auto type = co_await find_type(files, file, from.content_type);
  if (!type)
    co_return tl::unexpected(file_failure("read", type.error()));
  if (type->empty()) {
    co_await discard_upload(context, from.id);
    co_return tl::unexpected<refusal>(error_code::unsupported_media_type);
  }
  const auto safe = co_await files.sync(file);
  if (!safe)
    co_return tl::unexpected(file_failure("sync", safe.error()));
  auto store = [id = from.id, draft = draft_of(context, from, std::move(*type))](storage::writer& writer) {
    auto made = store_video(writer, draft);
    if (made)
      writer.uploads().finish(id, made->id);
    return made;
  };
  const auto stored = co_await context.ask.write(std::move(store));
  if (!stored)
    co_return tl::unexpected<refusal>(stored.error());
  if (!*stored)
    co_return tl::unexpected<refusal>(stored->error());
  co_return (*stored)->id;
}

asio::awaitable<tl::expected<void, refusal>> complete(http_context& context, storage::upload& what,
                                                      const shared_file& file) {
  if (!what.is_attachment) {
    const auto made = co_await make_video(context, what, file);
    if (!made)
      co_return tl::unexpected(made.error());
    what.made = *made;
    co_return tl::expected<void, refusal>();
  }
  auto& files = *context.node.files;
  const auto safe = co_await files.sync(file);
  if (!safe)
    co_return tl::unexpected(file_failure("sync", safe.error()));
  storage::new_file draft{.room = what.room,
                          .uploaded_by = what.user,
                          .file = what.id,
                          .name = what.title,
                          .content_type = what.content_type,
                          .size = what.length.value_or(0),
                          .width = {},
                          .height = {},
                          .created_at = context.now()};
  const auto here = video_path(context, what.id);
  const auto there = file_path(context, what.id);
  const auto moved = co_await files.rename(here, there);
  if (!moved)
    co_return tl::unexpected(file_failure("move", moved.error()));
  std::string upload = what.id;
  const auto made = co_await make_file(context, std::move(draft), std::move(upload));
  if (!made) {
    // What is no file now will be none later: the client begins anew.
    const storage::lost_files lost{.videos = {}, .files = {what.id}};
    bury_files(files, context.options, lost);
    co_await discard_upload(context, what.id);
    co_return tl::unexpected(made.error());
  }
  what.made_file = made->id;
  co_return tl::expected<void, refusal>();
}

asio::awaitable<tl::expected<storage::upload, refusal>> concatenate(http_context& context, storage::upload wish,
                                                                    std::vector<std::string> parts) {
  auto find = [user = wish.user, concat = wish.concat](storage::reader& reader) {
    return reader.uploads().find_whole(user, concat);
  };
  auto before = co_await context.ask.read(std::move(find));
  if (!before)
    co_return tl::unexpected<refusal>(before.error());
  if (*before)
    co_return std::move(**before);
  std::vector<upload_hold> holds;
  for (const auto& id : parts) {
    auto hold = co_await hold_upload(context, id);
    if (!hold)
      co_return tl::unexpected(std::move(hold.error()));
    holds.push_back(std::move(*hold));
  }
  const auto found = co_await find_parts(context, wish, parts);
  if (!found)
    co_return tl::unexpected(found.error());
  auto& files = *context.node.files;
  const auto path = video_path(context, wish.id);
  const auto file = co_await files.open_to_write(path);
  if (!file)
    co_return tl::unexpected(file_failure("make", file.error()));
  std::optional<refusal> fault;
  std::string type;
  if (const auto size = co_await copy_parts(context, *found, file->file); !size) {
    fault = file_failure("copy", size.error());
  } else {
    wish.length = static_cast<std::int64_t>(*size);
    auto told = co_await find_type(files, file->file, wish.content_type);
    if (!told)
      fault = file_failure("read", told.error());
    else if (told->empty())
      fault = refusal(error_code::unsupported_media_type);
    else
      type = std::move(*told);
  }
  if (!fault) {
    const auto safe = co_await files.sync(file->file);
    if (!safe)
      fault = file_failure("sync", safe.error());
  }
  if (!fault) {
    const auto made = co_await store_whole(context, wish, draft_of(context, wish, std::move(type)), parts);
    if (made)
      wish.made = *made;
    else
      fault = made.error();
  }
  if (fault) {
    files.remove_later(path);
    co_return tl::unexpected(std::move(*fault));
  }
  for (const auto& id : parts)
    files.remove_later(video_path(context, id));
  co_return wish;
}

} // namespace parley::net
