// Asking, inviting, answering: the three kinds of notifications, their races, and who hears of them.
#include "tests/actors/invitation_suite.hpp"

#include <gmock/gmock.h>

#include <set>

namespace parley::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using enum notification_kind;
using enum notification_status;

class invitations : public invitation_suite {
protected:
  void set_policy(join_policy how) {
    ask<room_view>(change_config{ann_, {{}, how, {}, {}, {}}});
    node_.settle();
  }
};

// -- asking -----------------------------------------------------------------------------

TEST_F(invitations, ask_the_owner_where_the_room_wants_approval) {
  auto id = asked(bob_);
  const auto& x = stored(id);
  EXPECT_EQ(x.kind, join_request);
  EXPECT_EQ(x.status, unread);
  EXPECT_EQ(x.receiver, ann_);
  EXPECT_EQ(x.from.id, bob_);
  EXPECT_EQ(x.room, room_);
  EXPECT_EQ(x.room_name, "room");
  EXPECT_EQ(x.created_at, node_.now());
  EXPECT_FALSE(is_member(bob_));
}

TEST_F(invitations, carry_a_long_token_that_is_never_the_same) {
  std::set<std::string> tokens;
  for (auto who : {bob_, dan_})
    tokens.insert(stored(asked(who)).token);
  EXPECT_EQ(tokens.size(), 2U);
  EXPECT_GE(tokens.begin()->size(), 32U);
}

TEST_F(invitations, are_not_needed_where_the_room_is_open) {
  set_policy(join_policy::open);
  auto out = ask_to_join(bob_);
  EXPECT_EQ(verdict(out), error_code::none);
  EXPECT_FALSE(out->value->pending);
  EXPECT_TRUE(is_member(bob_));
  EXPECT_EQ(verdict(post(bob_)), error_code::none);
}

TEST_F(invitations, are_the_only_way_where_the_room_says_so) {
  set_policy(join_policy::invite);
  EXPECT_EQ(verdict(ask_to_join(bob_)), error_code::invite_only);
  auto id = invited(cal_, bob_);
  EXPECT_EQ(stored(id).kind, member_invitation);
  EXPECT_EQ(verdict(ask_to_join(bob_)), error_code::invite_only);
}

TEST_F(invitations, are_not_asked_for_twice_nor_by_members_nor_by_the_banned) {
  asked(bob_);
  EXPECT_EQ(verdict(ask_to_join(bob_)), error_code::already_pending);
  EXPECT_EQ(verdict(ask_to_join(cal_)), error_code::already_member);
  remove(mia_, dan_, true);
  EXPECT_EQ(verdict(ask_to_join(dan_)), error_code::banned);
}

TEST_F(invitations, are_not_asked_for_by_who_is_no_user_any_more) {
  set_policy(join_policy::open);
  EXPECT_EQ(verdict(ask_to_join(user_id(99))), error_code::invalid_token);
}

// -- inviting ----------------------------------------------------------------------------

TEST_F(invitations, are_the_owners_only_if_the_owner_sends_them) {
  EXPECT_EQ(stored(invited(ann_, bob_)).kind, owner_invitation);
  auto by_moderator = stored(invited(mia_, dan_));
  EXPECT_EQ(by_moderator.kind, member_invitation);
  EXPECT_EQ(by_moderator.receiver, dan_);
  EXPECT_EQ(by_moderator.from.id, mia_);
}

TEST_F(invitations, go_from_members_to_strangers_who_can_take_them) {
  EXPECT_EQ(verdict(invite(bob_, dan_)), error_code::not_a_member);
  EXPECT_EQ(verdict(invite(ann_, user_id(99))), error_code::user_not_found);
  EXPECT_EQ(verdict(invite(ann_, anonymous_user)), error_code::user_not_found);
  EXPECT_EQ(verdict(invite(ann_, cal_)), error_code::already_member);
  remove(ann_, bob_, true);
  EXPECT_EQ(verdict(invite(ann_, bob_)), error_code::banned);
}

TEST_F(invitations, wait_one_at_a_time_for_each_candidate) {
  asked(bob_);
  EXPECT_EQ(verdict(invite(ann_, bob_)), error_code::already_pending);
  auto id = invited(cal_, dan_);
  EXPECT_EQ(verdict(invite(ann_, dan_)), error_code::already_pending);
  EXPECT_EQ(verdict(ask_to_join(dan_)), error_code::already_pending);
  EXPECT_EQ(verdict(reply(dan_, id, false)), error_code::none);
  EXPECT_EQ(verdict(invite(ann_, dan_)), error_code::none);
}

