#include "load/scenario/servers.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>

namespace parley::load {
namespace {

servers named(std::uint32_t count, std::uint32_t rooms) {
  std::vector<dial> all(count);
  for (std::uint32_t i = 0; i < count; ++i)
    all[i].name = std::to_string(i);
  return {std::move(all), rooms};
}

/// The fewest and the most connections that one of the servers has.
std::pair<std::uint32_t, std::uint32_t> extremes(const std::map<std::string, std::uint32_t>& of, std::uint32_t count) {
  const auto [low, high] = std::ranges::minmax_element(of, {}, [](const auto& each) { return each.second; });
  return {of.size() == count ? low->second : 0, high->second};
}

TEST(servers, take_connections_by_turns) {
  const servers three = named(3, 1);
  std::string order;
  for (std::uint32_t k = 0; k < 6; ++k)
    order += three.of(k).name;
  EXPECT_EQ(order, "012012");
}

TEST(servers, have_members_of_each_room_each_also_where_rooms_are_as_many) {
  const servers two = named(2, 2);
  EXPECT_NE(two.of(0).name, two.of(2).name) << "both are in room 1";
}

RC_GTEST_PROP(servers, have_equally_many_connections_of_all_and_of_each_room, ()) {
  const auto count = *rc::gen::inRange(1U, 9U);
  const auto rooms = *rc::gen::inRange(1U, 20U);
  const auto members = *rc::gen::inRange(1U, 20U);
  const servers all = named(count, rooms);
  std::map<std::string, std::uint32_t> in_all;
  std::vector<std::map<std::string, std::uint32_t>> in_room(rooms);
  for (std::uint32_t k = 0; k < rooms * members; ++k) {
    ++in_all[all.of(k).name];
    ++in_room[k % rooms][all.of(k).name];
  }
  in_room.push_back(in_all);
  for (const auto& each : in_room) {
    const auto [low, high] = extremes(each, count);
    RC_ASSERT(high - low <= 1U);
  }
}

TEST(servers, are_named_where_something_is_wrong_with_one) {
  dial to;
  EXPECT_EQ(said_of(to, "broken"), "broken");
  to.name = "ws://h";
  EXPECT_EQ(said_of(to, "broken"), "broken (ws://h)");
}

} // namespace
} // namespace parley::load
