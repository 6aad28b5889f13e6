#include "load/measure/histogram.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>

namespace parley::load {
namespace {

/// From nanoseconds to an hour, each order of magnitude as likely as the other.
rc::Gen<std::int64_t> latency() {
  return rc::gen::mapcat(rc::gen::inRange(0, 42),
                         [](int bits) { return rc::gen::inRange<std::int64_t>(0, std::int64_t{2} << bits); });
}

RC_GTEST_PROP(histogram, quantiles_are_those_of_the_sorted_values_within_a_thousandth, ()) {
  auto values = *rc::gen::nonEmpty(rc::gen::container<std::vector<std::int64_t>>(latency()));
  const double share = *rc::gen::element(0.0, 0.01, 0.5, 0.9, 0.99, 0.999, 1.0);
  histogram h;
  for (const std::int64_t value : values)
    h.record(value);
  std::sort(values.begin(), values.end());
  for (std::int64_t& value : values)
    value = std::min(value, histogram::highest);
  const auto rank = std::max(1.0, std::ceil(share * static_cast<double>(values.size())));
  const std::int64_t wanted = values[static_cast<std::size_t>(rank) - 1];
  RC_ASSERT(h.quantile(share) >= wanted);
  RC_ASSERT(h.quantile(share) <= wanted + wanted / 1024);
  RC_ASSERT(h.max() == values.back());
  RC_ASSERT(h.count() == values.size());
}

RC_GTEST_PROP(histogram, merged_parts_equal_the_whole, ()) {
  const auto values = *rc::gen::container<std::vector<std::int64_t>>(latency());
  histogram whole;
  histogram left;
  histogram right;
  for (std::size_t i = 0; i < values.size(); ++i) {
    whole.record(values[i]);
    (i % 2 == 0 ? left : right).record(values[i]);
  }
  left.merge(right);
  RC_ASSERT(left.count() == whole.count());
  RC_ASSERT(left.max() == whole.max());
  for (const double share : {0.1, 0.5, 0.99})
    RC_ASSERT(left.quantile(share) == whole.quantile(share));
}

TEST(histogram, an_empty_one_answers_zero) {
  EXPECT_EQ(histogram().quantile(0.99), 0);
  EXPECT_EQ(histogram().max(), 0);
}

TEST(histogram, values_out_of_range_are_kept_at_its_ends) {
  histogram h;
  h.record(-5);
  EXPECT_EQ(h.quantile(1), 0);
  h.record(histogram::highest + 1);
  EXPECT_EQ(h.quantile(1), histogram::highest);
}

} // namespace
} // namespace parley::load