TEST_F(invitations, made_at_once_for_one_candidate_are_one) {
  for (unsigned seed = 0; seed < 30; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 lot(seed);
    std::vector<answer_of<admission>> out{ask_to_join(bob_), invite(ann_, bob_), invite(cal_, bob_)};
    node_.settle_shuffled(lot);
    int done = 0;
    for (const auto& x : out) {
      done += x->value ? 1 : 0;
      ASSERT_TRUE(x->value || x->refused == error_code::already_pending);
    }
    ASSERT_EQ(done, 1);
    node_.store.committed.notifications.clear();
  }
}

// -- answering -----------------------------------------------------------------------------

TEST_F(invitations, by_the_owner_make_a_member_when_they_are_accepted) {
  auto id = invited(ann_, bob_);
  EXPECT_EQ(verdict(post(bob_)), error_code::not_a_member);
  auto out = reply(bob_, id);
  EXPECT_EQ(verdict(out), error_code::none);
  EXPECT_EQ(out->value->status, accepted);
  EXPECT_EQ(out->value->room, room_);
  EXPECT_EQ(place(bob_)->role, member_role::member);
  EXPECT_EQ(stored(id).status, accepted);
  EXPECT_EQ(verdict(post(bob_)), error_code::none);
}

TEST_F(invitations, make_nobody_a_member_when_they_are_rejected) {
  auto from_owner = invited(ann_, bob_), request = asked(dan_);
  auto out = reply(bob_, from_owner, false);
  EXPECT_EQ(verdict(out), error_code::none);
  EXPECT_EQ(out->value->status, rejected);
  EXPECT_EQ(verdict(reply(ann_, request, false)), error_code::none);
  EXPECT_FALSE(is_member(bob_) || is_member(dan_));
  EXPECT_EQ(stored(request).status, rejected);
  EXPECT_EQ(verdict(ask_to_join(dan_)), error_code::none);
}

TEST_F(invitations, by_members_turn_into_a_request_of_the_candidate_to_the_owner) {
  auto id = invited(cal_, bob_);
  EXPECT_EQ(verdict(reply(bob_, id)), error_code::none);
  EXPECT_EQ(stored(id).status, accepted);
  EXPECT_FALSE(is_member(bob_));
  const auto* request = node_.store.committed.pending(room_, bob_);
  ASSERT_NE(request, nullptr);
  EXPECT_EQ(request->kind, join_request);
  EXPECT_EQ(request->receiver, ann_);
  EXPECT_EQ(request->from.id, bob_);
  EXPECT_NE(request->token, stored(id).token);
  EXPECT_EQ(verdict(reply(ann_, request->id)), error_code::none);
  EXPECT_TRUE(is_member(bob_));
}

TEST_F(invitations, by_somebody_who_owns_the_room_no_longer_are_a_members) {
  auto id = invited(ann_, bob_);
  transfer(ann_, cal_);
  EXPECT_EQ(verdict(reply(bob_, id)), error_code::none);
  EXPECT_FALSE(is_member(bob_));
  ASSERT_NE(node_.store.committed.pending(room_, bob_), nullptr);
  EXPECT_EQ(node_.store.committed.pending(room_, bob_)->receiver, cal_);
}

TEST_F(invitations, are_answered_by_their_receiver_with_their_token_once) {
  auto id = invited(ann_, bob_);
  auto try_it = [&](user_id by, const std::string& token, notification_id which) {
    return verdict(ask<notification_outcome>(answer_notification{brief(by), which, true, token}));
  };
  auto token = stored(id).token;
  EXPECT_EQ(try_it(bob_, token, notification_id(99)), error_code::notification_not_found);
  EXPECT_EQ(try_it(dan_, token, id), error_code::notification_not_found);
  EXPECT_EQ(try_it(ann_, token, id), error_code::notification_not_found);
  EXPECT_EQ(try_it(bob_, "", id), error_code::bad_token);
  EXPECT_EQ(try_it(bob_, token + "x", id), error_code::bad_token);
  EXPECT_EQ(stored(id).status, unread);
  EXPECT_EQ(try_it(bob_, token, id), error_code::none);
  EXPECT_EQ(try_it(bob_, token, id), error_code::already_answered);
}

