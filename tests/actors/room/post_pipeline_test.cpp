// Messages of one room that are being committed.
#include "actors/room/post_pipeline.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using pipeline = post_pipeline<std::string>;

moment waits_until(std::int64_t second) {
  return moment{std::chrono::seconds(second)};
}

class post_pipeline_suite : public ::testing::Test {
protected:
  std::uint64_t add(std::string asker, moment until = waits_until(100)) {
    return all_.add(
      {.sender = user_id{2}, .client_msg_id = {}, .asker = std::move(asker), .accepted = {}, .until = until});
  }
  /// Who is told at `now` that it takes too long.
  std::vector<std::string> told(moment now) {
    std::vector<std::string> out;
    next_ = all_.expire(now, [&](const std::string& asker) { out.push_back(asker); });
    return out;
  }

  pipeline all_;
  moment next_{};
};

TEST_F(post_pipeline_suite, tickets_rise) {
  EXPECT_EQ(all_.oldest(), std::nullopt);
  const auto next = all_.next_ticket();
  EXPECT_EQ(add("ann"), next);
  EXPECT_EQ(add("bob"), next + 1);
  EXPECT_EQ(all_.next_ticket(), next + 2);
  EXPECT_EQ(all_.oldest(), next);
}

TEST_F(post_pipeline_suite, a_post_is_taken_out_once_in_any_order) {
  const auto first = add("ann");
  const auto second = add("bob");
  const auto landed = all_.take(second);
  ASSERT_TRUE(landed);
  EXPECT_EQ(landed->ticket, second);
  EXPECT_EQ(landed->asker, "bob");
  EXPECT_FALSE(all_.take(second));
  EXPECT_EQ(all_.oldest(), first);
  EXPECT_TRUE(all_.take(first));
  EXPECT_TRUE(all_.empty());
}

TEST_F(post_pipeline_suite, is_full_at_its_limit) {
  for (std::size_t i = 1; i < pipeline::limit; ++i)
    add("ann");
  EXPECT_FALSE(all_.is_full());
  add("ann");
  EXPECT_TRUE(all_.is_full());
  all_.take(*all_.oldest());
  EXPECT_FALSE(all_.is_full());
}

TEST_F(post_pipeline_suite, who_waits_too_long_is_told_once_and_its_post_stays) {
  const auto late = add("ann", waits_until(10));
  add("bob", waits_until(20));
  EXPECT_THAT(told(waits_until(9)), IsEmpty());
  EXPECT_EQ(next_, waits_until(10));
  EXPECT_THAT(told(waits_until(10)), ElementsAre("ann"));
  EXPECT_EQ(next_, waits_until(20));
  EXPECT_THAT(told(waits_until(15)), IsEmpty());
  const auto landed = all_.take(late);
  ASSERT_TRUE(landed) << "it may be committed still";
  EXPECT_FALSE(landed->asker);
  EXPECT_THAT(told(waits_until(30)), ElementsAre("bob"));
  EXPECT_EQ(next_, moment::max());
}

} // namespace
} // namespace parley::test
