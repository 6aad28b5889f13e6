#include "load/measure/clock.hpp"
#include "load/scenario/opener.hpp"

#include <gtest/gtest.h>

namespace parley::load {
namespace {

TEST(opener, keeps_no_more_than_its_bound_under_way) {
  std::size_t started = 0;
  opener all(opener::at_once + 10, 0, [&](std::size_t) { ++started; });
  EXPECT_FALSE(all.step(1));
  EXPECT_EQ(started, opener::at_once);
  all.ready(5);
  EXPECT_FALSE(all.step(2));
  EXPECT_EQ(started, opener::at_once + 1);
}

TEST(opener, follows_its_ramp) {
  std::vector<std::size_t> started;
  opener all(3, 10, [&](std::size_t i) { started.push_back(i); });
  EXPECT_FALSE(all.step(1));
  EXPECT_EQ(started, (std::vector<std::size_t>{0}));
  EXPECT_LE(all.wait_ns(1), 10 * ns_per_ms);
  EXPECT_FALSE(all.step(1 + 99 * ns_per_ms));
  EXPECT_EQ(started.size(), 1U);
  EXPECT_EQ(all.wait_ns(1 + 99 * ns_per_ms), ns_per_ms);
  EXPECT_FALSE(all.step(1 + 100 * ns_per_ms));
  EXPECT_EQ(started, (std::vector<std::size_t>{0, 1}));
}

TEST(opener, is_done_when_all_are_ready) {
  opener all(2, 0, [](std::size_t) {});
  EXPECT_FALSE(all.step(100));
  all.ready(1);
  EXPECT_FALSE(all.done());
  all.ready(0);
  EXPECT_TRUE(all.done());
}

TEST(opener, names_the_connection_that_took_too_long) {
  opener all(3, 0, [](std::size_t) {});
  EXPECT_FALSE(all.step(1));
  all.ready(0);
  all.ready(2);
  EXPECT_FALSE(all.step(1 + opener::timeout_ns));
  EXPECT_EQ(all.step(2 + opener::timeout_ns), std::optional<std::size_t>(1));
}

} // namespace
} // namespace parley::load