TEST_F(invitations, that_ask_are_for_the_owner_to_answer) {
  auto id = node_.store.add_notification(join_request, room_, mia_, bob_); // as no transfer leaves it
  EXPECT_EQ(verdict(reply(mia_, id)), error_code::owner_only);
  EXPECT_EQ(stored(id).status, unread);
}

// -- races ---------------------------------------------------------------------------------

TEST_F(invitations, answered_twice_at_once_are_answered_once) {
  for (unsigned seed = 0; seed < 30; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 lot(seed);
    auto id = invited(ann_, bob_);
    auto yes = reply(bob_, id, true), no = reply(bob_, id, false);
    node_.settle_shuffled(lot);
    ASSERT_NE(yes->value.has_value(), no->value.has_value());
    ASSERT_EQ((yes->value ? no : yes)->refused, error_code::already_answered);
    ASSERT_EQ(is_member(bob_), yes->value.has_value());
    ASSERT_EQ(stored(id).status, yes->value ? accepted : rejected);
    node_.store.committed.notifications.clear();
    remove(ann_, bob_);
    node_.settle();
  }
}

TEST_F(invitations, of_a_room_that_is_dissolved_meanwhile_find_no_room) {
  auto id = invited(ann_, bob_);
  dissolve(ann_);
  auto out = reply(bob_, id); // behind the dissolution, in the writer's queue
  EXPECT_EQ(verdict(out), error_code::room_not_found);
  EXPECT_EQ(stored(id).status, unread);
  EXPECT_EQ(verdict(reply(bob_, id)), error_code::room_not_found);
}

TEST_F(invitations, to_who_is_a_member_meanwhile_are_accepted_and_change_nothing) {
  for (auto [by, kind] : {std::pair(ann_, owner_invitation), std::pair(cal_, member_invitation)}) {
    auto id = invited(by, bob_);
    ASSERT_EQ(stored(id).kind, kind);
    set_policy(join_policy::open);
    ask_to_join(bob_);
    node_.settle();
    auto before = place(bob_);
    ASSERT_TRUE(before);
    EXPECT_EQ(verdict(reply(bob_, id)), error_code::none);
    EXPECT_EQ(stored(id).status, accepted);
    EXPECT_EQ(place(bob_), before);
    EXPECT_EQ(node_.store.committed.pending(room_, bob_), nullptr);
    remove(ann_, bob_);
    set_policy(join_policy::approval);
  }
}

TEST_F(invitations, of_the_banned_wait_for_the_ban_to_be_lifted) {
  auto from_owner = invited(ann_, bob_), request = asked(dan_);
  remove(ann_, bob_, true);
  remove(ann_, dan_, true);
  EXPECT_EQ(verdict(reply(bob_, from_owner)), error_code::banned);
  EXPECT_EQ(verdict(reply(ann_, request)), error_code::banned);
  EXPECT_EQ(stored(request).status, unread);
  EXPECT_FALSE(is_member(bob_) || is_member(dan_));
  EXPECT_EQ(verdict(unban(ann_, dan_)), error_code::none);
  EXPECT_EQ(verdict(reply(ann_, request)), error_code::none);
  EXPECT_TRUE(is_member(dan_));
  EXPECT_EQ(verdict(reply(bob_, from_owner, false)), error_code::none);
}

TEST_F(invitations, that_ask_move_with_the_room_while_they_are_being_answered) {
  std::set<bool> outcomes;
  for (unsigned seed = 0; seed < 40; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 lot(seed);
    auto id = asked(bob_);
    std::vector<answer_of<room_view>> moved;
    if (seed % 2 == 0)
      moved.push_back(transfer(ann_, cal_));
    auto out = reply(ann_, id);
    if (seed % 2 == 1)
      moved.push_back(transfer(ann_, cal_));
    node_.settle_shuffled(lot);
    ASSERT_TRUE(moved[0]->value);
    outcomes.insert(out->value.has_value());
    ASSERT_EQ(is_member(bob_), out->value.has_value());
    if (!out->value) {
      ASSERT_EQ(out->refused, error_code::notification_not_found);
      ASSERT_EQ(verdict(reply(cal_, id)), error_code::none);
    }
    transfer(cal_, ann_);
    remove(ann_, bob_);
    node_.settle();
    node_.store.committed.notifications.clear();
  }
  EXPECT_EQ(outcomes.size(), 2U);
}

