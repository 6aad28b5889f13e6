#include "load/scenario/storm_rounds.hpp"
#include "load/scenario/storm_seats.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace parley::load {
namespace {

constexpr plan a_plan{.start = 0, .measure_from = 1000, .measure_to = 5000, .drain_to = 9000};

TEST(storm_rounds, follow_a_calm_of_their_own_length) {
  storm_rounds rounds(3);
  rounds.begin(a_plan);
  EXPECT_EQ(rounds.next(), 2000);
  rounds.drop(1);
  EXPECT_EQ(rounds.next(), 3000);
  rounds.back(2100);
  rounds.drop(1);
  rounds.back(3100);
  EXPECT_EQ(rounds.next(), 4000);
  rounds.drop(1);
  EXPECT_EQ(rounds.next(), never);
  EXPECT_EQ(rounds.begun(), 3U);
}

TEST(storm_rounds, end_when_the_last_one_is_back) {
  storm_rounds rounds(1);
  rounds.begin(a_plan);
  EXPECT_TRUE(rounds.calm_at(4000)) << "nothing happened so far";
  rounds.drop(2);
  EXPECT_EQ(rounds.back(3100), 0);
  EXPECT_TRUE(rounds.storms_at(4500)) << "it goes on";
  EXPECT_EQ(rounds.away(), 1U);
  EXPECT_EQ(rounds.back(3700), 700);
  EXPECT_FALSE(rounds.storms_at(2999));
  EXPECT_TRUE(rounds.storms_at(3000));
  EXPECT_TRUE(rounds.storms_at(3699));
  EXPECT_FALSE(rounds.storms_at(3700));
  EXPECT_TRUE(rounds.calm_at(2999));
  EXPECT_FALSE(rounds.calm_at(3800)) << "calm is before the first drop";
}

TEST(storm_rounds, take_those_who_are_late_into_the_next_one) {
  storm_rounds rounds(2);
  rounds.begin({.start = 0, .measure_from = 0, .measure_to = 3000, .drain_to = 4000});
  rounds.drop(2);
  rounds.back(1500);
  rounds.drop(1);
  EXPECT_EQ(rounds.away(), 2U);
  EXPECT_EQ(rounds.back(2300), 0);
  EXPECT_EQ(rounds.back(2400), 400);
}

TEST(storm_rounds, are_over_at_once_where_nobody_drops) {
  storm_rounds rounds(1);
  rounds.begin(a_plan);
  rounds.drop(0);
  EXPECT_EQ(rounds.away(), 0U);
  EXPECT_FALSE(rounds.storms_at(3001));
}

TEST(storm_seats, give_each_room_a_speaker_and_its_share_of_those_who_drop) {
  const storm_options options{.connections = 7, .rooms = 3, .bystander_rooms = 2, .bystander_members = 4};
  std::map<std::uint32_t, std::map<storm_role, int>> rooms;
  std::set<std::uint32_t> numbers;
  for (std::uint32_t index = 0; index < 2; ++index)
    for (const storm_seat& each : storm_seats(options, {index, 2})) {
      ++rooms[each.room][each.role];
      EXPECT_EQ(each.number % 5 + 1, each.room) << "as the fixtures have it";
      EXPECT_LT(each.number, 5 * largest_room(options));
      EXPECT_TRUE(numbers.insert(each.number).second);
    }
  using count = std::map<storm_role, int>;
  EXPECT_EQ(rooms[1], (count{{storm_role::speaker, 1}, {storm_role::dropper, 3}}));
  EXPECT_EQ(rooms[2], (count{{storm_role::speaker, 1}, {storm_role::dropper, 2}}));
  EXPECT_EQ(rooms[3], (count{{storm_role::speaker, 1}, {storm_role::dropper, 2}}));
  EXPECT_EQ(rooms[4], (count{{storm_role::bystander, 4}}));
  EXPECT_EQ(rooms[5], (count{{storm_role::bystander, 4}}));
  EXPECT_EQ(largest_room(options), 4U);
}

} // namespace
} // namespace parley::load
