// When a room's player has to be stored.
#include "actors/room/playback_keeper.hpp"
#include "actors/room/video_lookups.hpp"

#include <gtest/gtest.h>

namespace parley::test {
namespace {

using std::chrono::seconds;

constexpr bool runs = true;
constexpr bool stands = false;
constexpr bool nobody = true;
constexpr bool somebody = false;

moment played(seconds x) {
  return moment{x};
}

TEST(playback_keeper_suite, a_player_that_nobody_touched_is_never_due) {
  const playback_keeper keeper;
  EXPECT_EQ(keeper.due(stands, somebody), moment::max());
  EXPECT_EQ(keeper.due(stands, nobody), moment::max());
  EXPECT_TRUE(keeper.is_settled());
}

TEST(playback_keeper_suite, a_change_is_due_at_once_and_then_after_a_pause) {
  playback_keeper keeper;
  keeper.changed();
  EXPECT_LE(keeper.due(stands, somebody), played(seconds(100)));
  keeper.begin(played(seconds(100)));
  EXPECT_EQ(keeper.due(stands, somebody), moment::max()) << "one write at a time";
  keeper.changed();
  keeper.stored();
  EXPECT_FALSE(keeper.is_settled());
  EXPECT_EQ(keeper.due(stands, somebody), played(seconds(100)) + playback_keeper::pause);
}

TEST(playback_keeper_suite, a_change_in_an_empty_room_has_no_pause) {
  playback_keeper keeper;
  keeper.begin(played(seconds(100)));
  keeper.stored();
  keeper.changed();
  EXPECT_EQ(keeper.due(stands, nobody), moment::min());
}

TEST(playback_keeper_suite, one_that_runs_on_is_due_less_often) {
  playback_keeper keeper;
  keeper.begin(played(seconds(100)));
  keeper.stored();
  EXPECT_EQ(keeper.due(runs, somebody), played(seconds(100)) + playback_keeper::running_pause);
  EXPECT_EQ(keeper.due(runs, nobody), played(seconds(100)) + playback_keeper::running_pause);
  EXPECT_TRUE(keeper.is_settled()) << "where it runs to is no change";
}

TEST(playback_keeper_suite, a_write_that_failed_is_repeated) {
  playback_keeper keeper;
  keeper.changed();
  keeper.begin(played(seconds(100)));
  EXPECT_FALSE(keeper.is_settled());
  EXPECT_EQ(keeper.failed(), played(seconds(100)) + playback_keeper::pause);
  EXPECT_EQ(keeper.due(stands, somebody), played(seconds(100)) + playback_keeper::pause);
  keeper.begin(played(seconds(101)));
  keeper.stored();
  EXPECT_TRUE(keeper.is_settled());
}

TEST(video_lookups_suite, a_video_removed_during_a_lookup_is_known_until_the_last_one_ends) {
  video_lookups lookups;
  lookups.begin();
  lookups.begin();
  lookups.removed(video_id{7});
  lookups.end();
  EXPECT_TRUE(lookups.was_removed(video_id{7}));
  EXPECT_FALSE(lookups.was_removed(video_id{8}));
  lookups.end();
  EXPECT_FALSE(lookups.was_removed(video_id{7}));
}

TEST(video_lookups_suite, without_a_lookup_nothing_has_to_be_remembered) {
  video_lookups lookups;
  lookups.removed(video_id{7});
  lookups.begin();
  EXPECT_FALSE(lookups.was_removed(video_id{7}));
}

} // namespace
} // namespace parley::test
