// Which rooms' frames wait for company, and how long.
#include "actors/room_pace.hpp"

#include <gtest/gtest.h>

namespace parley {
namespace {

using namespace std::chrono_literals;

class a_room_pace : public ::testing::Test {
protected:
  static constexpr std::chrono::microseconds hold = 10ms;

  /// A message after `pause`, whose frames may wait so long; nothing if they leave at once.
  std::optional<std::chrono::nanoseconds> say(std::chrono::nanoseconds pause, std::chrono::microseconds bound = hold) {
    now_ += pause;
    const auto by = pace_.note(now_, bound, departures_);
    if (!by)
      return std::nullopt;
    return *by - now_;
  }
  /// So many messages that the room's habit is known; none of them waits.
  void get_used_to(std::chrono::nanoseconds pause) {
    for (int i = 0; i < 60; ++i)
      say(pause, 0us);
  }

  room_pace pace_;
  room_pace::instant now_{1h};
  std::uint64_t departures_ = 0;
};

TEST_F(a_room_pace, lets_nothing_wait_in_a_room_that_was_silent) {
  EXPECT_FALSE(say(0s));
  EXPECT_FALSE(say(1s));
  EXPECT_FALSE(say(1s));
}

TEST_F(a_room_pace, lets_frames_wait_where_company_is_expected_and_for_as_long_as_it_is) {
  get_used_to(2ms);
  const auto first = say(2ms);
  ASSERT_TRUE(first);
  EXPECT_GT(*first, 3ms);
  EXPECT_LT(*first, 5ms);
}

TEST_F(a_room_pace, lets_nothing_wait_longer_than_the_bound) {
  get_used_to(4ms);
  EXPECT_GT(say(4ms), 7ms);
  const auto second = say(4ms);
  ASSERT_TRUE(second);
  EXPECT_EQ(*second, 6ms) << "since the first one, though twice the usual would be more";
}

TEST_F(a_room_pace, lets_nothing_wait_where_company_is_too_rare) {
  get_used_to(6ms);
  EXPECT_FALSE(say(6ms));
}

TEST_F(a_room_pace, lets_nothing_wait_without_a_bound) {
  get_used_to(1ms);
  EXPECT_FALSE(say(1ms, 0us));
}

TEST_F(a_room_pace, lets_them_leave_once_enough_are_together) {
  get_used_to(100us);
  for (int i = 1; i < room_pace::enough; ++i)
    EXPECT_TRUE(say(100us)) << i;
  EXPECT_FALSE(say(100us));
  EXPECT_TRUE(say(100us)) << "the next ones begin anew";
}

TEST_F(a_room_pace, begins_anew_after_a_departure) {
  get_used_to(4ms);
  say(4ms);
  say(4ms);
  ++departures_;
  EXPECT_GT(say(4ms), 7ms);
}

TEST_F(a_room_pace, takes_bursts_with_pauses_for_bursts) {
  for (int burst = 0; burst < 20; ++burst) {
    say(6ms, 0us);
    for (int i = 0; i < 7; ++i)
      say(100us, 0us);
  }
  const auto waits = say(100us);
  ASSERT_TRUE(waits);
  EXPECT_LT(*waits, 2ms);
}

TEST_F(a_room_pace, forgets_a_burst_in_silence) {
  get_used_to(100us);
  for (int i = 0; i < 4; ++i)
    say(10s, 0us);
  EXPECT_FALSE(say(1s));
}

} // namespace
} // namespace parley