TEST_F(invitations, survive_a_failed_commit_unanswered) {
  auto id = invited(ann_, bob_);
  auto& bob = node_.signed_in(bob_);
  node_.store.fail(store_call::commit);
  EXPECT_EQ(verdict(reply(bob_, id)), error_code::internal);
  EXPECT_EQ(stored(id).status, unread);
  EXPECT_THAT(bob.types_heard(), IsEmpty());
  EXPECT_EQ(verdict(reply(bob_, id)), error_code::none);
}

// -- who hears of it -------------------------------------------------------------------------

TEST_F(invitations, are_pushed_to_every_session_of_the_receiver_and_to_nobody_else) {
  auto& one = node_.signed_in(ann_);
  auto& two = node_.signed_in(ann_);
  auto& chat = node_.inside(ann_, room_, wire_shape::flat);
  auto& bob = node_.signed_in(bob_);
  auto& cal = node_.signed_in(cal_);
  auto id = asked(bob_);
  for (auto* ann : {&one, &two}) {
    auto heard = ann->heard("notification");
    ASSERT_EQ(heard.size(), 1U);
    EXPECT_EQ(heard[0]["id"], id.value);
    EXPECT_EQ(heard[0]["status"], "unread");
    EXPECT_EQ(heard[0]["content"]["type"], "join_request");
    EXPECT_EQ(heard[0]["content"]["room_id"], room_.value);
    EXPECT_EQ(heard[0]["content"]["user_id"], bob_.value);
    EXPECT_EQ(heard[0]["content"]["token"], stored(id).token);
  }
  for (auto* other : {&chat, &bob, &cal})
    EXPECT_THAT(other->types_heard(), IsEmpty());
}

TEST_F(invitations, tell_receiver_and_sender_of_the_answer) {
  auto id = invited(ann_, bob_);
  auto& ann = node_.signed_in(ann_);
  auto& one = node_.signed_in(bob_);
  auto& two = node_.signed_in(bob_);
  reply(bob_, id);
  node_.settle();
  for (auto* bob : {&one, &two}) {
    ASSERT_THAT(bob->types_heard(), ElementsAre("notification"));
    EXPECT_EQ(bob->heard("notification")[0]["status"], "accepted");
  }
  ASSERT_THAT(ann.types_heard(), ElementsAre("notification_answered"));
  auto told = ann.heard("notification_answered")[0];
  EXPECT_EQ(told["id"], id.value);
  EXPECT_EQ(told["room_id"], room_.value);
  EXPECT_EQ(told["status"], "accepted");
  EXPECT_EQ(told["user"]["id"], bob_.value);
  EXPECT_EQ(told["user"]["username"], "bob");
}

TEST_F(invitations, by_members_tell_the_owner_of_the_request_that_they_became) {
  auto id = invited(cal_, bob_);
  auto& ann = node_.signed_in(ann_);
  auto& cal = node_.signed_in(cal_);
  reply(bob_, id);
  node_.settle();
  EXPECT_THAT(cal.types_heard(), ElementsAre("notification_answered"));
  ASSERT_THAT(ann.types_heard(), ElementsAre("notification"));
  EXPECT_EQ(ann.heard("notification")[0]["content"]["type"], "join_request");
}

TEST_F(invitations, that_could_not_be_answered_tell_nobody) {
  auto id = invited(ann_, bob_);
  remove(ann_, bob_, true);
  auto& ann = node_.signed_in(ann_);
  auto& bob = node_.signed_in(bob_);
  reply(bob_, id);
  node_.settle();
  EXPECT_THAT(ann.types_heard(), IsEmpty());
  EXPECT_THAT(bob.types_heard(), IsEmpty());
}

TEST_F(invitations, are_told_only_after_the_commit) {
  auto& ann = node_.signed_in(ann_);
  node_.hold(node_.writer);
  auto out = ask_to_join(bob_);
  node_.settle();
  EXPECT_TRUE(out->pending());
  EXPECT_THAT(ann.types_heard(), IsEmpty());
  node_.release(node_.writer);
  node_.settle();
  EXPECT_THAT(ann.types_heard(), ElementsAre("notification"));
}

} // namespace
} // namespace parley::test
