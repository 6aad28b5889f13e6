// Who is in a room: races of joining and leaving, presence, and the stored `is_active`.
#include "tests/support/small_node.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

namespace parley::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class presence_suite : public ::testing::Test {
protected:
  presence_suite() {
    ann_ = node_.store.add_user("ann");
    bob_ = node_.store.add_user("bob");
    room_ = node_.store.add_room(ann_);
    node_.store.add_member(room_, bob_);
  }

  std::vector<bool> activity() const {
    std::vector<bool> out;
    for (const auto& [room, active] : node_.store.committed.activity)
      out.push_back(active);
    return out;
  }
  auto remove(user_id by, user_id target, bool ban = false) {
    return node_.ask<finished>(node_.live(room_), remove_member{by, target, ban});
  }

  small_node node_;
  user_id ann_, bob_;
  room_id room_;
};

// -- joining and leaving ---------------------------------------------------------------

TEST_F(presence_suite, a_leave_behind_a_waiting_join_is_done_after_it) {
  auto& bob = node_.signed_in(bob_);
  node_.hold(node_.reader);
  bob.joins(room_);
  bob.leaves(room_);
  node_.settle();
  EXPECT_THAT(bob.types_heard(), IsEmpty());
  node_.release(node_.reader);
  node_.settle();
  EXPECT_THAT(bob.types_heard(), ElementsAre("room_joined", "room_left"));
  EXPECT_EQ(node_.active_users(room_), 0);
}

TEST_F(presence_suite, a_connection_that_is_lost_while_it_joins_leaves_no_ghost) {
  for (bool address_known : {false, true}) {
    for (unsigned seed = 0; seed < 100; ++seed) {
      SCOPED_TRACE(seed);
      std::mt19937 lot(seed);
      small_node node;
      node.store.committed = node_.store.committed;
      if (address_known)
        node.inside(ann_, room_).leaves(room_);
      auto& bob = node.signed_in(bob_);
      bob.joins(room_);
      for (unsigned i = 0; i < seed % 13; ++i)
        if (!node.step(bob.session) && !node.step(node.rooms))
          node.step(node.reader);
      bob.breaks();
      node.settle_shuffled(lot);
      ASSERT_EQ(node.active_users(room_), 0);
      const auto& stored = node.store.committed.activity;
      ASSERT_FALSE(!stored.empty() && stored.back().second);
      auto active = node.ask<std::int64_t>(node.rooms, get_rooms_active{});
      auto online = node.ask<std::int64_t>(node.directory, get_users_online{});
      node.settle();
      ASSERT_EQ(active->value, 0);
      ASSERT_EQ(online->value, address_known ? 1 : 0);
      auto& ann = node.inside(ann_, room_);
      ann.says("join_room", {{"room_id", room_.value}});
      node.settle();
      ASSERT_EQ(ann.heard("room_joined").at(0)["active_users"], 1);
    }
  }
}

TEST_F(presence_suite, the_same_connection_joining_twice_quickly_is_announced_once) {
  auto& ann = node_.inside(ann_, room_);
  auto& bob = node_.signed_in(bob_);
  bob.joins(room_);
  bob.joins(room_);
  node_.settle();
  EXPECT_THAT(bob.types_heard(), ElementsAre("room_joined", "room_joined"));
  EXPECT_EQ(ann.heard("presence").size(), 1U);
  ann.posts(room_, "x");
  node_.settle();
  EXPECT_EQ(bob.ids().size(), 1U);
  bob.leaves(room_);
  node_.settle();
  EXPECT_EQ(node_.active_users(room_), 1);
}

TEST_F(presence_suite, presence_tells_of_a_users_first_session_and_of_its_last_one) {
  auto& ann = node_.inside(ann_, room_);
  auto& one = node_.inside(bob_, room_);
  auto& two = node_.inside(bob_, room_, wire_shape::flat);
  auto came = ann.heard("presence");
  ASSERT_EQ(came.size(), 1U);
  EXPECT_EQ(came[0]["status"], "online");
  EXPECT_EQ(came[0]["user"]["id"], bob_.value);
  EXPECT_EQ(came[0]["active_users"], 2);
  ann.forget();
  one.leaves(room_);
  node_.settle();
  EXPECT_THAT(ann.types_heard(), IsEmpty());
  two.breaks();
  node_.settle();
  auto left = ann.heard("presence");
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left[0]["status"], "offline");
  EXPECT_EQ(left[0]["active_users"], 1);
}

