// PNG (ISO/IEC 15948) through libpng's simplified interface.
#include "media/picture.hpp"

#include <png.h>
#include <stdexcept>

namespace parley::media {

namespace {

/// Walks the chunks; true where IEND is the file's end.
bool ends_with_its_image(std::string_view file) {
  constexpr std::size_t signature = 8;
  constexpr std::size_t frame = 12; // length, type, checksum
  std::size_t at = signature;
  while (at <= file.size() && file.size() - at >= frame) {
    std::size_t length = 0;
    for (std::size_t i = 0; i < 4; ++i)
      length = length << 8 | static_cast<unsigned char>(file[at + i]);
    if (length > file.size() - at - frame)
      return false;
    const auto type = file.substr(at + 4, 4);
    at += frame + length;
    if (type == "IEND")
      return at == file.size();
  }
  return false;
}

/// Frees what the library holds for an image.
struct image_guard {
  png_image it{};

  image_guard() { it.version = PNG_IMAGE_VERSION; }
  image_guard(const image_guard&) = delete;
  image_guard& operator=(const image_guard&) = delete;
  ~image_guard() { png_image_free(&it); }
};

} // namespace

std::optional<picture> decode_png(std::string_view file) {
  if (!ends_with_its_image(file))
    return std::nullopt;
  image_guard image;
  constexpr auto limit = static_cast<png_uint_32>(side_max);
  if (png_image_begin_read_from_memory(&image.it, file.data(), file.size()) == 0 || image.it.width > limit ||
      image.it.height > limit)
    return std::nullopt;
  image.it.format = PNG_FORMAT_RGBA;
  picture out{static_cast<int>(image.it.width), static_cast<int>(image.it.height), {}};
  out.rgba.resize(pixel_bytes(out.width, out.height));
  if (png_image_finish_read(&image.it, nullptr, out.rgba.data(), 0, nullptr) == 0 || image.it.warning_or_error != 0)
    return std::nullopt;
  return out;
}

std::string encode_png(const picture& x) {
  image_guard image;
  image.it.width = static_cast<png_uint_32>(x.width);
  image.it.height = static_cast<png_uint_32>(x.height);
  image.it.format = PNG_FORMAT_RGBA;
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image.it);
  std::string out(size, '\0');
  if (png_image_write_to_memory(&image.it, out.data(), &size, 0, x.rgba.data(), 0, nullptr) == 0)
    throw std::runtime_error("libpng could not encode");
  out.resize(size);
  return out;
}

} // namespace parley::media
