#include "media/avatar.hpp"

#include "media/picture.hpp"

#include <optional>
#include <utility>

namespace parley::media {

tl::expected<avatar, error_code> make_avatar(std::string_view file) {
  const auto format = recognize(file);
  if (!format)
    return tl::unexpected(error_code::bad_image);
  const auto small = [](std::optional<picture> decoded) -> tl::expected<picture, error_code> {
    if (!decoded)
      return tl::unexpected(error_code::bad_image);
    return shrink_to(std::move(*decoded), avatar_side);
  };
  switch (*format) {
  case picture_format::jpeg:
    return small(decode_jpeg(file)).map([](const picture& x) { return avatar{encode_jpeg(x), "jpg", "image/jpeg"}; });
  case picture_format::png:
    return small(decode_png(file)).map([](const picture& x) { return avatar{encode_png(x), "png", "image/png"}; });
  case picture_format::webp:
    return small(decode_webp(file)).map([](const picture& x) { return avatar{encode_webp(x), "webp", "image/webp"}; });
  }
  return tl::unexpected(error_code::bad_image);
}

} // namespace parley::media
