// What of a request may stand in a log.
#include "net/http/access_log.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace parley::net {
namespace {

TEST(loggable_target, shows_values_that_are_no_secret_and_hides_all_others) {
  EXPECT_EQ(loggable_target("/users/"), "/users/");
  EXPECT_EQ(loggable_target("/users/?page=2&size=10"), "/users/?page=2&size=10");
  EXPECT_EQ(loggable_target("/ws?token=abc&lang=en"), "/ws?token=*&lang=en");
  EXPECT_EQ(loggable_target("/ws?access_token=abc&Token=abc&tok%65n=abc"), "/ws?access_token=*&Token=*&tok%65n=*");
  EXPECT_EQ(loggable_target("/videos/1/content?expires=1&signature=s"), "/videos/1/content?expires=*&signature=*");
  EXPECT_EQ(loggable_target("/x?abc"), "/x?*") << "a value without a name";
  EXPECT_EQ(loggable_target("/x?"), "/x");
  EXPECT_EQ(loggable_target("/x?token="), "/x?token=*");
  EXPECT_EQ(loggable_target("/x?page=1=abc&&page=2"), "/x?page=*&*&page=2");
  EXPECT_EQ(loggable_target("/x?page=1;token=abc"), "/x?page=*") << "one parameter, as it is for the routes";
}

TEST(loggable_target, is_one_line_of_printable_ascii_and_not_long) {
  EXPECT_EQ(loggable_target("/a b\"\\\n\x7f\xd0\xb6"), "/a\\x20b\\x22\\x5c\\x0a\\x7f\\xd0\\xb6");
  for (const auto& text : {std::string(10'000, 'a'), '/' + std::string(10'000, '\n'), "/?" + std::string(10'000, '&'),
                           "/?page=" + std::string(10'000, '1')})
    EXPECT_LE(loggable_target(text).size(), 512U);
  const auto shown = loggable_target("/\xff?page=\xff&\xff=\xff");
  EXPECT_TRUE(std::ranges::all_of(shown, [](char c) { return c > ' ' && c <= '~'; })) << shown;
}

} // namespace
} // namespace parley::net
