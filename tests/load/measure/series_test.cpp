#include "load/measure/clock.hpp"
#include "load/measure/series.hpp"

#include <gtest/gtest.h>

namespace parley::load {
namespace {

TEST(series, a_moment_holds_the_rates_and_quantiles_of_its_own_second) {
  series of("delivered", "latency", 100 * ns_per_s, ns_per_s);
  tally total;
  total.count("connections") = 10;
  total.count("sent") = 4;
  total.count("delivered") = 40;
  total.times("latency").record(8 * ns_per_ms);
  of.add(102 * ns_per_s, total, 2 * ns_per_s, 1000);
  total.count("sent") += 6;
  total.count("delivered") += 60;
  total.count("closes") = 1;
  total.count("errors") = 2;
  total.count("client_total_cpu_ns") = ns_per_s / 4;
  total.times("latency").record(2 * ns_per_ms);
  of.add(103 * ns_per_s, total, 2 * ns_per_s + ns_per_s / 2, 2000);
  ASSERT_EQ(of.all().size(), 2U);
  const moment& first = of.all()[0];
  EXPECT_EQ(first.t_s, 2);
  EXPECT_EQ(first.connections, 10U);
  EXPECT_EQ(first.sent_per_s, 2);
  EXPECT_EQ(first.delivered_per_s, 20);
  EXPECT_EQ(first.server_cpu_percent, 50);
  EXPECT_NEAR(first.p50_ms.value(), 8, 0.01);
  const moment& second = of.all()[1];
  EXPECT_EQ(second.sent_per_s, 6);
  EXPECT_EQ(second.delivered_per_s, 60);
  EXPECT_EQ(second.errors, 3U);
  EXPECT_EQ(second.server_cpu_percent, 50);
  EXPECT_EQ(second.server_rss_bytes, 2000);
  EXPECT_EQ(second.client_cpu_percent, 25);
  EXPECT_NEAR(second.max_ms.value(), 2, 0.01) << "not the 8 ms of the second before";
}

TEST(series, a_moment_holds_what_was_to_be_begun_beside_what_left) {
  series of("delivered", "latency", 0, std::nullopt);
  of.add(ns_per_s, tally(), std::nullopt, std::nullopt, 0.0);
  of.add(3 * ns_per_s, tally(), std::nullopt, std::nullopt, 50.0);
  of.add(4 * ns_per_s, tally(), std::nullopt, std::nullopt, 90.0);
  EXPECT_EQ(of.all()[0].intended_per_s, 0);
  EXPECT_EQ(of.all()[1].intended_per_s, 25);
  EXPECT_EQ(of.all()[2].intended_per_s, 40);
}

TEST(series, what_nobody_knows_is_nothing) {
  series of("delivered", "latency", 0, std::nullopt);
  of.add(ns_per_s, tally(), std::nullopt, std::nullopt);
  EXPECT_FALSE(of.all()[0].p99_ms);
  EXPECT_FALSE(of.all()[0].intended_per_s);
  EXPECT_FALSE(of.all()[0].server_cpu_percent);
  EXPECT_FALSE(of.all()[0].server_rss_bytes);
}

} // namespace
} // namespace parley::load
