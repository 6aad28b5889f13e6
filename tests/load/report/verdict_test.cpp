#include "load/report/verdict.hpp"

#include <gtest/gtest.h>

namespace parley::load {
namespace {

TEST(verdict, a_busy_client_was_the_limit) {
  EXPECT_FALSE(saturation({0.9, {}, {}}));
  const auto why = saturation({0.95, {}, {}});
  ASSERT_TRUE(why);
  EXPECT_NE(why->find("95 %"), std::string::npos) << *why;
}

TEST(verdict, a_late_client_was_the_limit_where_its_lag_is_both_long_and_a_tenth_of_the_latency) {
  EXPECT_TRUE(saturation({0.1, 6.0, 50.0}));
  EXPECT_FALSE(saturation({0.1, 6.0, 61.0})) << "less than a tenth";
  EXPECT_FALSE(saturation({0.1, 4.9, 5.0})) << "short";
  EXPECT_TRUE(saturation({0.1, 6.0, {}})) << "nothing arrived to compare with";
  EXPECT_FALSE(saturation({0.1, {}, 50.0})) << "closed loop";
}

TEST(verdict, a_failure_comes_before_a_limit) {
  EXPECT_EQ(judge(false, false), exit_code::good);
  EXPECT_EQ(judge(true, false), exit_code::failed);
  EXPECT_EQ(judge(true, true), exit_code::failed);
  EXPECT_EQ(judge(false, true), exit_code::client_limited);
}

} // namespace
} // namespace parley::load
