// Pictures as pixels: decoding and encoding of the three formats that avatars come in.
#pragma once

#include <tl/expected.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::media {

enum class picture_format : std::uint8_t { jpeg, png, webp };

/// 8 bits a channel, red, green, blue, alpha, row by row from the top left.
struct picture {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> rgba;

  friend bool operator==(const picture&, const picture&) = default;
};

/// Largest side that is decoded, in pixels. A picture that claims more is refused before memory is taken for it.
inline constexpr int side_max = 4096;

/// The format by the first bytes, whatever the name says; nullopt for any other.
std::optional<picture_format> recognize(std::string_view file);

/// Decodes a whole file. nullopt where it is damaged, cut off, larger than `side_max`, animated, or followed by bytes
/// that do not belong to it (a file that is something else as well). Any thread; blocks for as long as a decode takes.
std::optional<picture> decode_jpeg(std::string_view file);
std::optional<picture> decode_png(std::string_view file);
std::optional<picture> decode_webp(std::string_view file);

/// Throw std::runtime_error where the library fails. JPEG has no alpha channel: it is dropped.
std::string encode_jpeg(const picture& x);
std::string encode_png(const picture& x);
std::string encode_webp(const picture& x);

/// The picture made smaller, its proportions kept, so that no side is over `side`; itself where it fits already.
picture shrink_to(picture x, int side);

/// How a camera held the picture (EXIF 2.3, tag 0x0112), 1 to 8; 1 is upright.
picture turn_upright(picture x, int orientation);

inline bool fits(int width, int height) {
  return width > 0 && height > 0 && width <= side_max && height <= side_max;
}

inline std::size_t pixel_bytes(int width, int height) {
  return static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 4;
}

} // namespace parley::media
