// Pictures for tests.
#pragma once

#include "media/picture.hpp"

#include <cstdlib>

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

/// The red, green and blue of one pixel as a letter: what is largest.
inline char hue(const media::picture& x, int column, int row) {
  const auto* pixel =
    &x.rgba[(static_cast<std::size_t>(row) * static_cast<std::size_t>(x.width) + static_cast<std::size_t>(column)) * 4];
  if (pixel[0] > pixel[1] && pixel[0] > pixel[2])
    return 'r';
  return pixel[1] > pixel[2] ? 'g' : 'b';
}

} // namespace parley::test
