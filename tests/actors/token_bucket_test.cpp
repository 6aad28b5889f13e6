// How often something may happen, in injected time.
#include "actors/token_bucket.hpp"

#include <gtest/gtest.h>

namespace parley::test {
namespace {

constexpr timestamp start{std::chrono::milliseconds{1'000'000}};

timestamp at(std::int64_t ms) {
  return start + std::chrono::milliseconds(ms);
}

TEST(token_bucket_suite, a_new_bucket_gives_its_burst_at_once_and_no_more) {
  token_bucket bucket{20, 40};
  for (int i = 0; i < 40; ++i)
    ASSERT_EQ(bucket.take(at(0)), 0) << i;
  EXPECT_EQ(bucket.take(at(0)), 50);
}

TEST(token_bucket_suite, the_wait_that_it_names_is_enough_and_a_millisecond_less_is_not) {
  token_bucket bucket{3, 1};
  ASSERT_EQ(bucket.take(at(0)), 0);
  auto wait = bucket.take(at(0));
  EXPECT_EQ(wait, 334);
  EXPECT_EQ(bucket.take(at(wait - 1)), 1);
  EXPECT_EQ(bucket.take(at(wait)), 0);
}

TEST(token_bucket_suite, a_long_rest_fills_it_to_the_burst_only) {
  token_bucket bucket{5, 5};
  for (int i = 0; i < 5; ++i)
    bucket.take(at(0));
  for (int i = 0; i < 5; ++i)
    ASSERT_EQ(bucket.take(at(1'000'000'000)), 0) << i;
  EXPECT_GT(bucket.take(at(1'000'000'000)), 0);
}

TEST(token_bucket_suite, a_clock_that_goes_back_gives_nothing) {
  token_bucket bucket{1, 1};
  ASSERT_EQ(bucket.take(at(10'000)), 0);
  EXPECT_GT(bucket.take(at(0)), 0);
  EXPECT_GT(bucket.take(at(10'000)), 0);
  EXPECT_EQ(bucket.take(at(11'000)), 0);
}

TEST(token_bucket_suite, over_a_minute_as_many_pass_as_the_rate_says) {
  token_bucket bucket{20, 40};
  int passed = 0;
  for (int ms = 0; ms < 60'000; ++ms)
    passed += bucket.take(at(ms)) == 0 ? 1 : 0;
  EXPECT_EQ(passed, 40 + 59'999 * 20 / 1000);
}

} // namespace
} // namespace parley::test
