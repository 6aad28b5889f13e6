#include "load/scenario/slow.hpp"

#include <CLI/CLI.hpp>
#include <gtest/gtest.h>

namespace parley::load {
namespace {

struct slow_readers : testing::Test {
  static std::string conflict(const std::string& flags, const std::string& speaks = "parley",
                              std::uint32_t processes = 1) {
    CLI::App app;
    slow_scenario fresh;
    fresh.add_flags(app);
    app.parse(flags);
    return fresh.conflict(find_dialect(speaks).value(), {0, processes});
  }

  conclusion conclude(const run_facts& facts) const {
    conclusion out;
    slow_scenario().conclude(total, facts, out);
    return out;
  }

  tally total;
};

TEST_F(slow_readers, are_a_share_of_a_room_and_never_its_sender) {
  EXPECT_EQ((slow_options{.members = 20, .stalled = 0.1}).stalled_per_room(), 2U);
  EXPECT_EQ((slow_options{.members = 2, .stalled = 1}).stalled_per_room(), 1U);
  EXPECT_EQ((slow_options{.members = 1000, .stalled = 1}).stalled_per_room(), 999U);
  EXPECT_EQ((slow_options{.members = 4, .stalled = 0.1}).stalled_per_room(), 0U);
}

TEST_F(slow_readers, need_somebody_to_be_slow) {
  EXPECT_EQ(conflict("--rooms 2 --members 10"), "");
  EXPECT_EQ(conflict("--rooms 2 --members 4"), "--stalled: that share of --members is less than one reader a room");
}

TEST_F(slow_readers, need_a_dialect_in_which_others_hear_a_message) {
  EXPECT_EQ(conflict("--rooms 2 --members 10", "nchan"), "");
  EXPECT_EQ(conflict("--rooms 2 --members 10", "echo"),
            "dialect echo returns a message to its sender alone: nobody else could be slow to read it");
}

TEST_F(slow_readers, live_in_one_process_with_their_room) {
  EXPECT_EQ(conflict("--rooms 2 --members 10", "parley", 3),
            "--processes must not exceed --rooms: a room lives in one process");
}

TEST_F(slow_readers, cost_the_server_the_memory_that_it_gained_while_they_stood) {
  total.count("stalled") = 4;
  total.count("measured_delivered") = 1;
  run_facts facts;
  facts.measured_s = 1;
  facts.rss_opened = 1000;
  facts.rss_after = 1200;
  facts.rss_peak = 5000;
  const auto out = conclude(facts);
  EXPECT_EQ(as_number(*out.values.find("rss_growth_per_stalled_bytes")), 1000);
  EXPECT_TRUE(out.faults.empty());
}

TEST_F(slow_readers, have_no_memory_figure_where_the_server_was_not_watched) {
  total.count("stalled") = 4;
  EXPECT_EQ(as_number(*conclude({}).values.find("rss_growth_per_stalled_bytes")), std::nullopt);
}

TEST_F(slow_readers, make_a_run_fail_in_which_nothing_came) {
  run_facts facts;
  facts.measured_s = 1;
  EXPECT_EQ(conclude(facts).faults, std::vector<std::string>{"nothing was delivered in the measured time"});
}

TEST_F(slow_readers, make_a_run_fail_in_which_more_came_than_was_to_come) {
  total.count("expected") = 3;
  total.count("delivered") = 5;
  EXPECT_EQ(conclude({}).faults, std::vector<std::string>{"deliveries: 2 more than expected"});
}

} // namespace
} // namespace parley::load
