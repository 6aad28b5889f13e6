// Shrinking a picture while it is decoded.
#pragma once

#include "media/picture.hpp"

#include <span>

namespace parley::media {

/// The whole number by which a picture of this size is shrunk while it is decoded: its longest side is then at least
/// `avatar_side` and less than twice that, or as it was. 1 or more.
int shrink_factor(int width, int height);

/// `length` divided by `factor`, rounded up: the pixels of a side that was shrunk.
inline int shrunk(int length, int factor) {
  return (length + factor - 1) / factor;
}

/// Averages squares of `shrink_factor` pixels, in whatever order they come: memory is that of the small picture, 16
/// bytes for each of its pixels, and interlaced pictures need no more. Pixels that never come are transparent.
class sampler {
public:
  /// For a picture of this size, which `fits`.
  sampler(int width, int height);

  /// Takes pixels of row `y`: the first is in column `first`, each further one `step` columns to the right. All of them
  /// lie in the picture, and none comes twice.
  void add(int y, int first, int step, std::span<const std::uint8_t> rgba);

  picture finish() const;

private:
  int width_;
  int height_;
  int factor_;
  int columns_;
  std::vector<std::uint32_t> sums_; // red, green and blue times alpha, and alpha: at most 127 * 127 * 255 * 255
};

} // namespace parley::media
