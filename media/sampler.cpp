#include "media/sampler.hpp"

#include <algorithm>

namespace parley::media {

int shrink_factor(int width, int height) {
  return std::max(1, std::max(width, height) / avatar_side);
}

sampler::sampler(int width, int height)
  : width_(width), height_(height), factor_(shrink_factor(width, height)), columns_(shrunk(width, factor_)),
    sums_(pixel_bytes(columns_, shrunk(height, factor_))) {}

void sampler::add(int y, int first, int step, std::span<const std::uint8_t> rgba) {
  auto* row = sums_.data() + pixel_bytes(columns_, y / factor_);
  auto* cell = row + static_cast<std::size_t>(first / factor_) * 4;
  int within = first % factor_;
  for (std::size_t i = 0; i + 4 <= rgba.size(); i += 4) {
    const std::uint32_t alpha = rgba[i + 3];
    cell[0] += rgba[i] * alpha;
    cell[1] += rgba[i + 1] * alpha;
    cell[2] += rgba[i + 2] * alpha;
    cell[3] += alpha;
    for (within += step; within >= factor_; within -= factor_)
      cell += 4;
  }
}

picture sampler::finish() const {
  picture out{columns_, shrunk(height_, factor_), {}, width_, height_};
  out.rgba.reserve(sums_.size());
  const auto extent = [&](int at, int length) {
    return static_cast<std::uint32_t>(std::min(factor_, length - at * factor_));
  };
  const auto* cell = sums_.data();
  for (int y = 0; y < out.height; ++y)
    for (int x = 0; x < out.width; ++x, cell += 4) {
      const auto area = extent(x, width_) * extent(y, height_);
      const auto alpha = cell[3];
      for (int channel = 0; channel < 3; ++channel)
        out.rgba.push_back(static_cast<std::uint8_t>(alpha == 0 ? 0 : (cell[channel] + alpha / 2) / alpha));
      out.rgba.push_back(static_cast<std::uint8_t>((alpha + area / 2) / area));
    }
  return out;
}

} // namespace parley::media
