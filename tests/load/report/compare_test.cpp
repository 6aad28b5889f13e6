#include "load/report/compare.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace parley::load {
namespace {

using nlohmann::json;

TEST(compare, knows_for_which_figures_less_is_better) {
  for (const auto* figure :
       {"lost", "doubled", "errors", "p99_ms", "p99_ms{stage=2}", "ack_p50_ms", "handshake_max_ms", "server_rss_bytes",
        "bytes_per_connection", "server_cpu_us_per_delivery", "not_back", "opening_s"})
    EXPECT_EQ(better_direction(figure), direction::lower) << figure;
  for (const auto* figure : {"delivered_per_s", "sent_per_s", "handshakes_per_s"})
    EXPECT_EQ(better_direction(figure), direction::higher) << figure;
}

TEST(compare, takes_no_side_on_facts_of_the_run_and_of_the_client) {
  for (const auto* figure : {"connections", "sent", "expected", "delivered", "server_cpu_percent",
                             "client_busy_percent", "client_saturated", "measured_s", "server_rss_before_bytes",
                             "send_lag_p99_ms", "never_heard_of", "intended_per_s", "target_per_s{stage=1}"})
    EXPECT_EQ(better_direction(figure), direction::unknown) << figure;
}

TEST(compare, the_ratio_is_of_this_run_to_the_one_before) {
  const comparison made = compare_figure("p50_ms", json(4.0), json(8));
  EXPECT_EQ(made.ratio, 0.5);
  EXPECT_EQ(made.result, outcome::better);
  EXPECT_EQ(compare_figure("p50_ms", json(8), json(4.0)).result, outcome::worse);
  EXPECT_EQ(compare_figure("delivered_per_s", json(8), json(4)).result, outcome::better);
  EXPECT_EQ(compare_figure("delivered_per_s", json(4), json(8)).result, outcome::worse);
}

TEST(compare, what_single_runs_differ_by_is_not_distinguishable) {
  EXPECT_EQ(compare_figure("p99_ms", json(190), json(100)).result, outcome::same);
  EXPECT_EQ(compare_figure("p99_ms", json(51), json(100)).result, outcome::same);
  EXPECT_EQ(compare_figure("p99_ms", json(210), json(100)).result, outcome::worse);
  EXPECT_EQ(compare_figure("p50_ms", json(125), json(100)).result, outcome::same);
  EXPECT_EQ(compare_figure("p50_ms", json(135), json(100)).result, outcome::worse);
  EXPECT_EQ(compare_figure("delivered_per_s", json(90), json(100)).result, outcome::same);
  EXPECT_EQ(compare_figure("lost", json(101), json(100)).result, outcome::worse) << "counted exactly";
}

TEST(compare, with_several_earlier_runs_their_own_spread_decides) {
  const std::vector<json> steady{100, 101, 99, 100, 100};
  const std::vector<json> wild{100, 60, 170, 90, 120};
  EXPECT_EQ(compare_figure("p50_ms", json(110), steady).result, outcome::worse);
  EXPECT_EQ(compare_figure("p50_ms", json(90), steady).result, outcome::better);
  EXPECT_EQ(compare_figure("p50_ms", json(101), steady).result, outcome::same);
  EXPECT_EQ(compare_figure("p50_ms", json(200), wild).result, outcome::same);
  EXPECT_EQ(compare_figure("p50_ms", json(110), steady).ratio, 1.1);
  EXPECT_EQ(compare_figure("p50_ms", json(110), std::vector<json>{json(100), json(500)}).result, outcome::same)
    << "two are too few";
  EXPECT_EQ(compare_figure("p50_ms", json(110), std::vector<json>{json(100), json(), json(100)}).result, outcome::same);
  EXPECT_EQ(compare_figure("p50_ms", json(110), std::vector<json>()).result, outcome::unknown);
}

TEST(compare, zero_gives_no_ratio_but_an_outcome) {
  const comparison made = compare_figure("lost", json(1), json(0));
  EXPECT_EQ(made.ratio, std::nullopt);
  EXPECT_EQ(made.result, outcome::worse);
  EXPECT_EQ(compare_figure("lost", json(0), json(0)).result, outcome::same);
  EXPECT_EQ(compare_figure("lost", json(0), json(1)).ratio, std::nullopt);
  EXPECT_EQ(compare_figure("lost", json(0), json(1)).result, outcome::better);
}

TEST(compare, a_figure_without_direction_has_a_ratio_all_the_same) {
  const comparison made = compare_figure("connections", json(30), json(10));
  EXPECT_EQ(made.ratio, 3.0);
  EXPECT_EQ(made.result, outcome::unknown);
}

TEST(compare, what_is_no_number_is_not_compared) {
  for (const json& odd : {json(), json(true), json("8"), json::array(), json::object()}) {
    EXPECT_EQ(compare_figure("p99_ms", odd, json(8)).ratio, std::nullopt) << odd;
    EXPECT_EQ(compare_figure("p99_ms", json(8), odd).result, outcome::unknown) << odd;
  }
}

} // namespace
} // namespace parley::load
