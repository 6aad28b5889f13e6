// What users may do in one room, as far as the room knows it.
#include "actors/room/rights.hpp"

#include <gtest/gtest.h>

#include <set>

namespace parley::test {
namespace {

using std::chrono::minutes;

class rights_suite : public ::testing::Test {
protected:
  static membership member(user_id user, std::optional<timestamp> muted_until = {}) {
    return {user, member_role::member, muted_until, {}, {}};
  }

  timestamp wall_{minutes(1'000'000)};
  moment steady_{minutes(5)};
  const time_source now_{[this] { return wall_; }, [this] { return steady_; }};
  std::set<user_id> needed_;
  rights all_{now_, [this](user_id user) { return needed_.contains(user); }, std::nullopt};

  const user_id ann_{2};
  const user_id bob_{3};
};

TEST_F(rights_suite, knows_nobody_at_first_but_guests) {
  EXPECT_EQ(all_.find(ann_), nullptr);
  EXPECT_TRUE(all_.guests().who);
  EXPECT_FALSE(all_.guests().who->muted_until);
}

TEST_F(rights_suite, what_was_learned_last_is_true) {
  all_.learn(ann_, member(ann_));
  ASSERT_NE(all_.find(ann_), nullptr);
  EXPECT_TRUE(all_.find(ann_)->who);
  all_.learn(ann_, std::nullopt, true);
  EXPECT_FALSE(all_.find(ann_)->who);
  EXPECT_TRUE(all_.find(ann_)->banned);
  all_.learn(ann_, std::nullopt);
  EXPECT_FALSE(all_.find(ann_)->banned);
}

TEST_F(rights_suite, a_mute_counts_down_though_the_wall_clock_is_set) {
  all_.learn(ann_, member(ann_, wall_ + minutes(10)));
  const auto known_at = wall_;
  steady_ += minutes(3);
  wall_ -= minutes(60);
  EXPECT_EQ(all_.mute_clock(ann_), known_at + minutes(3));
}

TEST_F(rights_suite, a_mute_that_is_learned_again_goes_on_and_another_one_begins_anew) {
  const auto until = wall_ + minutes(10);
  all_.learn(ann_, member(ann_, until));
  const auto known_at = wall_;
  steady_ += minutes(3);
  wall_ += minutes(60);
  all_.learn(ann_, member(ann_, until));
  EXPECT_EQ(all_.mute_clock(ann_), known_at + minutes(3));
  all_.learn(ann_, member(ann_, until + minutes(1)));
  EXPECT_EQ(all_.mute_clock(ann_), wall_);
}

TEST_F(rights_suite, who_is_not_remembered_is_compared_with_the_wall_clock) {
  EXPECT_EQ(all_.mute_clock(bob_), wall_);
}

TEST_F(rights_suite, guests_are_muted_together) {
  const auto until = wall_ + minutes(10);
  all_.learn_guests(member(anonymous_user, until));
  steady_ += minutes(2);
  EXPECT_EQ(all_.guests().who->muted_until, until);
  EXPECT_EQ(all_.mute_clock(all_.guests()), wall_ + minutes(2));
}

TEST_F(rights_suite, when_there_are_too_many_those_who_are_needed_stay) {
  needed_ = {ann_};
  all_.learn(ann_, member(ann_));
  for (std::int64_t i = 1; i < static_cast<std::int64_t>(rights::limit); ++i)
    all_.learn(user_id{100 + i}, std::nullopt);
  EXPECT_NE(all_.find(user_id{101}), nullptr);
  all_.learn(bob_, member(bob_));
  EXPECT_EQ(all_.find(user_id{101}), nullptr);
  EXPECT_NE(all_.find(ann_), nullptr);
  EXPECT_NE(all_.find(bob_), nullptr);
}

} // namespace
} // namespace parley::test