TEST_F(presence_suite, who_left_hears_the_room_no_more) {
  auto& ann = node_.inside(ann_, room_);
  auto& bob = node_.inside(bob_, room_);
  bob.leaves(room_);
  node_.settle();
  bob.forget();
  ann.posts(room_, "x");
  node_.settle();
  EXPECT_THAT(bob.types_heard(), IsEmpty());
}

TEST_F(presence_suite, leaving_a_room_that_was_not_joined_is_refused) {
  auto& bob = node_.signed_in(bob_);
  bob.leaves(room_);
  node_.settle();
  ASSERT_THAT(bob.types_heard(), ElementsAre("room_leave_error"));
  EXPECT_EQ(bob.heard("room_leave_error")[0]["code"], "not_joined");
}

// -- removal ------------------------------------------------------------------------------

TEST_F(presence_suite, a_member_who_is_removed_is_put_out_and_cannot_come_back) {
  auto& ann = node_.inside(ann_, room_);
  auto& bob = node_.inside(bob_, room_);
  auto& flat = node_.inside(bob_, room_, wire_shape::flat);
  auto out = remove(ann_, bob_);
  node_.settle();
  EXPECT_TRUE(out->value);
  EXPECT_EQ(bob.heard("room_left").at(0)["reason"], "removed");
  EXPECT_EQ(flat.closed(), close_code::forbidden);
  EXPECT_EQ(ann.heard("presence").back()["status"], "offline");
  EXPECT_EQ(node_.active_users(room_), 1);
  bob.forget();
  bob.joins(room_);
  bob.posts(room_, "x");
  node_.settle();
  EXPECT_EQ(bob.heard("room_join_error").at(0)["code"], "not_a_member");
  EXPECT_THAT(bob.errors(), ElementsAre("not_a_member"));
}

TEST_F(presence_suite, a_join_behind_a_removal_that_is_being_committed_is_refused) {
  for (int i = 0; i < 3; ++i)
    node_.store.add_message(room_, ann_, "old");
  node_.inside(ann_, room_);
  node_.inside(bob_, room_).leaves(room_); // its right is known
  auto& bob = node_.signed_in(bob_);
  node_.hold(node_.writer);
  auto out = remove(ann_, bob_);
  node_.settle();
  bob.joins(room_, message_id{1});
  node_.settle();
  EXPECT_THAT(bob.types_heard(), IsEmpty());
  node_.release(node_.writer);
  node_.settle();
  EXPECT_TRUE(out->value);
  ASSERT_THAT(bob.types_heard(), ElementsAre("room_join_error"));
  EXPECT_EQ(bob.heard("room_join_error")[0]["code"], "not_a_member");
  EXPECT_EQ(node_.active_users(room_), 1);
}

TEST_F(presence_suite, a_member_who_is_removed_while_its_join_waits_for_the_messages_comes_in_and_is_put_out) {
  for (int i = 0; i < 3; ++i)
    node_.store.add_message(room_, ann_, "old");
  node_.inside(ann_, room_);
  auto& bob = node_.signed_in(bob_);
  node_.hold(node_.reader);
  bob.joins(room_, message_id{1});
  node_.settle();
  auto out = remove(ann_, bob_);
  node_.settle();
  EXPECT_TRUE(out->pending());
  node_.release(node_.reader);
  node_.settle();
  EXPECT_TRUE(out->value);
  EXPECT_EQ(bob.types_heard().back(), "room_left");
  EXPECT_EQ(bob.heard("room_left")[0]["reason"], "removed");
  EXPECT_EQ(node_.active_users(room_), 1);
}

TEST_F(presence_suite, whenever_a_removal_meets_a_join_the_removed_one_is_not_inside_in_the_end) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 lot(seed);
    small_node node;
    node.store.committed = node_.store.committed;
    for (int i = 0; i < 3; ++i)
      node.store.add_message(room_, ann_, "old");
    auto& ann = node.inside(ann_, room_);
    auto& bob = node.signed_in(bob_);
    bob.joins(room_, message_id{1});
    auto out = node.ask<finished>(node.live(room_), remove_member{ann_, bob_, seed % 2 == 0});
    node.settle_shuffled(lot);
    ASSERT_TRUE(out->value);
    ASSERT_EQ(node.active_users(room_), 1);
    bob.forget();
    ann.posts(room_, "x");
    node.settle();
    ASSERT_THAT(bob.types_heard(), IsEmpty());
  }
}

