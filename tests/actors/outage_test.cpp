// How often an outage of the disk is worth a line in the log.
#include "actors/outage.hpp"

#include <gtest/gtest.h>

namespace parley {
namespace {

using namespace std::chrono_literals;

constexpr outage::time_point noon{1h};

TEST(outage, the_first_failure_is_logged_and_those_right_behind_it_are_not) {
  outage disk;
  EXPECT_TRUE(disk.fail(1, "full", noon));
  for (int i = 0; i < 1000; ++i)
    EXPECT_FALSE(disk.fail(1, "full", noon + 1ms * i));
}

TEST(outage, one_that_lasts_is_logged_again_and_again) {
  outage disk;
  int lines = 0;
  for (int second = 0; second < 60; ++second)
    lines += disk.fail(1, "full", noon + 1s * second) ? 1 : 0;
  EXPECT_EQ(lines, 60s / outage::line_pause);
}

TEST(outage, the_next_one_is_logged_at_once) {
  outage disk;
  EXPECT_TRUE(disk.fail(1, "full", noon));
  disk.end(noon + 1s);
  EXPECT_TRUE(disk.fail(1, "full", noon + 2s));
}

} // namespace
} // namespace parley
