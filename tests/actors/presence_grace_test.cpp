// Who loses its last connection is given a moment to come back before the room hears of it.
#include "tests/support/small_node.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::test {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class presence_grace_suite : public ::testing::Test {
protected:
  presence_grace_suite() {
    ann_ = node_.store.add_user("ann");
    bob_ = node_.store.add_user("bob");
    room_ = node_.store.add_room(ann_, {.allow_guests = true});
    node_.store.add_member(room_, bob_);
    hearer_ = &node_.inside(ann_, room_);
    flat_hearer_ = &node_.inside(ann_, room_, wire_shape::flat);
  }

  /// Bob was in the room, and its connection broke.
  client& lost(wire_shape shape = wire_shape::envelope) {
    auto& out = node_.inside(bob_, room_, shape);
    forget();
    out.breaks();
    node_.settle();
    return out;
  }
  void forget() {
    hearer_->forget();
    flat_hearer_->forget();
  }
  /// What the envelope heard of presence; the flat connection heard the same.
  std::vector<std::string> heard() const {
    std::vector<std::string> out, flat;
    for (const auto& x : hearer_->heard("presence"))
      out.push_back(x["status"]);
    for (const auto& x : flat_hearer_->types_heard())
      if (x == "user_join" || x == "user_leave")
        flat.push_back(x == "user_join" ? "online" : "offline");
    EXPECT_EQ(flat, out);
    return out;
  }
  std::vector<bool> activity() const {
    std::vector<bool> out;
    for (const auto& [room, active] : node_.store.committed.activity)
      out.push_back(active);
    return out;
  }

  static constexpr std::chrono::milliseconds grace{3000};
  small_node node_{{}, small_node::limits_are::on, grace};
  user_id ann_, bob_;
  room_id room_;
  client* hearer_;
  client* flat_hearer_;
};

TEST_F(presence_grace_suite, a_reload_is_not_heard) {
  for (const auto shape : {wire_shape::envelope, wire_shape::flat}) {
    lost(shape);
    node_.advance(2750ms);
    node_.inside(bob_, room_, shape);
    node_.advance(60s);
    EXPECT_THAT(heard(), IsEmpty());
    EXPECT_EQ(node_.active_users(room_), 2);
  }
}

TEST_F(presence_grace_suite, reloads_one_after_the_other_are_not_heard) {
  auto* bob = &node_.inside(bob_, room_);
  forget();
  for (int i = 0; i < 30; ++i) {
    bob->breaks();
    node_.settle();
    node_.advance(i % 2 == 0 ? 0ms : 2500ms);
    bob = &node_.inside(bob_, room_, i % 3 == 0 ? wire_shape::flat : wire_shape::envelope);
    node_.advance(i % 5 == 0 ? 4s : 0s);
  }
  EXPECT_THAT(heard(), IsEmpty());
  bob->breaks();
  node_.settle();
  node_.advance(2750ms); // from the last loss, not from an earlier one
  EXPECT_THAT(heard(), IsEmpty());
  node_.advance(250ms);
  EXPECT_THAT(heard(), ElementsAre("offline"));
}

TEST_F(presence_grace_suite, who_stays_away_is_gone_after_it_and_once) {
  lost();
  node_.advance(2750ms);
  EXPECT_THAT(heard(), IsEmpty());
  EXPECT_EQ(node_.active_users(room_), 2);
  node_.advance(250ms);
  EXPECT_THAT(heard(), ElementsAre("offline"));
  EXPECT_EQ(hearer_->heard("presence")[0]["active_users"], 1);
  EXPECT_EQ(node_.active_users(room_), 1);
  node_.advance(60s);
  EXPECT_THAT(heard(), ElementsAre("offline"));
  node_.inside(bob_, room_);
  EXPECT_THAT(heard(), ElementsAre("offline", "online"));
}

TEST_F(presence_grace_suite, who_comes_back_in_time_is_counted_once) {
  lost();
  auto& back = node_.signed_in(bob_);
  back.joins(room_);
  node_.settle();
  EXPECT_EQ(back.heard("room_joined").at(0)["active_users"], 2);
  EXPECT_THAT(heard(), IsEmpty());
}

TEST_F(presence_grace_suite, leaving_by_word_is_heard_at_once) {
  auto& bob = node_.inside(bob_, room_);
  forget();
  bob.leaves(room_);
  node_.settle();
  EXPECT_THAT(heard(), ElementsAre("offline"));
  auto& flat = node_.inside(bob_, room_, wire_shape::flat);
  forget();
  flat.says({{"type", "user_leave"}});
  node_.settle();
  EXPECT_THAT(heard(), ElementsAre("offline"));
  EXPECT_THAT(flat.types_heard(), ElementsAre("user_leave"));
  node_.advance(10s);
  EXPECT_THAT(heard(), ElementsAre("offline"));
}

TEST_F(presence_grace_suite, leaving_by_word_after_a_return_is_heard_at_once_and_once) {
  lost();
  node_.inside(bob_, room_).leaves(room_);
  node_.settle();
  EXPECT_THAT(heard(), ElementsAre("offline"));
  node_.advance(10s);
  EXPECT_THAT(heard(), ElementsAre("offline"));
}

TEST_F(presence_grace_suite, one_of_two_connections_may_be_lost_for_ever) {
  auto& second = node_.inside(bob_, room_);
  lost();
  node_.advance(10s);
  EXPECT_THAT(heard(), IsEmpty());
  second.breaks();
  node_.advance(10s);
  EXPECT_THAT(heard(), ElementsAre("offline"));
}

