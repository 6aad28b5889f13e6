#include "load/scenario/deed_mix.hpp"

#include <gtest/gtest.h>

#include <map>

namespace parley::load {
namespace {

TEST(deed_mix, draws_each_deed_as_often_as_it_weighs) {
  const auto mix = deed_mix::parse("text=7,leave=2,reconnect=1");
  ASSERT_TRUE(mix);
  std::map<deed, int> drawn;
  for (std::uint64_t i = 0; i < 100; ++i)
    ++drawn[mix->draw(i)];
  EXPECT_EQ(drawn, (std::map<deed, int>{{deed::text, 70}, {deed::leave, 20}, {deed::reconnect, 10}}));
}

TEST(deed_mix, leaves_out_what_is_removed) {
  auto mix = deed_mix::parse("text=1,history=1");
  ASSERT_TRUE(mix);
  EXPECT_TRUE(mix->has(deed::history));
  mix->remove(deed::history);
  EXPECT_FALSE(mix->has(deed::history));
  for (std::uint64_t i = 0; i < 10; ++i)
    EXPECT_EQ(mix->draw(i), deed::text);
  mix->remove(deed::text);
  EXPECT_TRUE(mix->empty());
}

TEST(deed_mix, names_the_part_that_it_cannot_read) {
  const auto fault_of = [](std::string_view text) { return deed_mix::parse(text).error(); };
  EXPECT_EQ(fault_of("text=1,sing=2"), "'sing=2' is none of text, typing, history, leave, reconnect");
  EXPECT_EQ(fault_of("text=many"), "'text=many' must have a whole number up to 1000000, as text=70");
  EXPECT_EQ(fault_of("text"), "'text' must have a whole number up to 1000000, as text=70");
  EXPECT_EQ(fault_of("text=1.5"), "'text=1.5' must have a whole number up to 1000000, as text=70");
  EXPECT_EQ(fault_of("text=-1"), "'text=-1' must have a whole number up to 1000000, as text=70");
  EXPECT_EQ(fault_of("text=1000001"), "'text=1000001' must have a whole number up to 1000000, as text=70");
  EXPECT_EQ(fault_of(",text=1"), "'' is none of text, typing, history, leave, reconnect");
  EXPECT_EQ(fault_of("text=0"), "nothing has a weight");
  EXPECT_EQ(fault_of(""), "nothing has a weight");
}

} // namespace
} // namespace parley::load
