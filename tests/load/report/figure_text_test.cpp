#include "load/report/figure_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <limits>

namespace parley::load {
namespace {

using nlohmann::json;
using testing::ElementsAre;

TEST(figure_text, carries_the_unit_of_the_name) {
  EXPECT_EQ(figure_text("p99_ms", json(4.1)), "4.10 ms");
  EXPECT_EQ(figure_text("p99_ms{stage=2}", json(4.1)), "4.10 ms");
  EXPECT_EQ(figure_text("server_cpu_us_per_delivery", json(0.7314)), "0.731 µs");
  EXPECT_EQ(figure_text("server_cpu_percent", json(97.25)), "97.2 %");
  EXPECT_EQ(figure_text("delivered_per_s", json(1034567.8)), "1,034,568 /s");
  EXPECT_EQ(figure_text("bytes_per_connection", json(2465)), "2.41 KiB");
  EXPECT_EQ(figure_text("server_rss_bytes", json(1023)), "1,023 B");
  EXPECT_EQ(figure_text("server_rss_bytes", json(std::uint64_t{3} << 30)), "3.00 GiB");
}

TEST(figure_text, groups_the_digits_of_counts_and_keeps_them_all) {
  EXPECT_EQ(figure_text("lost", json(0)), "0");
  EXPECT_EQ(figure_text("sent", json(999)), "999");
  EXPECT_EQ(figure_text("sent", json(1000)), "1,000");
  EXPECT_EQ(figure_text("delivered", json(std::uint64_t{12345678901234567})), "12,345,678,901,234,567");
  EXPECT_EQ(figure_text("drift", json(-1234)), "-1,234");
}

TEST(figure_text, says_what_is_no_number_in_words) {
  EXPECT_EQ(figure_text("p99_ms", json()), "–");
  EXPECT_EQ(figure_text("client_saturated", json(true)), "yes");
  EXPECT_EQ(figure_text("client_saturated", json(false)), "no");
  EXPECT_EQ(figure_text("note", json("as it is")), "as it is");
  EXPECT_EQ(figure_text("threads", json({{"io", 1}})), R"({"io":1})");
}

TEST(figure_text, survives_absurd_numbers) {
  EXPECT_EQ(figure_text("p99_ms", json(1e300)), "1e+300 ms");
  EXPECT_EQ(figure_text("p99_ms", json(std::numeric_limits<double>::infinity())), "inf ms");
}

TEST(figure_groups, are_in_the_order_of_reading) {
  const auto groups =
    figure_groups({"client_saturated", "handshake_p50_ms", "max_ms", "p50_ms", "p999_ms", "p99_ms", "server_rss_bytes",
                   "lost", "connections", "new_count", "server_cpu_percent", "server_threads"});
  ASSERT_EQ(groups.size(), 4U);
  EXPECT_EQ(groups[0].title, "Traffic");
  EXPECT_THAT(groups[0].names, ElementsAre("connections", "lost", "new_count"));
  EXPECT_THAT(groups[1].names, ElementsAre("p50_ms", "p99_ms", "p999_ms", "max_ms", "handshake_p50_ms"));
  EXPECT_THAT(groups[2].names, ElementsAre("server_cpu_percent", "server_rss_bytes", "server_threads"));
  EXPECT_THAT(groups[3].names, ElementsAre("client_saturated"));
}

TEST(figure_groups, without_a_name_are_left_out) {
  EXPECT_TRUE(figure_groups({}).empty());
  EXPECT_EQ(figure_groups({"p50_ms"}).size(), 1U);
}

} // namespace
} // namespace parley::load
