// When a room's `is_active` has to be stored.
#include "actors/room/activity_keeper.hpp"

#include <gtest/gtest.h>

namespace parley::test {
namespace {

using std::chrono::seconds;

constexpr bool active = true;
constexpr bool idle = false;

moment on_second(std::int64_t second) {
  return moment{seconds(second)};
}

TEST(activity_keeper_suite, a_new_room_is_stored_as_one_where_nobody_is) {
  const activity_keeper keeper;
  EXPECT_EQ(keeper.due(idle), moment::max());
  EXPECT_LE(keeper.due(active), on_second(0));
  EXPECT_TRUE(keeper.is_at_rest());
}

TEST(activity_keeper_suite, one_write_at_a_time_the_latest_wins) {
  activity_keeper keeper;
  keeper.begin();
  EXPECT_EQ(keeper.due(active), moment::max());
  EXPECT_EQ(keeper.due(idle), moment::max());
  EXPECT_FALSE(keeper.is_at_rest());
  keeper.stored(active);
  EXPECT_EQ(keeper.due(active), moment::max());
  EXPECT_LE(keeper.due(idle), on_second(0)) << "it changed again meanwhile";
  EXPECT_FALSE(keeper.is_at_rest());
  keeper.begin();
  keeper.stored(idle);
  EXPECT_TRUE(keeper.is_at_rest());
}

TEST(activity_keeper_suite, after_a_failure_either_state_has_to_be_written) {
  activity_keeper keeper;
  keeper.begin();
  const auto again = keeper.failed(on_second(100));
  EXPECT_EQ(again, on_second(100) + activity_keeper::pause_min);
  EXPECT_EQ(keeper.due(active), again);
  EXPECT_EQ(keeper.due(idle), again) << "the commit may have happened all the same";
  EXPECT_FALSE(keeper.is_at_rest());
}

TEST(activity_keeper_suite, the_pause_doubles_up_to_a_bound_and_begins_anew_after_a_success) {
  activity_keeper keeper;
  for (const auto pause : {1, 2, 4, 8, 16, 30, 30}) {
    keeper.begin();
    EXPECT_EQ(keeper.failed(on_second(100)), on_second(100 + pause));
  }
  keeper.begin();
  keeper.stored(active);
  keeper.begin();
  EXPECT_EQ(keeper.failed(on_second(200)), on_second(201));
}

} // namespace
} // namespace parley::test