TEST_F(presence_suite, a_banned_user_is_refused_even_where_the_room_is_open) {
  node_.store.committed.rooms.at(room_).config.join = join_policy::open;
  node_.inside(ann_, room_);
  remove(ann_, bob_, true);
  node_.settle();
  auto& bob = node_.signed_in(bob_);
  bob.joins(room_);
  node_.settle();
  EXPECT_EQ(bob.heard("room_join_error").at(0)["code"], "banned");
}

TEST_F(presence_suite, a_stranger_becomes_a_member_by_joining_an_open_room) {
  auto cyd = node_.store.add_user("cyd");
  auto& refused = node_.signed_in(cyd);
  refused.joins(room_);
  node_.settle();
  EXPECT_EQ(refused.heard("room_join_error").at(0)["code"], "not_a_member");

  auto open = node_.store.add_room(ann_, {.join = join_policy::open});
  auto& taken = node_.signed_in(cyd);
  taken.joins(open);
  taken.joins(open);
  node_.settle();
  EXPECT_THAT(taken.types_heard(), ElementsAre("room_joined", "room_joined"));
  EXPECT_TRUE(node_.store.committed.members.contains({open, cyd}));
}

// -- dissolving -----------------------------------------------------------------------------

TEST_F(presence_suite, whoever_joins_while_the_room_is_dissolved_ends_outside_with_one_answer) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 lot(seed);
    small_node node;
    node.store.committed = node_.store.committed;
    for (int i = 0; i < 3; ++i)
      node.store.add_message(room_, ann_, "old");
    auto& ann = node.inside(ann_, room_);
    auto& bob = node.signed_in(bob_);
    auto& flat = node.connect_chat(std::to_string(room_.value), node.token(bob_));
    bob.joins(room_, message_id{1});
    auto out = node.ask<finished>(node.live(room_), dissolve_room{ann_});
    node.settle_shuffled(lot);
    ASSERT_TRUE(out->value);
    ASSERT_EQ(ann.heard("room_closed").size(), 1U);
    ASSERT_EQ(flat.closed(), close_code::no_room);
    auto joined = bob.heard("room_joined").size();
    ASSERT_EQ(joined + bob.heard("room_join_error").size(), 1U);
    ASSERT_EQ(bob.heard("room_closed").size(), joined);
    ASSERT_EQ(node.active_users(room_), 0);
    bob.forget();
    bob.joins(room_);
    bob.posts(room_, "x");
    node.settle();
    ASSERT_EQ(bob.heard("room_join_error").at(0)["code"], "room_not_found");
    ASSERT_THAT(bob.errors(), ElementsAre("room_not_found"));
  }
}

TEST_F(presence_suite, a_dissolved_room_answers_for_a_while_though_somebody_was_typing) {
  auto& ann = node_.inside(ann_, room_);
  ann.types(room_);
  node_.settle();
  node_.ask<finished>(node_.live(room_), dissolve_room{ann_});
  node_.settle();
  node_.advance(std::chrono::seconds(10));
  auto late = node_.ask<admission>(node_.live(room_), become_member{bob_});
  node_.settle();
  EXPECT_EQ(late->refused, error_code::room_not_found);
  node_.advance(2 * placement::reap_interval);
  EXPECT_EQ(node_.alive(room_), 0);
}

// -- is_active ---------------------------------------------------------------------------------

TEST_F(presence_suite, the_room_is_stored_active_at_the_first_join_and_inactive_at_the_last_leave) {
  auto& ann = node_.inside(ann_, room_);
  auto& bob = node_.inside(bob_, room_);
  EXPECT_THAT(activity(), ElementsAre(true));
  ann.leaves(room_);
  node_.settle();
  EXPECT_THAT(activity(), ElementsAre(true));
  bob.breaks();
  node_.settle();
  EXPECT_THAT(activity(), ElementsAre(true, false));
}

