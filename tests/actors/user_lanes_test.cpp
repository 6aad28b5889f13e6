// One user's steps stay in their order while some of them wait.
#include "actors/user_lanes.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <vector>

namespace parley::test {
namespace {

constexpr user_id ann{2};
constexpr user_id bob{3};

TEST(user_lanes_suite, a_step_runs_at_once_in_an_empty_lane) {
  user_lanes lanes;
  bool done = false;
  lanes.run(ann, [&] { done = true; });
  EXPECT_TRUE(done);
  EXPECT_TRUE(lanes.empty());
}

TEST(user_lanes_suite, what_comes_behind_a_hold_waits_and_other_users_do_not) {
  user_lanes lanes;
  std::vector<int> done;
  lanes.run(ann, [&] { lanes.hold(ann); });
  lanes.run(ann, [&] { done.push_back(1); });
  lanes.run(bob, [&] { done.push_back(2); });
  EXPECT_EQ(done, std::vector{2});
  lanes.release(ann);
  EXPECT_EQ(done, (std::vector{2, 1}));
  EXPECT_TRUE(lanes.empty());
}

TEST(user_lanes_suite, two_holds_need_two_releases) {
  user_lanes lanes;
  bool done = false;
  lanes.run(ann, [&] {
    lanes.hold(ann);
    lanes.hold(ann);
  });
  lanes.run(ann, [&] { done = true; });
  lanes.release(ann);
  EXPECT_FALSE(done);
  lanes.release(ann);
  EXPECT_TRUE(done);
}

TEST(user_lanes_suite, what_waits_until_its_time_is_refused_and_never_run) {
  constexpr moment due{std::chrono::milliseconds(1000)};
  user_lanes lanes;
  std::vector<int> done;
  std::vector<error_code> refused;
  const auto refuse = [&](error_code why) { refused.push_back(why); };
  lanes.hold(ann);
  lanes.wait(
    ann, due, [&] { done.push_back(1); }, refuse);
  lanes.run(ann, [&] { done.push_back(2); });
  lanes.wait(
    ann, due + std::chrono::milliseconds(1), [&] { done.push_back(3); }, refuse);
  EXPECT_EQ(lanes.expire(due - std::chrono::milliseconds(1)), due);
  EXPECT_TRUE(refused.empty());
  EXPECT_EQ(lanes.expire(due), due + std::chrono::milliseconds(1));
  EXPECT_EQ(refused, std::vector{error_code::rate_limited});
  lanes.release(ann);
  EXPECT_EQ(done, (std::vector{2, 3}));
  EXPECT_EQ(lanes.expire(due), moment::max());
}

TEST(user_lanes_suite, no_more_wait_in_one_lane_than_the_bound_but_what_must_be_run) {
  user_lanes lanes;
  std::size_t done = 0;
  std::size_t refused = 0;
  const auto wait = [&](user_id who) {
    return lanes.wait(
      who, moment::max(), [&] { ++done; }, [&](error_code) { ++refused; });
  };
  lanes.hold(ann);
  lanes.hold(bob);
  for (std::size_t i = 0; i < user_lanes::waiting_limit; ++i)
    EXPECT_TRUE(wait(ann));
  EXPECT_FALSE(wait(ann));
  EXPECT_EQ(refused, 1U);
  lanes.run(ann, [&] { ++done; });
  EXPECT_TRUE(wait(bob)) << "another's lane";
  lanes.release(ann);
  EXPECT_EQ(done, user_lanes::waiting_limit + 1);
}

/// Steps of some users, of which some hold, against releases in any order: each user's steps run in the order in
/// which they came, all of them, and none while an earlier one of the same user holds.
RC_GTEST_PROP(user_lanes_suite, each_users_steps_run_once_in_order_and_never_behind_an_open_hold, ()) {
  user_lanes lanes;
  std::vector<std::vector<int>> ran(3);
  std::vector<int> open(3, 0);
  std::vector<int> asked(3, 0);
  auto close_one = [&](std::size_t u) {
    if (open[u] == 0)
      return;
    --open[u];
    lanes.release(user_id{static_cast<std::int64_t>(u)});
  };
  for (int round = *rc::gen::inRange(0, 60); round > 0; --round) {
    auto u = *rc::gen::inRange<std::size_t>(0, 3);
    if (*rc::gen::inRange(0, 3) == 0) {
      close_one(u);
      continue;
    }
    auto holds = *rc::gen::inRange(0, 3);
    auto number = asked[u]++;
    lanes.run(user_id{static_cast<std::int64_t>(u)}, [&, u, holds, number] {
      RC_ASSERT(open[u] == 0);
      ran[u].push_back(number);
      open[u] += holds;
      for (int i = 0; i < holds; ++i)
        lanes.hold(user_id{static_cast<std::int64_t>(u)});
    });
  }
  for (std::size_t u = 0; u < 3; ++u) {
    while (open[u] > 0)
      close_one(u);
    RC_ASSERT(ran[u].size() == static_cast<std::size_t>(asked[u]));
    RC_ASSERT(std::is_sorted(ran[u].begin(), ran[u].end()));
  }
  RC_ASSERT(lanes.empty());
}

} // namespace
} // namespace parley::test
