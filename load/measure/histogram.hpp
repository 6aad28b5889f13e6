// Latencies in logarithmic buckets, as HdrHistogram keeps them: three significant digits over the whole range.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace parley::load {

/// Values below 2048 have a bucket each; above, each power of two is cut into 1024, so a bucket is at most
/// 1/1024 of its value wide. Recording allocates nothing. One thread at a time.
class histogram {
public:
  /// Values above are recorded as this one: about 73 minutes in nanoseconds.
  static constexpr std::int64_t highest = (std::int64_t{1} << 42) - 1;

  histogram();

  /// Negative values count as zero.
  void record(std::int64_t value) {
    const std::uint64_t bounded = bound(value);
    ++counts_[index_of(bounded)];
    ++total_;
    if (static_cast<std::int64_t>(bounded) > max_)
      max_ = static_cast<std::int64_t>(bounded);
  }

  void merge(const histogram& other);

  /// Buckets by index, and how many values each gained.
  using changes = std::vector<std::pair<std::uint32_t, std::uint64_t>>;

  /// `earlier` is this histogram at an earlier moment.
  [[nodiscard]] changes changes_since(const histogram& earlier) const;
  /// Adds such changes; `greatest` is the maximum that came with them. False where an index is none.
  bool apply(const changes& gained, std::int64_t greatest);

  /// The value that `share` (0..1) of all recorded values do not exceed, by nearest rank. It is at least the true
  /// one and less than 0.1 % above it; never above `max()`. Zero where nothing was recorded.
  [[nodiscard]] std::int64_t quantile(double share) const;

  [[nodiscard]] std::int64_t max() const { return max_; } ///< exact; zero where nothing was recorded
  [[nodiscard]] std::uint64_t count() const { return total_; }

private:
  static constexpr int exact_bits = 11;
  static constexpr std::size_t half = std::size_t{1} << (exact_bits - 1);

  static std::uint64_t bound(std::int64_t value) {
    return value < 0 ? 0 : static_cast<std::uint64_t>(value > highest ? highest : value);
  }

  static std::size_t index_of(std::uint64_t value) {
    const int shift = value < 2 * half ? 0 : static_cast<int>(std::bit_width(value)) - exact_bits;
    return static_cast<std::size_t>(shift) * half + static_cast<std::size_t>(value >> shift);
  }

  static std::int64_t top_of(std::size_t index);

  std::vector<std::uint64_t> counts_;
  std::uint64_t total_ = 0;
  std::int64_t max_ = 0;
};

} // namespace parley::load
