// Pictures as pixels: decoding and encoding of the formats that avatars come in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::media {

enum class picture_format : std::uint8_t { jpeg, png, webp, gif };

/// 8 bits a channel, red, green, blue, alpha (not multiplied into the others), row by row from the top left.
struct picture {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> rgba;
  int full_width = 0; ///< of the file that it was decoded from, turned upright; else 0
  int full_height = 0;

  /// Two pictures are equal whose pixels are.
  friend bool operator==(const picture& a, const picture& b) {
    return a.width == b.width && a.height == b.height && a.rgba == b.rgba;
  }
};

/// Largest side of a stored avatar, in pixels.
inline constexpr int avatar_side = 512;

/// What a file may claim to be: pixels of a side, and pixels in all, which bound the time. More is refused before
/// memory or time is taken for it. JPEG may have twice as many pixels, since they are not all computed.
inline constexpr int side_max = 65'535;
inline constexpr std::int64_t pixels_max = std::int64_t{1} << 27;

/// What a decoder may take for its own tables and buffers, in bytes: a picture whose format needs more is refused.
inline constexpr std::int64_t decoder_bytes_max = 108'000'000;

/// The format by the first bytes, whatever the name says; nullopt for any other.
std::optional<picture_format> recognize(std::string_view file);

/// Decode a picture, turned upright by its EXIF orientation and shrunk by a whole factor so that its longest side is
/// less than twice `avatar_side`; of an animation the first frame, on its canvas. Bytes behind the picture's end are
/// not looked at. nullopt where the picture is damaged, cut off or over one of the bounds above. Any thread; block for
/// up to some seconds; take `decoder_bytes_max` and some 20 MB for the pixels.
std::optional<picture> decode_jpeg(std::string_view file);
std::optional<picture> decode_png(std::string_view file);
std::optional<picture> decode_webp(std::string_view file);
std::optional<picture> decode_gif(std::string_view file);

/// Throw std::runtime_error where the library fails. JPEG has no alpha channel: it is dropped.
std::string encode_jpeg(const picture& x);
std::string encode_png(const picture& x);
std::string encode_webp(const picture& x);

/// A JPEG file whose camera was held on its side or upside down, encoded anew upright and without what else stands in
/// it but its colour profile. nullopt where it lies upright, is damaged, made of inks, or has more than 2^24 pixels.
/// Takes 130 MB; throws std::runtime_error where the library fails.
std::optional<std::string> turn_jpeg(std::string_view file);

/// The picture made smaller, its proportions kept, so that no side is over `side`; itself where it fits already.
picture shrink_to(picture x, int side);

/// How a camera held the picture (EXIF 2.3, tag 0x0112), 1 to 8; 1 is upright.
picture turn_upright(picture x, int orientation);

inline bool fits(std::int64_t width, std::int64_t height, std::int64_t most = pixels_max) {
  return width > 0 && height > 0 && width <= side_max && height <= side_max && width * height <= most;
}

inline std::size_t pixel_bytes(int width, int height) {
  return static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 4;
}

} // namespace parley::media
