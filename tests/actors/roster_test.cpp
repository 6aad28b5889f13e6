// What a room keeps of its members: who is here and has read what, as long as they are few.
#include "protocol/limits.hpp"
#include "tests/support/small_node.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::test {
namespace {

class roster_suite : public ::testing::Test {
protected:
  roster_suite() {
    ann_ = node_.store.add_user("ann");
    bob_ = node_.store.add_user("bob");
    room_ = node_.store.add_room(ann_, {.join = join_policy::open});
    first_ = node_.store.add_message(room_, ann_, "one");
    second_ = node_.store.add_message(room_, ann_, "two");
  }

  /// Fills the room up to so many members; Ann is one of them, Bob none.
  void fill(std::int64_t members) {
    for (auto i = node_.store.committed.rooms.at(room_).members; i < members; ++i)
      node_.store.add_member(room_, last_ = node_.store.add_user("user" + std::to_string(i)));
  }
  void stored_mark(user_id user, message_id id) { node_.store.committed.read_marks[{room_, user}] = id; }
  json joined_as(user_id user) {
    auto& who = node_.signed_in(user);
    who.joins(room_);
    node_.settle();
    auto out = who.heard("room_joined").at(0);
    who.breaks();
    node_.settle();
    return out;
  }
  json mark(user_id user, message_id id) const { return {{"user_id", user.value}, {"last_read_id", id.value}}; }
  template <class T, class Order>
  void ask(Order order) {
    const auto out = node_.ask<T>(node_.live(room_), std::move(order));
    node_.settle();
    EXPECT_TRUE(out->value);
  }

  small_node node_;
  user_id ann_, bob_, last_;
  room_id room_;
  message_id first_, second_;
};

TEST_F(roster_suite, a_room_knows_the_marks_that_were_stored_before_it_was_live) {
  fill(3);
  stored_mark(ann_, second_);
  stored_mark(bob_, first_); // who was a member once
  EXPECT_EQ(joined_as(ann_)["reads"], json::array({mark(ann_, second_)}));
}

TEST_F(roster_suite, who_comes_back_has_read_what_it_had_read_and_who_left_is_not_told_of) {
  stored_mark(bob_, first_);
  joined_as(bob_);
  EXPECT_EQ(joined_as(ann_)["reads"], json::array({mark(bob_, first_)}));
  ask<finished>(remove_member{bob_, bob_, false});
  EXPECT_EQ(joined_as(ann_)["reads"], json::array());
}

TEST_F(roster_suite, two_hundred_members_are_told_of_and_one_more_is_too_many) {
  fill(limits::told_members_max);
  stored_mark(last_, second_);
  const auto before = joined_as(ann_);
  EXPECT_EQ(before["reads"], json::array({mark(last_, second_)}));
  EXPECT_EQ(before["online"], json::array({ann_.value}));
  joined_as(bob_);
  const auto after = joined_as(ann_);
  EXPECT_TRUE(after["reads"].is_null());
  EXPECT_TRUE(after["online"].is_null());
}

TEST_F(roster_suite, a_room_that_has_few_members_again_knows_what_they_read_meanwhile) {
  fill(limits::told_members_max + 1);
  stored_mark(ann_, first_);
  EXPECT_TRUE(joined_as(ann_)["reads"].is_null());
  ask<read_mark>(mark_read{ann_, second_});
  ask<finished>(remove_member{ann_, last_, false});
  EXPECT_EQ(joined_as(ann_)["reads"], json::array({mark(ann_, second_)}));
}

TEST_F(roster_suite, guests_are_one_who_is_here) {
  node_.store.committed.rooms.at(room_).config.allow_guests = true;
  node_.connect_chat(std::to_string(room_.value), std::nullopt, "red");
  node_.connect_chat(std::to_string(room_.value), std::nullopt, "blue");
  node_.settle();
  EXPECT_EQ(joined_as(ann_)["online"], json::array({anonymous_user.value, ann_.value}));
}

} // namespace
} // namespace parley::test
