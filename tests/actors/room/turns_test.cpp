// What users ask of a room: one thing after another for each of them.
#include "tests/support/plain_room.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class turns_suite : public ::testing::Test {
protected:
  /// Asks for the user's right, and writes down `word` and what it is.
  void ask_right(user_id user, const std::string& word) {
    turns_.with_right(
      user, turns_.answer_due(),
      [this, word](const right& access) {
        heard_.push_back(word + (access.banned ? " banned" : access.who ? " member" : " stranger"));
      },
      [this, word](error_code why) { heard_.push_back(word + ' ' + std::string(name(why))); });
  }
  /// Has a change decided that succeeds, or not.
  void order(user_id user, const std::string& word, error_code verdict = error_code::none) {
    auto step = [verdict](storage::writer&) -> storage::result<int> {
      if (verdict != error_code::none)
        return tl::unexpected(verdict);
      return 1;
    };
    completion<int> out = [this, word](tl::expected<int, error_code> x) {
      heard_.push_back(word + ' ' + (x ? "done" : std::string(name(x.error()))));
    };
    turns_.decide(user, out, step, [out](int x) { out(x); });
  }
  void settle_reads() {
    while (!room_.port.reads.empty())
      recording_room_port::settle(room_.port.reads);
  }
  void settle_writes() {
    while (!room_.port.writes.empty())
      recording_room_port::settle(room_.port.writes);
  }

  plain_room room_;
  user_turns& turns_ = room_.core.turns;
  std::vector<std::string> heard_;
};

TEST_F(turns_suite, a_right_is_read_once) {
  ask_right(room_.ann, "first");
  ask_right(room_.ann, "second");
  EXPECT_EQ(room_.port.reads.size(), 1U);
  EXPECT_THAT(heard_, IsEmpty());
  settle_reads();
  EXPECT_THAT(heard_, ElementsAre("first member", "second member"));
  ask_right(room_.ann, "third");
  EXPECT_THAT(room_.port.reads, IsEmpty());
  EXPECT_THAT(heard_, ElementsAre("first member", "second member", "third member"));
}

TEST_F(turns_suite, what_a_change_left_counts_more_than_a_read_from_before_it) {
  ask_right(room_.ann, "right");
  room_.core.known.learn(room_.ann, std::nullopt, true);
  settle_reads();
  EXPECT_THAT(heard_, ElementsAre("right banned"));
}

TEST_F(turns_suite, nobody_waits_for_another_user) {
  ask_right(room_.ann, "ann");
  ask_right(room_.bob, "bob");
  EXPECT_EQ(room_.port.reads.size(), 2U);
  room_.port.reads.back().settle();
  EXPECT_THAT(heard_, ElementsAre("bob stranger"));
}

TEST_F(turns_suite, a_change_holds_its_users_lane_until_it_is_committed) {
  order(room_.ann, "first");
  order(room_.ann, "second");
  EXPECT_EQ(room_.port.writes.size(), 1U);
  EXPECT_FALSE(turns_.empty());
  settle_writes();
  EXPECT_THAT(heard_, ElementsAre("first done", "second done"));
  EXPECT_TRUE(turns_.empty());
}

TEST_F(turns_suite, a_change_that_is_refused_answers_why_and_lets_the_next_one_go_on) {
  order(room_.ann, "first", error_code::owner_only);
  order(room_.ann, "second");
  settle_writes();
  EXPECT_THAT(heard_, ElementsAre("first owner_only", "second done"));
}

TEST_F(turns_suite, a_database_that_fails_is_answered_as_well) {
  order(room_.ann, "first");
  ask_right(room_.bob, "second");
  room_.port.writes.front().fail(error_code::internal);
  room_.port.reads.front().fail(error_code::rate_limited);
  EXPECT_THAT(heard_, ElementsAre("first internal", "second rate_limited"));
  EXPECT_TRUE(turns_.empty());
}

TEST_F(turns_suite, what_waits_for_too_long_is_refused) {
  order(room_.ann, "first");
  order(room_.ann, "second");
  const auto due = turns_.answer_due();
  EXPECT_EQ(room_.port.next_tick, due);
  EXPECT_EQ(turns_.expire(), due);
  room_.now = due;
  turns_.expire();
  EXPECT_THAT(heard_, ElementsAre("second rate_limited"));
  settle_writes();
  EXPECT_THAT(heard_, ElementsAre("second rate_limited", "first done"));
}

TEST_F(turns_suite, a_dissolved_room_changes_no_more) {
  room_.core.row.is_dissolved = true;
  order(room_.ann, "late");
  EXPECT_THAT(heard_, ElementsAre("late room_not_found"));
  EXPECT_THAT(room_.port.writes, IsEmpty());
}

} // namespace
} // namespace parley::test
