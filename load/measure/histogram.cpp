#include "load/measure/histogram.hpp"

#include <algorithm>
#include <cmath>

namespace parley::load {

histogram::histogram() : counts_(index_of(static_cast<std::uint64_t>(highest)) + 1) {}

void histogram::merge(const histogram& other) {
  for (std::size_t i = 0; i < counts_.size(); ++i)
    counts_[i] += other.counts_[i];
  total_ += other.total_;
  max_ = std::max(max_, other.max_);
}

histogram::changes histogram::changes_since(const histogram& earlier) const {
  changes gained;
  for (std::size_t i = 0; i < counts_.size(); ++i)
    if (counts_[i] != earlier.counts_[i])
      gained.emplace_back(static_cast<std::uint32_t>(i), counts_[i] - earlier.counts_[i]);
  return gained;
}

bool histogram::apply(const changes& gained, std::int64_t greatest) {
  for (const auto& [index, count] : gained) {
    if (index >= counts_.size())
      return false;
    counts_[index] += count;
    total_ += count;
  }
  max_ = std::max(max_, greatest);
  return true;
}

std::int64_t histogram::quantile(double share) const {
  if (total_ == 0)
    return 0;
  const double wanted = std::ceil(std::clamp(share, 0.0, 1.0) * static_cast<double>(total_));
  const auto rank = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(wanted));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    seen += counts_[i];
    if (seen >= rank)
      return std::min(top_of(i), max_);
  }
  return max_;
}

std::int64_t histogram::top_of(std::size_t index) {
  if (index < 2 * half)
    return static_cast<std::int64_t>(index);
  const std::size_t shift = index / half - 1;
  const std::size_t mantissa = index - shift * half;
  return static_cast<std::int64_t>(((mantissa + 1) << shift) - 1);
}

} // namespace parley::load
