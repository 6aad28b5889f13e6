// WebP (RFC 9649) through libwebp.
#include "media/picture.hpp"

#include <memory>
#include <stdexcept>
#include <webp/decode.h>
#include <webp/encode.h>

namespace parley::media {

namespace {

constexpr float quality = 88;

/// True where the RIFF container is exactly as long as it says.
bool ends_with_its_image(std::string_view file) {
  if (file.size() < 12)
    return false;
  std::size_t size = 0;
  for (std::size_t i = 4; i-- > 0;)
    size = size << 8 | static_cast<unsigned char>(file[4 + i]);
  return size + 8 == file.size();
}

} // namespace

std::optional<picture> decode_webp(std::string_view file) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(file.data()); // NOLINT: the library's byte type
  WebPBitstreamFeatures known{};
  if (!ends_with_its_image(file) || WebPGetFeatures(bytes, file.size(), &known) != VP8_STATUS_OK ||
      known.has_animation != 0 || !fits(known.width, known.height))
    return std::nullopt;
  picture out{known.width, known.height, std::vector<std::uint8_t>(pixel_bytes(known.width, known.height))};
  if (WebPDecodeRGBAInto(bytes, file.size(), out.rgba.data(), out.rgba.size(), out.width * 4) == nullptr)
    return std::nullopt;
  return out;
}

std::string encode_webp(const picture& x) {
  std::uint8_t* bytes = nullptr;
  const auto size = WebPEncodeRGBA(x.rgba.data(), x.width, x.height, x.width * 4, quality, &bytes);
  const std::unique_ptr<std::uint8_t, void (*)(void*)> hold(bytes, WebPFree);
  if (size == 0)
    throw std::runtime_error("libwebp could not encode");
  return {bytes, bytes + size};
}

} // namespace parley::media
