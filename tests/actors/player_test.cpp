// The player's clock, alone.
#include "actors/player.hpp"
#include "protocol/limits.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>

namespace parley::test {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr moment start{std::chrono::milliseconds{1'800'000'000'000}};
constexpr user_id ann{2};
constexpr user_id bob{3};
constexpr connection_id first{11};
constexpr connection_id second{12};

video film(std::int64_t id = 7) {
  video out;
  out.id = video_id{id};
  out.room = room_id{1};
  return out;
}

class player_suite : public ::testing::Test {
protected:
  double position(std::chrono::milliseconds after) const { return it_.state(start + after).position_s; }
  void playing() {
    it_.load(film(), ann, start);
    it_.play(0, ann, start);
  }

  player it_{room_id{1}};
};

TEST_F(player_suite, begins_with_nothing_at_version_zero) {
  const auto now = it_.state(start);
  EXPECT_EQ(now.version, 0);
  EXPECT_FALSE(now.watched || now.playing || now.by);
  EXPECT_EQ(now.at, start);
}

TEST_F(player_suite, loads_a_video_paused_at_its_beginning_and_at_the_normal_rate) {
  playing();
  it_.set_rate(2, ann, start + 1s);
  it_.load(film(8), bob, start + 3s);
  const auto now = it_.state(start + 9s);
  EXPECT_EQ(now.watched->id, video_id{8});
  EXPECT_FALSE(now.playing);
  EXPECT_EQ(now.position_s, 0);
  EXPECT_EQ(now.rate, 1);
  EXPECT_EQ(now.by, bob);
}

TEST_F(player_suite, moves_on_with_time_while_it_plays_and_stands_while_it_does_not) {
  playing();
  EXPECT_EQ(position(1500ms), 1.5);
  it_.pause(10, ann, start + 2s);
  EXPECT_EQ(position(60s), 10);
  it_.play(20, ann, start + 60s);
  EXPECT_EQ(position(61s), 21);
}

TEST_F(player_suite, a_seek_moves_it_and_leaves_it_playing_or_not) {
  playing();
  it_.seek(100, ann, start + 1s);
  EXPECT_EQ(position(3s), 102);
  it_.pause(5, ann, start + 3s);
  it_.seek(50, ann, start + 4s);
  EXPECT_EQ(position(9s), 50);
}

TEST_F(player_suite, a_new_rate_goes_on_from_where_it_is) {
  playing();
  it_.set_rate(2, ann, start + 10s);
  EXPECT_EQ(position(10s), 10);
  EXPECT_EQ(position(11s), 12);
  it_.set_rate(0.25, ann, start + 12s);
  EXPECT_EQ(position(16s), 15);
}

TEST_F(player_suite, stands_still_where_the_clock_went_back) {
  it_.load(film(), ann, start);
  it_.play(5, ann, start);
  EXPECT_EQ(position(-1h), 5);
  it_.set_rate(2, ann, start - 1h);
  EXPECT_EQ(position(-1h + 1s), 7);
}

TEST_F(player_suite, ends_at_the_last_position_that_clients_may_name) {
  it_.load(film(), ann, start);
  it_.play(limits::sync_position_max_s - 1, ann, start);
  EXPECT_EQ(position(24h), limits::sync_position_max_s);
}

TEST_F(player_suite, forgets_a_removed_video_only_where_it_is_the_one_watched) {
  playing();
  EXPECT_FALSE(it_.remove(video_id{8}, start + 1s));
  EXPECT_EQ(it_.version(), 2);
  EXPECT_TRUE(it_.remove(video_id{7}, start + 1s));
  EXPECT_EQ(it_.version(), 3);
  EXPECT_FALSE(it_.shows_video());
  EXPECT_FALSE(it_.is_running());
  EXPECT_EQ(position(9s), 0);
  EXPECT_FALSE(it_.remove(video_id{7}, start + 2s));
}

// -- buffering -----------------------------------------------------------------------------

TEST_F(player_suite, waits_for_who_buffers_and_goes_on_from_there) {
  playing();
  EXPECT_TRUE(it_.begin_buffering(bob, first, start + 4s));
  auto now = it_.state(start + 6s);
  EXPECT_EQ(now.position_s, 4);
  EXPECT_TRUE(now.playing) << "that is what was asked for";
  EXPECT_THAT(now.waiting_for, ElementsAre(bob));
  EXPECT_EQ(now.version, 3);
  EXPECT_TRUE(it_.end_buffering(bob, first, start + 7s));
  now = it_.state(start + 8s);
  EXPECT_EQ(now.position_s, 5);
  EXPECT_THAT(now.waiting_for, IsEmpty());
  EXPECT_EQ(now.version, 4);
  EXPECT_EQ(now.by, ann) << "who steered last";
}

TEST_F(player_suite, waits_until_the_last_one_is_ready) {
  playing();
  it_.begin_buffering(bob, second, start + 1s);
  EXPECT_TRUE(it_.begin_buffering(ann, first, start + 2s));
  EXPECT_THAT(it_.state(start + 2s).waiting_for, ElementsAre(ann, bob));
  it_.end_buffering(bob, second, start + 3s);
  EXPECT_EQ(position(4s), 1);
  it_.end_buffering(ann, first, start + 5s);
  EXPECT_EQ(position(6s), 2);
}

TEST_F(player_suite, play_while_somebody_buffers_begins_when_it_is_ready) {
  it_.load(film(), ann, start);
  it_.begin_buffering(bob, first, start);
  it_.play(30, ann, start + 1s);
  EXPECT_EQ(position(5s), 30);
  it_.end_buffering(bob, first, start + 5s);
  EXPECT_EQ(position(6s), 31);
}

TEST_F(player_suite, waits_fifteen_seconds_at_most_however_often_it_is_told) {
  playing();
  it_.begin_buffering(bob, first, start + 1s);
  EXPECT_FALSE(it_.begin_buffering(bob, first, start + 10s));
  EXPECT_EQ(it_.next_expiry(), start + 16s);
  EXPECT_FALSE(it_.expire_buffering(start + 15999ms));
  EXPECT_TRUE(it_.expire_buffering(start + 16s));
  EXPECT_EQ(it_.next_expiry(), std::nullopt);
  EXPECT_EQ(position(18s), 3);
  EXPECT_FALSE(it_.begin_buffering(bob, first, start + 19s)) << "it never said that it is ready";
  EXPECT_FALSE(it_.end_buffering(bob, first, start + 20s)) << "nobody waits for it";
  EXPECT_TRUE(it_.begin_buffering(bob, first, start + 21s));
  EXPECT_EQ(it_.next_expiry(), start + 36s);
}

TEST_F(player_suite, a_new_video_gives_everybody_time_to_buffer_anew) {
  playing();
  it_.begin_buffering(bob, first, start);
  it_.expire_buffering(start + 15s);
  it_.load(film(8), ann, start + 20s);
  EXPECT_TRUE(it_.begin_buffering(bob, first, start + 20s));
}

TEST_F(player_suite, the_connections_of_a_user_share_one_time_and_are_waited_for_together) {
  playing();
  it_.begin_buffering(bob, first, start);
  EXPECT_FALSE(it_.begin_buffering(bob, second, start + 5s));
  EXPECT_EQ(it_.next_expiry(), start + 15s);
  EXPECT_FALSE(it_.end_buffering(bob, first, start + 6s));
  EXPECT_TRUE(it_.end_buffering(bob, second, start + 7s));
  EXPECT_FALSE(it_.end_buffering(bob, second, start + 8s));
  EXPECT_FALSE(it_.end_buffering(ann, first, start + 8s));
}

// -- keeping -------------------------------------------------------------------------------

TEST_F(player_suite, comes_back_paused_where_it_stood_under_a_higher_version) {
  playing();
  it_.set_rate(1.5, bob, start + 2s);
  const player again(room_id{1}, it_.kept(start + 4s));
  const auto now = again.state(start + 1h);
  EXPECT_EQ(now.position_s, 5);
  EXPECT_EQ(now.rate, 1.5);
  EXPECT_EQ(now.watched, film());
  EXPECT_EQ(now.by, bob);
  EXPECT_FALSE(now.playing);
  EXPECT_EQ(now.version, 4);
}

TEST_F(player_suite, comes_back_at_the_beginning_where_its_video_is_gone) {
  playing();
  auto kept = it_.kept(start + 4s);
  kept.watched.reset();
  EXPECT_EQ(player(room_id{1}, kept).state(start).position_s, 0);
}

// -- anything ------------------------------------------------------------------------------

/// What the player should do, in the dullest way: time passes in milliseconds.
struct slow_player {
  bool playing = false;
  double rate = 1;
  double position = 0;
  std::map<connection_id, int> left; ///< milliseconds of each that buffers; two connections, two users

