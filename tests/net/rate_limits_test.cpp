#include "net/rate_limits.hpp"

#include <gtest/gtest.h>

namespace parley::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr moment start{std::chrono::hours(500'000)};

TEST(token_buckets, give_the_burst_at_once_and_then_say_how_long_to_wait) {
  token_buckets five({.rate = 5, .period = std::chrono::minutes(1), .burst = 5}, 10);
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(five.take("a", start), std::nullopt);
  EXPECT_EQ(five.take("a", start), seconds(12));
  EXPECT_EQ(five.take("a", start + seconds(11)), seconds(1));
}

TEST(token_buckets, fill_at_their_rate) {
  token_buckets five({.rate = 5, .period = std::chrono::minutes(1), .burst = 5}, 10);
  for (int i = 0; i < 5; ++i)
    five.take("a", start);
  EXPECT_EQ(five.take("a", start + seconds(12)), std::nullopt);
  EXPECT_EQ(five.take("a", start + seconds(12)), seconds(12));
  EXPECT_EQ(five.take("a", start + seconds(36)), std::nullopt);
  EXPECT_EQ(five.take("a", start + seconds(36)), std::nullopt);
  EXPECT_NE(five.take("a", start + seconds(36)), std::nullopt);
}

TEST(token_buckets, save_up_no_more_than_the_burst) {
  token_buckets twenty({.rate = 20, .period = seconds(1), .burst = 40}, 10);
  twenty.take("a", start);
  int taken = 0;
  while (!twenty.take("a", start + std::chrono::hours(1)))
    ++taken;
  EXPECT_EQ(taken, 40);
  EXPECT_EQ(twenty.take("a", start + std::chrono::hours(1)), milliseconds(50));
}

TEST(token_buckets, a_refusal_costs_nothing) {
  token_buckets one({.rate = 1, .period = seconds(1), .burst = 1}, 10);
  one.take("a", start);
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(one.take("a", start), seconds(1));
  EXPECT_EQ(one.take("a", start + seconds(1)), std::nullopt);
}

TEST(token_buckets, are_one_a_key) {
  token_buckets one({.rate = 1, .period = seconds(1), .burst = 1}, 10);
  EXPECT_EQ(one.take("a", start), std::nullopt);
  EXPECT_EQ(one.take("b", start), std::nullopt);
  EXPECT_NE(one.take("a", start), std::nullopt);
}

TEST(token_buckets, forget_the_key_used_longest_ago_when_there_are_too_many) {
  token_buckets one({.rate = 1, .period = seconds(1), .burst = 1}, 2);
  one.take("a", start);
  one.take("b", start);
  one.take("a", start); // refused, but used
  one.take("c", start);
  EXPECT_EQ(one.size(), 2U);
  EXPECT_NE(one.take("a", start), std::nullopt);
  EXPECT_EQ(one.take("b", start), std::nullopt);
}

TEST(rate_limits, keep_each_act_apart) {
  rate_rules rules;
  rules.logins_per_minute = 1;
  rate_limits limits(rules);
  EXPECT_EQ(limits.take(limited_act::login, "a", start), std::nullopt);
  EXPECT_EQ(limits.take(limited_act::login, "a", start), seconds(60));
  EXPECT_EQ(limits.take(limited_act::registration, "a", start), std::nullopt);
}

TEST(rate_limits, let_messages_burst_to_twice_the_rate) {
  rate_rules rules;
  rules.messages_per_second = 3;
  rate_limits limits(rules);
  for (int i = 0; i < 6; ++i)
    EXPECT_EQ(limits.take(limited_act::message, "7", start), std::nullopt);
  EXPECT_NE(limits.take(limited_act::message, "7", start), std::nullopt);
}

TEST(rate_limits, count_the_addresses_of_one_ipv6_network_as_one) {
  rate_rules rules;
  rules.logins_per_minute = 1;
  rate_limits limits(rules);
  const auto passes = [&](std::string_view who) { return !limits.take(limited_act::login, who, start); };
  EXPECT_TRUE(passes("2001:db8:1:2::1"));
  EXPECT_FALSE(passes("2001:db8:1:2:ffff:ffff:ffff:ffff"));
  EXPECT_FALSE(passes("2001:0db8:0001:0002::7%eth0"));
  EXPECT_TRUE(passes("2001:db8:1:3::1"));
  EXPECT_TRUE(passes("::1"));
}

TEST(rate_limits, count_an_ipv4_address_as_itself_however_it_is_spelled) {
  rate_rules rules;
  rules.logins_per_minute = 1;
  rate_limits limits(rules);
  const auto passes = [&](std::string_view who) { return !limits.take(limited_act::login, who, start); };
  EXPECT_TRUE(passes("192.0.2.1"));
  EXPECT_FALSE(passes("::ffff:192.0.2.1"));
  EXPECT_TRUE(passes("::ffff:192.0.2.2"));
  EXPECT_TRUE(passes("not:an:address"));
}

TEST(rate_limits, can_be_switched_off) {
  rate_rules rules;
  rules.logins_per_minute = 1;
  rules.on = false;
  rate_limits limits(rules);
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(limits.take(limited_act::login, "a", start), std::nullopt);
}

} // namespace
} // namespace parley::net
