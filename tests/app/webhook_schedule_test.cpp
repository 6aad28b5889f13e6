// When a webhook is tried again, by a clock of the test's own.
#include "app/webhook_schedule.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace parley::app {
namespace {

using namespace std::chrono_literals;

constexpr timestamp noon{std::chrono::milliseconds{1'800'000'000'000}};

TEST(a_webhook_schedule, goes_on_for_a_day_with_growing_pauses) {
  const webhook_schedule schedule;
  std::vector<std::chrono::milliseconds> pauses;
  auto now = noon;
  std::int64_t failures = 0;
  while (const auto next = schedule.next(noon, failures++, now)) {
    pauses.push_back(*next - now);
    now = *next;
  }
  EXPECT_EQ(pauses, (std::vector<std::chrono::milliseconds>{5s, 5min, 30min, 2h, 5h, 10h, 6h + 24min + 55s}));
  EXPECT_EQ(now - noon, 24h) << "the last attempt";
}

TEST(a_webhook_schedule, gives_up_what_is_too_old_at_its_first_failure) {
  const webhook_schedule schedule;
  EXPECT_FALSE(schedule.next(noon, 0, noon + 24h));
  EXPECT_FALSE(schedule.next(noon, 0, noon + 1000h));
  EXPECT_EQ(schedule.next(noon, 0, noon + 24h - 1ms), noon + 24h);
}

TEST(a_webhook_schedule, has_pauses_in_proportion_to_the_first) {
  const webhook_schedule schedule{.first_pause = 10ms, .give_up_after = 1h};
  EXPECT_EQ(schedule.next(noon, 0, noon), noon + 10ms);
  EXPECT_EQ(schedule.next(noon, 1, noon), noon + 600ms);
  EXPECT_EQ(schedule.next(noon, 5, noon), noon + 72s);
  EXPECT_EQ(schedule.next(noon, 500, noon), noon + 72s);
}

} // namespace
} // namespace parley::app
