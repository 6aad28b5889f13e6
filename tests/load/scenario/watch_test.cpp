#include "load/scenario/watch.hpp"

#include <CLI/CLI.hpp>
#include <gtest/gtest.h>

namespace parley::load {
namespace {

struct watching : testing::Test {
  static std::string conflict(const std::string& speaks, std::uint32_t processes) {
    CLI::App app;
    watch_scenario fresh;
    fresh.add_flags(app);
    app.parse("--rooms 2 --members 5");
    return fresh.conflict(find_dialect(speaks).value(), {0, processes});
  }

  conclusion conclude(const run_facts& facts) const {
    conclusion out;
    watch_scenario().conclude(total, facts, out);
    return out;
  }

  tally total;
};

TEST_F(watching, is_in_the_words_of_parley_alone) {
  EXPECT_EQ(conflict("parley", 2), "");
  EXPECT_EQ(conflict("parley-chat", 1),
            "watch speaks Parley's messages for watching together: --dialect must be parley");
}

TEST_F(watching, keeps_a_room_in_one_process) {
  EXPECT_EQ(conflict("parley", 3), "--processes must not exceed --rooms: a room lives in one process");
}

TEST_F(watching, shows_how_far_apart_the_players_are) {
  for (std::int64_t ms = 1; ms <= 100; ++ms)
    total.times("spread").record(ms * 1'000'000);
  const auto out = conclude({});
  EXPECT_NEAR(as_number(*out.values.find("spread_p50_ms")).value(), 50, 0.1);
  EXPECT_NEAR(as_number(*out.values.find("spread_p95_ms")).value(), 95, 0.1);
  EXPECT_EQ(as_number(*out.values.find("spread_max_ms")), 100);
  EXPECT_EQ(as_number(*out.values.find("spread_samples")), 100);
}

TEST_F(watching, does_not_invent_a_spread) {
  EXPECT_EQ(as_number(*conclude({}).values.find("spread_p95_ms")), std::nullopt);
}

TEST_F(watching, fails_where_a_clock_ping_was_not_answered) {
  total.count("pings") = 10;
  total.count("pongs") = 8;
  EXPECT_EQ(conclude({}).faults, std::vector<std::string>{"2 clock pings were not answered"});
}

TEST_F(watching, fails_where_no_change_was_heard) {
  run_facts facts;
  facts.measured_s = 1;
  EXPECT_EQ(conclude(facts).faults, std::vector<std::string>{"no change was heard in the measured time"});
}

} // namespace
} // namespace parley::load
