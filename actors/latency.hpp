// How long things took, counted in fixed buckets: a value that its owner adds to and hands out copies of.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace parley {

struct latency_histogram {
  /// Upper bounds of the buckets in seconds; one more bucket holds what is above the last.
  static constexpr std::array<double, 16> bounds_s{0.000'05, 0.000'1, 0.000'25, 0.000'5, 0.001, 0.002'5, 0.005, 0.01,
                                                   0.025,    0.05,    0.1,      0.25,    0.5,   1,       2.5,   5};

  std::array<std::uint64_t, bounds_s.size() + 1> counts{};
  double sum_s = 0;

  /// Which of `counts` so many seconds belong to.
  static std::size_t bucket_of(double seconds) {
    return static_cast<std::size_t>(std::lower_bound(bounds_s.begin(), bounds_s.end(), seconds) - bounds_s.begin());
  }

  void add(std::chrono::nanoseconds took) {
    const double seconds = std::chrono::duration<double>(took).count();
    ++counts[bucket_of(seconds)];
    sum_s += seconds;
  }

  void merge(const latency_histogram& other) {
    for (std::size_t i = 0; i < counts.size(); ++i)
      counts[i] += other.counts[i];
    sum_s += other.sum_s;
  }

  std::uint64_t total() const {
    std::uint64_t out = 0;
    for (const auto n : counts)
      out += n;
    return out;
  }

  /// The upper bound of the bucket that holds this share (0 to 1) of the counts, in seconds; the last bound for what
  /// is above it, 0 if nothing was counted.
  double quantile_s(double share) const {
    const auto all = total();
    if (all == 0)
      return 0;
    const auto wanted = static_cast<std::uint64_t>(share * static_cast<double>(all - 1)) + 1;
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < bounds_s.size(); ++i) {
      seen += counts[i];
      if (seen >= wanted)
        return bounds_s[i];
    }
    return bounds_s.back();
  }
};

/// When a chat message passed which stage.
struct stage_times {
  std::chrono::steady_clock::time_point accepted;  ///< by its room
  std::chrono::steady_clock::time_point committed; ///< as its room heard
};

} // namespace parley
