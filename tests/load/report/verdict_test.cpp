#include "load/report/verdict.hpp"

#include <gtest/gtest.h>

namespace parley::load {
namespace {

client_use late(double lag_p50_ms, double lag_p99_ms, std::optional<double> p50_ms, std::optional<double> p99_ms) {
  client_use of{.busy = 0.1, .open_loop = true};
  of.send_lag_p50_ms = lag_p50_ms;
  of.send_lag_p99_ms = lag_p99_ms;
  of.p50_ms = p50_ms;
  of.p99_ms = p99_ms;
  return of;
}

TEST(verdict, a_busy_client_was_the_limit) {
  EXPECT_FALSE(saturation({.busy = 0.9}));
  const auto why = saturation({.busy = 0.95});
  ASSERT_TRUE(why);
  EXPECT_NE(why->find("95 %"), std::string::npos) << *why;
}

TEST(verdict, a_late_client_was_the_limit_where_its_lag_is_both_long_and_a_tenth_of_the_latency) {
  EXPECT_TRUE(saturation(late(0, 6, 5, 50)));
  EXPECT_FALSE(saturation(late(0, 6, 5, 61))) << "less than a tenth";
  EXPECT_FALSE(saturation(late(0, 4.9, 5, 5))) << "short";
  EXPECT_TRUE(saturation(late(0, 6, {}, {}))) << "nothing arrived to compare with";
  client_use closed = late(0, 6, 5, 50);
  closed.open_loop = false;
  EXPECT_FALSE(saturation(closed));
}

TEST(verdict, a_client_that_is_late_with_half_of_its_messages_was_the_limit) {
  const auto why = saturation(late(0.2, 1, 1, 10));
  ASSERT_TRUE(why);
  EXPECT_NE(why->find("20 %"), std::string::npos) << *why;
  EXPECT_FALSE(saturation(late(0.1, 1, 1, 10)));
  EXPECT_FALSE(saturation(late(0.09, 1, 0.1, 10))) << "too short to matter";
}

TEST(verdict, a_client_without_a_core_was_the_limit) {
  const auto starved = saturation({.busy = 0.2, .run_delay = 0.7, .waited = 0.78});
  ASSERT_TRUE(starved);
  EXPECT_NE(starved->find("waited for a core for 70 %"), std::string::npos) << *starved;
  EXPECT_FALSE(saturation({.busy = 0.6, .run_delay = 0.35, .waited = 0.37})) << "it ran longer than it waited";
  EXPECT_FALSE(saturation({.busy = 0.02, .run_delay = 0.03, .waited = 0.6})) << "it hardly wanted one";
  const auto held = saturation({.busy = 0.1, .throttled = 0.4});
  ASSERT_TRUE(held);
  EXPECT_NE(held->find("quota"), std::string::npos) << *held;
  const auto stolen = saturation({.busy = 0.1, .steal = 0.2});
  ASSERT_TRUE(stolen);
  EXPECT_NE(stolen->find("host"), std::string::npos) << *stolen;
}

TEST(verdict, the_certificate_says_what_the_client_can_have_hidden) {
  EXPECT_EQ(
    certificate(late(0.05, 1.5, 0.5, 5)),
    "open loop, kernel receive times: at most 0.05 ms of p50 (10 %) and 1.50 ms of p99 (30 %) are this client's "
    "own");
  EXPECT_EQ(certificate(late(0.05, 20, {}, {})),
            "open loop, kernel receive times: at most 0.05 ms of p50 and 20 ms of p99 are this client's own");
  EXPECT_EQ(certificate({.busy = 0.5, .run_delay = 0.04, .throttled = 0.01}),
            "closed loop: this client was without a core for 5 % of the time, so at most so much of the throughput is "
            "missing");
}

TEST(verdict, a_failure_comes_before_a_limit) {
  EXPECT_EQ(judge(false, false), exit_code::good);
  EXPECT_EQ(judge(true, false), exit_code::failed);
  EXPECT_EQ(judge(true, true), exit_code::failed);
  EXPECT_EQ(judge(false, true), exit_code::client_limited);
}

} // namespace
} // namespace parley::load
