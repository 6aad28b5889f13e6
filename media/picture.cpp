#include "media/picture.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <utility>
#include <webp/encode.h>

namespace parley::media {

namespace {

/// A WebPPicture that frees itself; its scaler is the only one among the libraries.
class scaler {
public:
  explicit scaler(const picture& x) {
    if (WebPPictureInit(&it_) == 0)
      throw std::runtime_error("libwebp does not fit its headers");
    it_.use_argb = 1;
    it_.width = x.width;
    it_.height = x.height;
    if (WebPPictureImportRGBA(&it_, x.rgba.data(), x.width * 4) == 0)
      throw std::runtime_error("no memory for a picture");
  }
  scaler(const scaler&) = delete;
  scaler& operator=(const scaler&) = delete;
  ~scaler() { WebPPictureFree(&it_); }

  picture scaled(int width, int height) {
    if (WebPPictureRescale(&it_, width, height) == 0)
      throw std::runtime_error("no memory for a picture");
    picture out{width, height, {}};
    out.rgba.reserve(pixel_bytes(width, height));
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x) {
        const auto argb = it_.argb[static_cast<std::ptrdiff_t>(y) * it_.argb_stride + x];
        for (const int shift : {16, 8, 0, 24})
          out.rgba.push_back(static_cast<std::uint8_t>(argb >> shift & 0xFFU));
      }
    return out;
  }

private:
  WebPPicture it_{};
};

} // namespace

std::optional<picture_format> recognize(std::string_view file) {
  using namespace std::string_view_literals;
  if (file.starts_with("\xFF\xD8\xFF"sv))
    return picture_format::jpeg;
  if (file.starts_with("\x89PNG\r\n\x1A\n"sv))
    return picture_format::png;
  if (file.starts_with("RIFF"sv) && file.substr(0, 12).ends_with("WEBP"sv))
    return picture_format::webp;
  if (file.starts_with("GIF87a"sv) || file.starts_with("GIF89a"sv))
    return picture_format::gif;
  return std::nullopt;
}

picture shrink_to(picture x, int side) {
  const int longest = std::max(x.width, x.height);
  if (longest <= side)
    return x;
  const auto scaled = [&](int length) { return std::max(1, (length * side + longest / 2) / longest); };
  return scaler(x).scaled(scaled(x.width), scaled(x.height));
}

picture turn_upright(picture x, int orientation) {
  if (orientation < 2 || orientation > 8)
    return x;
  // Orientations 5 to 8 swap the axes; of the rest, each is a mirroring of one axis or both.
  const bool swaps = orientation >= 5;
  const bool mirrors_x = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  const bool mirrors_y = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  picture out{swaps ? x.height : x.width, swaps ? x.width : x.height, std::vector<std::uint8_t>(x.rgba.size()),
              swaps ? x.full_height : x.full_width, swaps ? x.full_width : x.full_height};
  for (int row = 0; row < out.height; ++row)
    for (int column = 0; column < out.width; ++column) {
      int from_x = swaps ? row : column;
      int from_y = swaps ? column : row;
      if (mirrors_x)
        from_x = x.width - 1 - from_x;
      if (mirrors_y)
        from_y = x.height - 1 - from_y;
      std::memcpy(&out.rgba[pixel_bytes(out.width, row) + static_cast<std::size_t>(column) * 4],
                  &x.rgba[pixel_bytes(x.width, from_y) + static_cast<std::size_t>(from_x) * 4], 4);
    }
  return out;
}

} // namespace parley::media