TEST_F(presence_suite, activity_is_stored_anew_after_a_write_of_which_nobody_knows_whether_it_happened) {
  auto& ann = node_.inside(ann_, room_);
  bool fails = true;
  node_.store.after_commit = [&fails] {
    if (std::exchange(fails, false))
      throw storage::storage_error("committed, and the answer was lost");
  };
  ann.breaks();
  node_.settle();
  ASSERT_THAT(activity(), ElementsAre(true, false));
  node_.inside(ann_, room_); // before the second attempt
  node_.advance(std::chrono::seconds(2));
  EXPECT_TRUE(activity().back());
}

TEST_F(presence_suite, activity_that_could_not_be_stored_is_stored_a_second_later_and_then_less_and_less_often) {
  node_.store.fail(store_call::commit);
  node_.inside(ann_, room_);
  for (int pause : {1, 2, 4, 8, 16, 30, 30}) {
    node_.store.fail(store_call::commit); // one try uses it up: a second one within the pause would succeed
    node_.advance(std::chrono::seconds(pause));
    ASSERT_THAT(activity(), IsEmpty()) << pause;
  }
  node_.advance(std::chrono::seconds(30));
  EXPECT_THAT(activity(), ElementsAre(true));
}

TEST_F(presence_suite, flips_during_one_commit_are_stored_as_the_last_of_them) {
  auto& bob = node_.signed_in(bob_);
  node_.hold(node_.writer);
  for (int i = 0; i < 5; ++i) {
    bob.joins(room_);
    bob.leaves(room_);
  }
  node_.settle();
  node_.release(node_.writer);
  node_.settle();
  EXPECT_THAT(activity(), ElementsAre(true, false));
}

/// Clients of three users join, leave, break and come back, the scheduler draws lots, and now and then all settle:
/// then the room's count, the audience, presence and the stored flag say the same.
RC_GTEST_PROP(presence_properties, counts_audience_and_stored_flag_agree_after_any_joins_and_leaves, ()) {
  small_node node;
  std::vector<user_id> users;
  for (const char* name : {"ann", "bob", "cyd"})
    users.push_back(node.store.add_user(name));
  auto room = node.store.add_room(users[0]);
  node.store.add_member(room, users[1]);
  node.store.add_member(room, users[2]);

  struct seat {
    client* who = nullptr;
    std::size_t user = 0;
    bool inside = false;
  };
  std::vector<seat> seats(5);
  for (std::size_t i = 0; i < seats.size(); ++i)
    seats[i] = {&node.signed_in(users[i % 3]), i % 3, false};
  std::mt19937 lot(*rc::gen::arbitrary<unsigned>());
  int posted = 0;

  auto check = [&] {
    node.settle_shuffled(lot);
    std::set<std::size_t> present;
    for (const auto& x : seats)
      if (x.inside)
        present.insert(x.user);
    RC_ASSERT(node.active_users(room) == static_cast<std::int64_t>(present.size()));
    const auto& log = node.store.committed.activity;
    RC_ASSERT((log.empty() ? false : log.back().second) == !present.empty());
    for (std::size_t i = 1; i < log.size(); ++i)
      RC_ASSERT(log[i].second != log[i - 1].second);
    for (const auto& x : seats)
      x.who->forget();
    auto& herald = node.signed_in(users[0]);
    auto text = std::to_string(++posted);
    herald.posts(room, text);
    node.settle();
    for (const auto& x : seats)
      RC_ASSERT(x.who->texts() == (x.inside ? std::vector{text} : std::vector<std::string>{}));
    herald.breaks();
    node.settle();
  };

  for (int round = *rc::gen::inRange(1, 30); round > 0; --round) {
    auto& x = seats[*rc::gen::inRange<std::size_t>(0, seats.size())];
    switch (*rc::gen::inRange(0, 4)) {
    case 0:
      x.who->joins(room);
      x.inside = true;
      break;
    case 1:
      x.who->leaves(room);
      x.inside = false;
      break;
    case 2:
      x.who->breaks();
      x.who = &node.signed_in(users[x.user]); // lets all settle
      x.inside = false;
      break;
    default:
      check();
    }
  }
  check();
}

} // namespace
} // namespace parley::test
