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

} // namespace

tl::expected<avatar, error_code> make_avatar(std::string_view file) {
  const auto format = recognize(file);
  if (!format)
    return tl::unexpected(error_code::bad_image);
  auto decoded = decode(*format, file);
  if (!decoded)
    return tl::unexpected(error_code::bad_image);
  return encode(*format, shrink_to(std::move(*decoded), avatar_side));
}

} // namespace parley::media
