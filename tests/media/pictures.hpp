// Pictures for tests.
#pragma once

#include "media/picture.hpp"

#include <cstdlib>
#include <string>
#include <string_view>

namespace parley::test {

/// Its left half is red, its right half blue, its top row green.
inline media::picture flag(int width, int height) {
  media::picture out{width, height, {}};
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const bool left = x < width / 2;
      const bool top = y < (height + 3) / 4;
      for (const int value : {top ? 0 : left ? 255 : 0, top ? 255 : 0, top ? 0 : left ? 0 : 255, 255})
        out.rgba.push_back(static_cast<std::uint8_t>(value));
    }
  return out;
}

/// How a frame of `gif` lies on its screen.
struct gif_options {
  int left = 0;
  int top = 0;
  int screen_width = 0;
  int screen_height = 0;
  bool interlaced = false;
  int transparent = -1; ///< a colour's index
  int frames = 1;       ///< all of them the same
};

/// A GIF whose pixels are indices below 64 into red (0), green (1), blue (2) and black. Its codes are 8 bits each: a
/// code that forgets all others comes before they would need a ninth.
inline std::string gif(int width, int height, std::string_view indices, const gif_options& how = {}) {
  const auto number = [](int x) { return std::string{static_cast<char>(x & 0xFF), static_cast<char>(x >> 8)}; };
  std::string out = "GIF89a" + number(how.screen_width) + number(how.screen_height) + std::string("\xF6\0\0", 3);
  out += std::string("\xFF\0\0\0\xFF\0\0\0\xFF", 9) + std::string(std::size_t{125} * 3, '\0');
  for (int frame = 0; frame < how.frames; ++frame) {
    if (how.transparent >= 0)
      out += std::string("\x21\xF9\x04\x01\0\0", 6) + static_cast<char>(how.transparent) + '\0';
    out += ',' + number(how.left) + number(how.top) + number(width) + number(height) + (how.interlaced ? '\x40' : '\0');
    std::string codes;
    for (std::size_t i = 0; i < indices.size(); ++i) {
      if (i % 100 == 0)
        codes += '\x80';
      codes += indices[i];
    }
    codes += '\x81';
    out += '\x07';
    for (std::size_t at = 0; at < codes.size(); at += 255) {
      const auto piece = codes.substr(at, 255);
      out += static_cast<char>(piece.size()) + piece;
    }
    out += '\0';
  }
  return out + ';';
}

/// The red, green and blue of one pixel as a letter: what is largest.
inline char hue(const media::picture& x, int column, int row) {
  const auto* pixel =
    &x.rgba[(static_cast<std::size_t>(row) * static_cast<std::size_t>(x.width) + static_cast<std::size_t>(column)) * 4];
  if (pixel[0] > pixel[1] && pixel[0] > pixel[2])
    return 'r';
  return pixel[1] > pixel[2] ? 'g' : 'b';
}

} // namespace parley::test
