// The placement: one live actor a room, put away when nobody needs it.
#include "tests/support/small_node.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::test {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

class placement_suite : public ::testing::Test {
protected:
  placement_suite() {
    ann_ = node_.store.add_user("ann");
    bob_ = node_.store.add_user("bob");
    room_ = node_.store.add_room(ann_);
    node_.store.add_member(room_, bob_);
  }

  auto find(room_id room) { return node_.ask<room_actor>(node_.rooms, find_room{room}); }
  /// Up to the moment in which the idle room has been asked to end, and has not looked at it.
  void retiring() {
    find(room_);
    node_.settle();
    node_.hold(node_.live(room_));
    node_.advance(placement::idle_lifetime + placement::reap_interval);
    node_.hold(node_.rooms);
  }

  small_node node_;
  user_id ann_, bob_;
  room_id room_;
};

TEST_F(placement_suite, all_who_ask_at_once_get_the_same_actor) {
  auto one = find(room_);
  auto two = find(room_);
  node_.settle();
  auto three = find(room_);
  node_.settle();
  ASSERT_TRUE(one->value && two->value && three->value);
  EXPECT_EQ(*one->value, *two->value);
  EXPECT_EQ(*one->value, *three->value);
  EXPECT_EQ(node_.alive(room_), 1);
}

TEST_F(placement_suite, a_room_that_is_not_stored_is_not_found_and_may_come_later) {
  room_id next{room_.value + 1};
  auto out = find(next);
  node_.settle();
  EXPECT_EQ(out->refused, error_code::room_not_found);
  ASSERT_EQ(node_.store.add_room(ann_), next);
  out = find(next);
  node_.settle();
  EXPECT_TRUE(out->value);
}

TEST_F(placement_suite, an_idle_room_is_put_away_after_a_minute_and_not_before) {
  find(room_);
  node_.settle();
  node_.advance(45s);
  EXPECT_EQ(node_.alive(room_), 1);
  node_.advance(30s);
  EXPECT_EQ(node_.alive(room_), 0);
}

TEST_F(placement_suite, a_room_that_somebody_is_in_stays) {
  auto& ann = node_.inside(ann_, room_);
  node_.advance(10min);
  EXPECT_EQ(node_.alive(room_), 1);
  ann.breaks();
  node_.advance(45s);
  EXPECT_EQ(node_.alive(room_), 1);
  node_.advance(45s);
  EXPECT_EQ(node_.alive(room_), 0);
}

TEST_F(placement_suite, who_asks_while_a_room_ends_waits_and_gets_a_live_one) {
  retiring();
  auto out = find(room_);
  node_.release(node_.rooms);
  node_.settle();
  EXPECT_TRUE(out->pending());
  node_.release_all();
  node_.settle();
  ASSERT_TRUE(out->value);
  EXPECT_EQ(node_.alive(room_), 1);
  auto posted = node_.ask<submitted>(*out->value, submit_message{{ann_, "ann", {}}, {"x", {}, {}}});
  node_.settle();
  EXPECT_TRUE(posted->value);
}

TEST_F(placement_suite, a_room_that_is_busy_when_it_is_asked_to_end_goes_on_for_those_who_wait) {
  find(room_);
  node_.settle();
  auto room = node_.live(room_);
  node_.hold(node_.writer);
  auto posted = node_.ask<submitted>(room, submit_message{{ann_, "ann", {}}, {"x", {}, {}}});
  node_.settle();
  node_.hold(room);
  node_.advance(75s);
  auto out = find(room_);
  node_.settle();
  EXPECT_TRUE(out->pending());
  node_.release_all();
  node_.settle();
  ASSERT_TRUE(out->value);
  EXPECT_EQ(*out->value, room);
  EXPECT_EQ(posted->refused, error_code::rate_limited) << "it was told long before";
  EXPECT_EQ(node_.alive(room_), 1);
}

TEST_F(placement_suite, at_no_time_has_a_room_two_actors_and_whoever_joins_is_let_in) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 lot(seed);
    small_node node;
    node.store.committed = node_.store.committed;
    auto& ann = node.inside(ann_, room_);
    auto& bob = node.signed_in(bob_);
    ann.leaves(room_);
    node.settle();
    node.advance(59s + std::chrono::milliseconds(lot() % 2000));
    node.hold(node.rooms);
    node.advance(15s); // the placement's tick waits in its mailbox
    node.release_all();
    bob.joins(room_);
    ann.joins(room_);
    for (int i = 0; i < 100; ++i) {
      ASSERT_LE(node.alive(room_), 1);
      for (unsigned who = lot() % 5, tries = 0; tries < 5; ++tries, who = (who + 1) % 5)
        if (who == 0   ? node.step(bob.session)
            : who == 1 ? node.step(ann.session)
            : who == 2 ? node.step(node.rooms)
            : who == 3 ? node.step(node.reader)
                       : node.step(node.live(room_)))
          break;
    }
    node.settle_shuffled(lot);
    ASSERT_EQ(node.alive(room_), 1);
    ASSERT_EQ(bob.heard("room_joined").size(), 1U);
    ASSERT_EQ(node.active_users(room_), 2);
  }
}

TEST_F(placement_suite, who_joined_and_left_in_one_breath_finds_the_room_after_it_was_put_away) {
  auto& bob = node_.signed_in(bob_);
  bob.joins(room_);
  bob.leaves(room_);
  node_.settle();
  ASSERT_THAT(bob.types_heard(), ElementsAre("room_joined", "room_left"));
  node_.advance(90s);
  ASSERT_EQ(node_.alive(room_), 0);
  bob.forget();
  bob.joins(room_);
  node_.settle();
  EXPECT_THAT(bob.types_heard(), ElementsAre("room_joined"));
}

TEST_F(placement_suite, messages_go_on_from_the_last_id_after_a_room_was_put_away) {
  auto& ann = node_.inside(ann_, room_);
  ann.posts(room_, "x");
  ann.leaves(room_);
  node_.settle();
  node_.advance(90s);
  ASSERT_EQ(node_.alive(room_), 0);
  ann.forget();
  ann.joins(room_);
  node_.settle();
  EXPECT_EQ(ann.heard("room_joined").at(0)["last_message_id"], 1);
}

TEST_F(placement_suite, a_dissolved_room_is_not_found_any_more) {
  node_.inside(ann_, room_);
  node_.ask<finished>(node_.live(room_), dissolve_room{ann_});
  node_.settle();
  auto out = find(room_);
  node_.settle();
  EXPECT_EQ(out->refused, error_code::room_not_found);
  auto active = node_.ask<std::int64_t>(node_.rooms, get_rooms_active{});
  node_.settle();
  EXPECT_EQ(active->value, 0);
}

} // namespace
} // namespace parley::test
