#include "load/scenario/playback.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace parley::load {
namespace {

constexpr std::string_view change_frame =
  R"({"type":"sync_state","payload":{"room_id":3,"version":41,"video":{"id":9,"room_id":3,"title":"a \"version\":7 film"},)"
  R"("state":"playing","position_s":12.5,"rate":0.5,"server_time_ms":1700000000123,"by":2,"waiting_for":[]},"id":5})";

TEST(playback_state, is_read_from_a_sync_state) {
  const auto read = read_playback(change_frame);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->version, 41U);
  EXPECT_TRUE(read->playing);
  EXPECT_EQ(read->position_s, 12.5);
  EXPECT_EQ(read->rate, 0.5);
  EXPECT_EQ(read->server_time_ms, 1700000000123.0);
}

TEST(playback_state, is_none_where_a_member_is_missing) {
  for (const std::string_view key : {"version", "state", "position_s", "rate", "server_time_ms"}) {
    std::string cut(change_frame);
    for (std::size_t at = cut.find("\"" + std::string(key) + "\":"); at != std::string::npos;
         at = cut.find("\"" + std::string(key) + "\":"))
      cut.replace(at + 1, 1, "_");
    EXPECT_FALSE(read_playback(cut)) << key;
  }
}

TEST(playback_state, moves_with_its_rate_while_it_plays_alone) {
  const playback playing{1, true, 10, 2, 1000};
  EXPECT_DOUBLE_EQ(playing.position_at(1500), 11);
  const playback paused{1, false, 10, 2, 1000};
  EXPECT_DOUBLE_EQ(paused.position_at(1500), 10);
}

TEST(clock_answer_text, is_read_with_the_fraction_of_its_client) {
  const auto read = read_clock_answer(R"({"type":"clock_pong","payload":{"t0":12345.678901,"t1": 7000,"t2":7001}})");
  ASSERT_TRUE(read);
  EXPECT_DOUBLE_EQ(read->t0_ms, 12345.678901);
  EXPECT_DOUBLE_EQ(read->t1_ms, 7000);
  EXPECT_DOUBLE_EQ(read->t2_ms, 7001);
  EXPECT_FALSE(read_clock_answer(R"({"type":"clock_pong","payload":{"t0":1,"t1":2}})"));
  EXPECT_FALSE(read_clock_answer(R"({"t0":"1","t1":2,"t2":3})"));
}

TEST(clock_offset, is_unknown_before_the_first_answer) {
  EXPECT_FALSE(clock_estimate().offset_ms());
}

TEST(clock_offset, is_that_of_the_shortest_way_among_the_latest) {
  clock_estimate clock;
  clock.note({0, 102, 102}, 4); // both ways 2 ms: 100 ahead
  clock.note({10, 130, 130}, 31);
  EXPECT_DOUBLE_EQ(clock.offset_ms().value(), 100);
  for (int i = 0; i < static_cast<int>(clock_estimate::kept); ++i)
    clock.note({100, 215, 215}, 110); // both ways 5 ms by then: 110 ahead
  EXPECT_DOUBLE_EQ(clock.offset_ms().value(), 110) << "the older, shorter one is forgotten";
}

RC_GTEST_PROP(clock_offset, is_wrong_by_half_of_the_shortest_way_at_most, ()) {
  const auto real = static_cast<double>(*rc::gen::inRange(-1'000'000, 1'000'000));
  const auto ways = *rc::gen::nonEmpty(rc::gen::container<std::vector<std::pair<int, int>>>(
    rc::gen::pair(rc::gen::inRange(0, 500), rc::gen::inRange(0, 500))));
  clock_estimate clock;
  double now = 0;
  std::vector<double> round_trips;
  for (const auto& [there, back] : ways) {
    const double sent = now += 1000;
    const double received = sent + there + back + 3;
    clock.note({sent, sent + there + real, sent + there + 3 + real}, received);
    round_trips.push_back(there + back);
  }
  const std::size_t latest = std::min(round_trips.size(), clock_estimate::kept);
  const double shortest = *std::min_element(round_trips.end() - static_cast<std::ptrdiff_t>(latest), round_trips.end());
  RC_ASSERT(std::abs(clock.offset_ms().value() - real) <= shortest / 2 + 1e-6);
}

TEST(steering_cycle, loads_plays_seeks_and_pauses_in_turn) {
  std::string text;
  steering(0).append_to(text, 0, 3, 9);
  EXPECT_EQ(text, R"({"type":"sync_load","id":0,"payload":{"room_id":3,"video_id":9}})");
  text.clear();
  steering(5).append_to(text, 5, 3, 9);
  EXPECT_EQ(text, R"({"type":"sync_play","id":5,"payload":{"room_id":3,"position_s":6}})");
  EXPECT_EQ(steering(6).type, "sync_seek");
  EXPECT_EQ(steering(7).type, "sync_pause");
  EXPECT_EQ(steering(8).type, "sync_load");
}

TEST(steering_cycle, knows_the_state_that_it_led_to) {
  EXPECT_TRUE(steering(0).leads_to({1, false, 0, 1, 0}));
  EXPECT_FALSE(steering(0).leads_to({1, true, 0, 1, 0})) << "it plays";
  EXPECT_TRUE(steering(5).leads_to({1, true, 6, 1, 0}));
  EXPECT_TRUE(steering(5).leads_to({1, true, 6.004, 1, 0})) << "it ran while the answer was written";
  EXPECT_FALSE(steering(5).leads_to({1, true, 5, 1, 0})) << "that is another change's";
  EXPECT_FALSE(steering(5).leads_to({1, false, 6, 1, 0})) << "it stands";
  EXPECT_FALSE(steering(7).leads_to({1, false, 8.004, 1, 0})) << "what is paused stands where it was told to";
}

} // namespace
} // namespace parley::load
