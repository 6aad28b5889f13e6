#include "net/http/uploads_desk.hpp"

#include <gtest/gtest.h>

namespace parley::net {
namespace {

TEST(upload_desk_suite, lets_one_hold_an_upload_at_a_time) {
  upload_desk desk;
  auto first = desk.take("a");
  ASSERT_TRUE(first);
  EXPECT_FALSE(desk.take("a"));
  EXPECT_TRUE(desk.take("b"));
  first.reset();
  EXPECT_TRUE(desk.take("a"));
}

TEST(upload_desk_suite, keeps_a_hold_that_was_moved) {
  upload_desk desk;
  auto first = desk.take("a");
  const auto moved = std::move(*first);
  first.reset();
  EXPECT_FALSE(desk.take("a"));
}

TEST(upload_desk_suite, remembers_what_became_of_the_latest) {
  upload_desk desk;
  for (int i = 0; i < 2000; ++i)
    desk.remember({std::to_string(i), user_id(1), video_id(i + 1), 10});
  EXPECT_FALSE(desk.find("0"));
  ASSERT_TRUE(desk.find("1999"));
  EXPECT_EQ(desk.find("1999")->made, video_id(2000));
}

} // namespace
} // namespace parley::net
