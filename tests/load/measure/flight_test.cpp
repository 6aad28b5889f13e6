#include "load/measure/flight.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

namespace parley::load {
namespace {

TEST(flight, a_message_is_complete_with_its_last_copy) {
  flight f;
  EXPECT_EQ(f.start(2, 5), 0U);
  EXPECT_EQ(f.start(1, 6), 1U);
  EXPECT_EQ(f.arrived(0, 10), nullptr);
  EXPECT_NE(f.arrived(1, 11), nullptr);
  EXPECT_EQ(f.open(), 1U);
  EXPECT_EQ(f.begin(), 0U);
  const flight::message* last = f.arrived(0, 30);
  ASSERT_NE(last, nullptr);
  EXPECT_EQ(last->due_ns, 5);
  EXPECT_EQ(last->first_ns, 10);
  EXPECT_EQ(f.begin(), 2U);
  EXPECT_EQ(f.arrived(0, 31), nullptr) << "a copy too many";
  EXPECT_EQ(f.arrived(2, 31), nullptr) << "never sent";
}

TEST(flight, a_copy_that_will_never_come_completes_a_message_but_is_no_first_one) {
  flight f;
  f.start(2, 5);
  EXPECT_EQ(f.missed(0), nullptr);
  EXPECT_EQ(f.find(0)->first_ns, -1);
  ASSERT_NE(f.arrived(0, 9), nullptr);
}

TEST(flight, members_who_are_told_different_ids_do_not_agree) {
  flight f;
  f.start(4, 0);
  EXPECT_TRUE(f.agrees(0, 7));
  EXPECT_TRUE(f.agrees(0, 7));
  EXPECT_FALSE(f.agrees(0, 8));
  EXPECT_TRUE(f.agrees(0, 0)) << "none was told";
  EXPECT_TRUE(f.agrees(1, 8)) << "never sent";
}

TEST(flight, holds_more_than_its_first_ring_while_the_oldest_is_stuck) {
  flight f;
  for (std::uint32_t i = 0; i < 1000; ++i)
    ASSERT_EQ(f.start(1, i), i);
  for (std::uint32_t i = 999; i > 0; --i)
    ASSERT_EQ(f.arrived(i, 0)->due_ns, i);
  EXPECT_EQ(f.begin(), 0U);
  EXPECT_EQ(f.open(), 1U);
  EXPECT_NE(f.arrived(0, 0), nullptr);
  EXPECT_EQ(f.begin(), 1000U);
}

TEST(arrival_log, tells_late_from_doubled) {
  arrival_log log(2);
  EXPECT_EQ(log.note(0, 0), arrival::fresh);
  EXPECT_EQ(log.note(0, 3), arrival::fresh);
  EXPECT_EQ(log.note(0, 1), arrival::late);
  EXPECT_EQ(log.note(0, 1), arrival::doubled);
  EXPECT_EQ(log.note(0, 3), arrival::doubled);
  EXPECT_EQ(log.note(1, 0), arrival::fresh) << "streams do not touch each other";
  EXPECT_TRUE(log.has(0, 1));
  EXPECT_FALSE(log.has(0, 2));
  EXPECT_FALSE(log.has(0, 4));
}

RC_GTEST_PROP(arrival_log, each_number_is_new_exactly_once, ()) {
  const auto numbers = *rc::gen::container<std::vector<std::uint32_t>>(rc::gen::inRange<std::uint32_t>(0, 30));
  arrival_log log(1);
  std::set<std::uint32_t> seen;
  for (const std::uint32_t number : numbers) {
    const bool greatest = seen.empty() || number > *seen.rbegin();
    const bool is_new = seen.insert(number).second;
    RC_ASSERT(log.note(0, number) == (!is_new ? arrival::doubled : greatest ? arrival::fresh : arrival::late));
  }
}

} // namespace
} // namespace parley::load
