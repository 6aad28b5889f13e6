#include "media/avatar.hpp"

#include "media/picture.hpp"

#include <optional>
#include <utility>

namespace parley::media {

namespace {

std::optional<picture> decode(picture_format format, std::string_view file) {
  switch (format) {
  case picture_format::jpeg:
    return decode_jpeg(file);
  case picture_format::png:
    return decode_png(file);
  case picture_format::webp:
    return decode_webp(file);
  case picture_format::gif:
    return decode_gif(file);
  }
  return std::nullopt;
}

/// In its own format, but for GIF: its 256 colours are too few for a picture that was made smaller.
avatar encode(picture_format format, const picture& x) {
  switch (format) {
  case picture_format::jpeg:
    return {encode_jpeg(x), "jpg", "image/jpeg"};
  case picture_format::webp:
    return {encode_webp(x), "webp", "image/webp"};
  case picture_format::png:
  case picture_format::gif:
    break;
  }
  return {encode_png(x), "png", "image/png"};
}

constexpr std::string_view type_of(picture_format x) {
  switch (x) {
  case picture_format::jpeg:
    return "image/jpeg";
  case picture_format::png:
    return "image/png";
  case picture_format::webp:
    return "image/webp";
  case picture_format::gif:
    return "image/gif";
  }
  return {};
}

tl::expected<preview, error_code> look_at(std::string_view file) {
  const auto format = recognize(file);
  if (!format)
    return tl::unexpected(error_code::bad_image);
  auto decoded = decode(*format, file);
  if (!decoded)
    return tl::unexpected(error_code::bad_image);
  preview out{
    .content_type = type_of(*format), .width = decoded->full_width, .height = decoded->full_height, .thumbnail = {}};
  out.thumbnail = encode(*format, shrink_to(std::move(*decoded), avatar_side));
  return out;
}

} // namespace

tl::expected<avatar, error_code> make_avatar(std::string_view file) {
  return look_at(file).map([](preview&& x) { return std::move(x.thumbnail); });
}

tl::expected<preview, error_code> make_preview(std::string_view file) {
  auto out = look_at(file);
  if (out && out->content_type == type_of(picture_format::jpeg))
    out->turned = turn_jpeg(file);
  return out;
}

std::string_view thumbnail_type(std::string_view content_type) {
  return content_type == type_of(picture_format::gif) ? type_of(picture_format::png) : content_type;
}

} // namespace parley::media
