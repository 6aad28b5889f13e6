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

} // namespace
} // namespace parley::net
