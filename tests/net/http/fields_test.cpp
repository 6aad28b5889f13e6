#include "net/http/fields.hpp"

#include <gtest/gtest.h>

namespace parley::net {
namespace {

TEST(fields, a_list_holds_its_tokens_whatever_their_case_and_space) {
  EXPECT_TRUE(list_holds("keep-alive, Upgrade", "upgrade"));
  EXPECT_TRUE(list_holds("Upgrade", "upgrade"));
  EXPECT_TRUE(list_holds(" \tupgrade\t ,x", "upgrade"));
}

TEST(fields, a_list_does_not_hold_a_part_of_a_token) {
  EXPECT_FALSE(list_holds("upgraded, no-upgrade", "upgrade"));
  EXPECT_FALSE(list_holds("", "upgrade"));
}

TEST(fields, bearer_credentials_are_found_behind_their_scheme_only) {
  EXPECT_EQ(bearer_of("Bearer abc.def"), "abc.def");
  EXPECT_EQ(bearer_of("bearer   abc "), "abc");
  EXPECT_EQ(bearer_of("Bearer"), "");
  EXPECT_EQ(bearer_of("Basic abc"), std::nullopt);
  EXPECT_EQ(bearer_of("Bearerabc"), std::nullopt);
  EXPECT_EQ(bearer_of(""), std::nullopt);
}

} // namespace
} // namespace parley::net
