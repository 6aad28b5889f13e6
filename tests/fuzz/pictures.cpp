// Avatars: whatever is uploaded is refused, or becomes a small picture of the same kind (PNG for GIF) that decodes
// again.
#include "media/avatar.hpp"
#include "media/picture.hpp"
#include "tests/fuzz/require.hpp"

#include <algorithm>
#include <cstdint>

namespace parley::media {
namespace {

using fuzz::require;

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

void check(std::string_view file) {
  const auto made = make_avatar(file);
  const auto format = recognize(file);
  if (!made) {
    require(made.error() == error_code::bad_image, "a picture is refused with one code");
    return;
  }
  require(format.has_value(), "what becomes an avatar is a picture");
  const auto kept = format == picture_format::gif ? picture_format::png : *format;
  require(recognize(made->bytes) == kept, "an avatar keeps its format");
  const auto again = decode(kept, made->bytes);
  require(again && std::max(again->width, again->height) <= avatar_side, "an avatar is a small picture");
  require(again->rgba.size() == pixel_bytes(again->width, again->height), "a picture has all its pixels");
}

} // namespace
} // namespace parley::media

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  parley::media::check({reinterpret_cast<const char*>(data), size});
  return 0;
}