  void pass(int ms) {
    for (; ms > 0; --ms) {
      if (playing && std::none_of(left.begin(), left.end(), [](const auto& x) { return x.second > 0; }))
        position += rate / 1000;
      for (auto& x : left)
        --x.second;
    }
  }
};

RC_GTEST_PROP(player_properties, after_any_commands_it_stands_where_time_has_brought_it, ()) {
  player fast(room_id{1});
  slow_player slow;
  auto now = start;
  fast.load(film(), ann, now);
  auto version = fast.version();
  for (int round = *rc::gen::inRange(0, 40); round > 0; --round) {
    const int ms = *rc::gen::inRange(0, 4000);
    const auto at = static_cast<double>(*rc::gen::inRange(0, 1000));
    const auto who = *rc::gen::inRange(0, 2);
    const user_id user{2 + who};
    const connection_id where{11 + who};
    for (int i = 0; i < ms; ++i) { // its timer may fire at any moment from the due one on
      now += 1ms;
      if (fast.expire_buffering(now))
        ++version;
    }
    slow.pass(ms);
    switch (*rc::gen::inRange(0, 6)) {
    case 0:
      fast.play(at, user, now), ++version;
      slow.playing = true, slow.position = at;
      break;
    case 1:
      fast.pause(at, user, now), ++version;
      slow.playing = false, slow.position = at;
      break;
    case 2:
      fast.seek(at, user, now), ++version;
      slow.position = at;
      break;
    case 3:
      fast.set_rate(0.25 + at / 300, user, now), ++version;
      slow.rate = 0.25 + at / 300;
      break;
    case 4:
      version += fast.begin_buffering(user, where, now) ? 1 : 0;
      slow.left.try_emplace(where, 15'000);
      break;
    default:
      version += fast.end_buffering(user, where, now) ? 1 : 0;
      slow.left.erase(where);
    }
    const auto state = fast.state(now);
    RC_ASSERT(std::abs(state.position_s - slow.position) < 1e-6);
    RC_ASSERT(state.playing == slow.playing);
    RC_ASSERT(state.version == version);
    RC_ASSERT(std::is_sorted(state.waiting_for.begin(), state.waiting_for.end()));
    RC_ASSERT(std::ssize(state.waiting_for) ==
              std::count_if(slow.left.begin(), slow.left.end(), [](const auto& x) { return x.second > 0; }));
  }
}

} // namespace
} // namespace parley::test
