#include "net/http/avatars.hpp"

#include "auth/password.hpp"
#include "media/avatar.hpp"
#include "net/http/handlers.hpp"
#include "net/http/ranges.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <filesystem>

namespace parley::net {

namespace {

constexpr std::string_view folder = "/avatars/";

/// How many random bytes make a file's name.
constexpr std::size_t name_bytes = 18;

/// Empty for any name but those that `store_avatar` makes, so that no path leaves the folder.
std::string_view picture_type_of(std::string_view name) {
  const auto dot = name.find('.');
  const auto is_random = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  if (dot == 0 || dot == std::string_view::npos || !std::ranges::all_of(name.substr(0, dot), is_random))
    return {};
  const auto extension = name.substr(dot);
  if (extension == ".jpg")
    return "image/jpeg";
  if (extension == ".png")
    return "image/png";
  return extension == ".webp" ? "image/webp" : std::string_view();
}

boost::asio::awaitable<bool> write_file(file_pool& files, const std::filesystem::path& path, std::string_view bytes) {
  auto file = co_await files.create(path);
  if (!file)
    co_return false;
  auto written = co_await files.write(*file, 0, bytes);
  if (written)
    written = co_await files.sync(*file);
  co_return written.has_value();
}

} // namespace

boost::asio::awaitable<tl::expected<std::string, error_code>> store_avatar(http_context& context, std::string upload) {
  using made_avatar = tl::expected<media::avatar, error_code>;
  auto& files = *context.node.files;
  auto make = [upload = std::move(upload)]() -> made_avatar {
    try {
      return media::make_avatar(upload);
    } catch (const std::exception& reason) {
      spdlog::error("an avatar could not be encoded: {}", reason.what());
      return tl::unexpected(error_code::internal);
    }
  };
  auto made = co_await files.run(std::move(make));
  if (!made)
    co_return tl::unexpected(made.error());
  auto name = auth::random_token(name_bytes).append(".").append(made->extension);
  auto path = context.options.avatars_dir / name;
  if (const bool written = co_await write_file(files, path, made->bytes); !written) {
    spdlog::error("an avatar could not be stored");
    files.remove_later(std::move(path));
    co_return tl::unexpected(error_code::internal);
  }
  co_return std::string(folder).append(name);
}

void remove_avatar(http_context& context, const std::optional<std::string>& url) {
  if (url && url->starts_with(folder))
    context.node.files->remove_later(context.options.avatars_dir / url->substr(folder.size()));
}

handled show_avatar(http_context& context, const request& from) {
  const auto& name = from.parameters.front().value;
  const auto type = picture_type_of(name);
  if (type.empty())
    co_return tl::unexpected<refusal>(error_code::not_found);
  const auto path = context.options.avatars_dir / name;
  auto opened = co_await context.node.files->open_to_read(path);
  if (!opened)
    co_return tl::unexpected<refusal>(is_short_of_descriptors(opened.error()) ? error_code::server_full
                                                                              : error_code::not_found);
  served_file what{.file = std::move(opened->file),
                   .size = opened->size,
                   .content_type = std::string(type),
                   .etag = "\"" + name + "\"", // another picture has another name
                   .modified = opened->modified,
                   .extra = {{"Cache-Control", "public, max-age=31536000, immutable"},
                             {"Content-Security-Policy", "default-src 'none'"}}};
  co_return serve_file(*from.head, std::move(what), context.now());
}

} // namespace parley::net
