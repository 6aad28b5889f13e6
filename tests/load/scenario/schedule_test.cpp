#include "load/measure/clock.hpp"
#include "load/scenario/schedule.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>

namespace parley::load {
namespace {

TEST(open_loop_schedule, spaces_things_evenly_over_its_lanes_in_turn) {
  schedule due(100, 3, {0, 1, 2});
  for (int i = 0; i < 7; ++i) {
    EXPECT_EQ(due.next_due({.start = 500}), 500 + i * 10 * ns_per_ms);
    EXPECT_EQ(due.take(), static_cast<std::size_t>(i % 3));
  }
}

TEST(open_loop_schedule, follows_stages_and_is_never_due_behind_the_last) {
  const plan when{.start = 0, .measure_from = 2 * ns_per_s, .measure_to = 4 * ns_per_s, .drain_to = 9 * ns_per_s};
  schedule due(rate_plan(1, {{.target = 1, .seconds = 2}}), 2, {0, 1}); // two things warm up, two are measured
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(due.next_due(when), i * ns_per_s);
    EXPECT_EQ(due.take(), static_cast<std::size_t>(i % 2));
  }
  EXPECT_EQ(due.next_due(when), never);
}

TEST(open_loop_schedule, tells_a_thing_its_time_however_late_the_one_before_left) {
  schedule due(rate_plan(0, {{.target = 10, .seconds = 5}}), 1, {0});
  std::vector<std::int64_t> asked;
  for (int i = 0; i < 25; ++i) {
    asked.push_back(due.next_due({}));
    asked.push_back(due.next_due({})); // asking takes nothing
    due.take();
  }
  for (std::size_t i = 0; i < 25; ++i) {
    EXPECT_EQ(asked[2 * i], asked[2 * i + 1]);
    EXPECT_NEAR(static_cast<double>(asked[2 * i]), std::sqrt(static_cast<double>(i)) * ns_per_s, 1000); // t² things
  }
}

TEST(open_loop_schedule, is_never_due_without_a_lane) {
  EXPECT_EQ(schedule(100, 3, {}).next_due({.start = 500}), never);
}

RC_GTEST_PROP(open_loop_schedule, is_the_same_for_all_processes_together_as_for_one, ()) {
  const auto lanes = *rc::gen::inRange<std::uint32_t>(1, 20);
  const auto processes = *rc::gen::inRange<std::uint32_t>(1, 6);
  const double rate = *rc::gen::inRange(1, 100'000);
  const std::size_t turns = 5;
  std::vector<std::pair<std::int64_t, std::uint32_t>> together; // when, which lane
  for (std::uint32_t p = 0; p < processes; ++p) {
    std::vector<std::uint32_t> mine;
    for (std::uint32_t lane = 0; lane < lanes; ++lane)
      if (share{p, processes}.has(lane))
        mine.push_back(lane);
    schedule due(rate, lanes, mine);
    for (std::size_t i = 0; i < turns * mine.size(); ++i) {
      const std::int64_t at = due.next_due({});
      together.emplace_back(at, mine[due.take()]);
    }
  }
  std::sort(together.begin(), together.end());
  RC_ASSERT(together.size() == turns * lanes);
  for (std::size_t i = 0; i < together.size(); ++i) {
    RC_ASSERT(together[i].first == static_cast<std::int64_t>(static_cast<double>(i) / rate * ns_per_s));
    RC_ASSERT(together[i].second == i % lanes);
  }
}

} // namespace
} // namespace parley::load