TEST_F(presence_grace_suite, who_is_removed_or_banned_while_it_is_away_is_gone_at_once) {
  const auto cyd = node_.store.add_user("cyd");
  node_.store.add_member(room_, cyd);
  auto& other = node_.inside(cyd, room_);
  lost();
  other.breaks();
  node_.settle();
  int gone = 0;
  for (const auto& [user, ban] : {std::pair(bob_, false), std::pair(cyd, true)}) {
    node_.ask<finished>(node_.live(room_), remove_member{ann_, user, ban});
    node_.settle();
    EXPECT_EQ(heard(), std::vector<std::string>(static_cast<std::size_t>(++gone), "offline"));
    EXPECT_EQ(hearer_->heard("presence").back()["user"]["id"], user.value);
  }
  EXPECT_EQ(node_.active_users(room_), 1);
  node_.advance(10s);
  EXPECT_EQ(heard().size(), 2U);
}

TEST_F(presence_grace_suite, guests_who_are_away_are_gone_when_guests_are_not_allowed_any_more) {
  auto& guest = node_.connect_chat(std::to_string(room_.value), {});
  node_.settle();
  forget();
  guest.breaks();
  node_.settle();
  EXPECT_THAT(heard(), IsEmpty());
  config_patch no_guests;
  no_guests.allow_guests = false;
  node_.ask<room_view>(node_.live(room_), change_config{ann_, no_guests});
  node_.settle();
  EXPECT_THAT(heard(), ElementsAre("offline"));
}

TEST_F(presence_grace_suite, a_room_that_is_dissolved_meanwhile_says_nothing_more) {
  lost();
  node_.ask<finished>(node_.live(room_), dissolve_room{ann_});
  node_.settle();
  node_.advance(10s);
  EXPECT_THAT(heard(), IsEmpty());
  node_.advance(2 * placement::reap_interval);
  EXPECT_EQ(node_.alive(room_), 0);
}

TEST_F(presence_grace_suite, the_room_is_active_until_the_last_one_has_been_away_for_long_enough) {
  auto& bob = node_.inside(bob_, room_);
  hearer_->leaves(room_);
  flat_hearer_->says({{"type", "user_leave"}});
  node_.settle();
  bob.breaks();
  node_.settle();
  node_.advance(2750ms);
  EXPECT_THAT(activity(), ElementsAre(true));
  auto& back = node_.inside(bob_, room_);
  node_.advance(10s);
  EXPECT_THAT(activity(), ElementsAre(true));
  back.breaks();
  node_.settle();
  node_.advance(3s);
  EXPECT_THAT(activity(), ElementsAre(true, false));
  EXPECT_EQ(node_.active_users(room_), 0);
}

TEST_F(presence_grace_suite, a_message_reaches_nobody_who_is_away) {
  lost();
  hearer_->posts(room_, "x");
  node_.settle();
  EXPECT_EQ(hearer_->heard("message_ack").at(0)["sent_to_online_users"], 0);
  node_.inside(bob_, room_);
  hearer_->posts(room_, "y");
  node_.settle();
  EXPECT_EQ(hearer_->heard("message_ack").at(1)["sent_to_online_users"], 1);
}

TEST_F(presence_grace_suite, who_comes_back_with_its_last_message_misses_none_and_is_not_announced) {
  hearer_->posts(room_, "before");
  node_.settle();
  const message_id last{hearer_->ids().back()};
  lost();
  hearer_->posts(room_, "meanwhile");
  node_.settle();
  auto& back = node_.signed_in(bob_);
  back.joins(room_, last);
  node_.settle();
  EXPECT_THAT(back.texts(), ElementsAre("meanwhile"));
  EXPECT_THAT(heard(), IsEmpty());
}

TEST_F(presence_grace_suite, whose_connection_is_lost_types_no_more) {
  auto& bob = node_.inside(bob_, room_);
  forget();
  bob.types(room_);
  bob.breaks();
  node_.settle();
  EXPECT_EQ(hearer_->heard("typing").size(), 2U);
  EXPECT_EQ(hearer_->heard("typing").back()["is_typing"], false);
  node_.advance(10s);
  EXPECT_EQ(hearer_->heard("typing").size(), 2U);
}

TEST_F(presence_grace_suite, many_who_are_lost_at_different_times_go_each_at_its_own) {
  std::vector<client*> crowd;
  for (int i = 0; i < 20; ++i) {
    const auto one = node_.store.add_user("u" + std::to_string(i));
    node_.store.add_member(room_, one);
    crowd.push_back(&node_.inside(one, room_));
  }
  forget();
  for (auto* x : crowd) {
    x->breaks();
    node_.settle();
    node_.advance(250ms);
  }
  EXPECT_EQ(heard().size(), 9U); // 5 s after the first
  node_.advance(3s);
  const auto told = hearer_->heard("presence");
  ASSERT_EQ(told.size(), 20U);
  for (std::size_t i = 0; i < told.size(); ++i)
    EXPECT_EQ(told[i]["active_users"], 20 - static_cast<int>(i));
}

/// A grace longer than a room that nobody is in is kept.
TEST(presence_grace, a_room_is_not_put_away_while_somebody_may_come_back) {
  small_node node({}, small_node::limits_are::on, 10min);
  const auto ann = node.store.add_user("ann");
  const auto room = node.store.add_room(ann);
  node.inside(ann, room).breaks();
  node.advance(placement::idle_lifetime + 2 * placement::reap_interval);
  EXPECT_EQ(node.alive(room), 1);
  EXPECT_EQ(node.active_users(room), 1);
  node.advance(10min + 2 * placement::reap_interval);
  EXPECT_EQ(node.alive(room), 0);
  EXPECT_FALSE(node.store.committed.is_active(room));
}

} // namespace
} // namespace parley::test
