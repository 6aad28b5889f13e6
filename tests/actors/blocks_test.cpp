// Who may not ask any more: blocked users, those who were rejected twice, and requests that were taken back.
#include "tests/actors/invitation_suite.hpp"

#include <gmock/gmock.h>

namespace parley::test {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using enum notification_status;

constexpr auto week = std::chrono::days(7);

class blocks : public invitation_suite {
protected:
  void block(user_id by, user_id whom) { node_.store.committed.blocks[{by, whom}] = node_.now(); }
  void unblock(user_id by, user_id whom) { node_.store.committed.blocks.erase({by, whom}); }
  void reject(user_id by, notification_id id) {
    auto out = reply(by, id, false);
    ASSERT_EQ(verdict(out), error_code::none);
  }
  void set_policy(join_policy how) {
    ask<room_view>(change_config{ann_, {{}, how, {}, {}, {}}});
    node_.settle();
  }
};

// -- blocked ---------------------------------------------------------------------------------

TEST_F(blocks, a_blocked_user_can_invite_nobody_who_blocks_it_and_nothing_is_pushed) {
  auto& bob = node_.signed_in(bob_);
  block(bob_, ann_);
  block(bob_, cal_);
  EXPECT_EQ(verdict(invite(ann_, bob_)), error_code::user_blocked);
  EXPECT_EQ(verdict(invite(cal_, bob_)), error_code::user_blocked);
  EXPECT_THAT(bob.types_heard(), IsEmpty());
  EXPECT_TRUE(node_.store.committed.notifications.empty());
  EXPECT_EQ(verdict(invite(mia_, bob_)), error_code::none) << "others may";
  EXPECT_THAT(bob.types_heard(), ElementsAre("notification"));
  EXPECT_EQ(verdict(invite(ann_, dan_)), error_code::none) << "and it may invite others";
}

TEST_F(blocks, a_block_goes_one_way_and_ends_with_it) {
  block(ann_, bob_);
  const auto out = invite(ann_, bob_);
  ASSERT_EQ(verdict(out), error_code::none);
  reject(bob_, out->value->pending->id);
  unblock(ann_, bob_);
  block(bob_, ann_);
  EXPECT_EQ(verdict(invite(ann_, bob_)), error_code::user_blocked);
  unblock(bob_, ann_);
  EXPECT_EQ(verdict(invite(ann_, bob_)), error_code::none);
}

TEST_F(blocks, whom_the_owner_blocks_cannot_ask_to_join) {
  auto& ann = node_.signed_in(ann_);
  block(ann_, bob_);
  EXPECT_EQ(verdict(ask_to_join(bob_)), error_code::user_blocked);
  EXPECT_THAT(ann.types_heard(), IsEmpty());
  block(mia_, dan_); // a moderator is not asked
  EXPECT_EQ(verdict(ask_to_join(dan_)), error_code::none);
  set_policy(join_policy::open);
  EXPECT_EQ(verdict(ask_to_join(bob_)), error_code::none) << "a block is no ban";
}

TEST_F(blocks, an_invitation_by_a_member_does_not_lead_past_the_owners_block) {
  const auto id = invited(cal_, bob_);
  block(ann_, bob_);
  EXPECT_EQ(verdict(reply(bob_, id)), error_code::user_blocked);
  EXPECT_EQ(stored(id).status, unread);
  EXPECT_EQ(verdict(reply(bob_, id, false)), error_code::none);
}

TEST_F(blocks, what_came_before_the_block_can_be_answered) {
  const auto id = invited(ann_, bob_);
  block(bob_, ann_);
  EXPECT_EQ(verdict(reply(bob_, id)), error_code::none);
  EXPECT_TRUE(is_member(bob_));
}

TEST_F(blocks, a_new_owner_is_not_told_of_requests_by_whom_it_blocks) {
  const auto by_bob = asked(bob_);
  const auto by_dan = asked(dan_);
  block(mia_, bob_);
  auto& mia = node_.signed_in(mia_);
  ASSERT_EQ(verdict(transfer(ann_, mia_)), error_code::none);
  ASSERT_EQ(mia.heard("notification").size(), 1U);
  EXPECT_EQ(mia.heard("notification")[0]["id"], by_dan.value);
  EXPECT_EQ(stored(by_bob).receiver, mia_);
}

// -- rejected twice ----------------------------------------------------------------------------

TEST_F(blocks, who_was_rejected_twice_may_not_invite_again_within_seven_days) {
  for (int i = 0; i < 2; ++i)
    reject(bob_, invited(ann_, bob_));
  EXPECT_EQ(verdict(invite(ann_, bob_)), error_code::invitation_declined);
  EXPECT_EQ(verdict(invite(cal_, bob_)), error_code::none) << "another may";
  EXPECT_EQ(verdict(invite(ann_, dan_)), error_code::none) << "and another may be invited";
}

TEST_F(blocks, rejections_count_from_when_they_were_said_for_seven_days) {
  const auto first = invited(ann_, bob_);
  node_.advance(10s);
  reject(bob_, first);
  node_.advance(10s);
  reject(bob_, invited(ann_, bob_));
  EXPECT_EQ(verdict(invite(ann_, bob_)), error_code::invitation_declined);
  for (auto& [id, at] : node_.store.committed.answered_at)
    at -= week - 10s; // as if so much time had passed
  EXPECT_EQ(verdict(invite(ann_, bob_)), error_code::none) << "the first is a week old, the second ten seconds less";
}

TEST_F(blocks, an_invitation_that_was_accepted_or_is_of_another_room_is_no_rejection) {
  reject(bob_, invited(ann_, bob_));
  EXPECT_EQ(verdict(reply(bob_, invited(ann_, bob_))), error_code::none);
  EXPECT_EQ(verdict(remove(bob_, bob_)), error_code::none);
  const auto elsewhere = node_.store.add_room(ann_);
  for (int i = 0; i < 3; ++i) {
    const auto id = node_.store.add_notification(notification_kind::owner_invitation, elsewhere, bob_, ann_);
    node_.store.committed.notifications.at(id).status = rejected;
    node_.store.committed.answered_at[id] = node_.now();
  }
  EXPECT_EQ(verdict(invite(ann_, bob_)), error_code::none);
}

TEST_F(blocks, whose_requests_the_owner_rejected_twice_may_not_ask_again) {
  for (int i = 0; i < 2; ++i)
    reject(ann_, asked(bob_));
  EXPECT_EQ(verdict(ask_to_join(bob_)), error_code::invitation_declined);
  const auto id = invited(cal_, bob_);
  EXPECT_EQ(verdict(reply(bob_, id)), error_code::invitation_declined) << "nor by way of a member";
  ASSERT_EQ(verdict(reply(bob_, id, false)), error_code::none);
  EXPECT_EQ(verdict(reply(bob_, invited(ann_, bob_))), error_code::none) << "but the owner may invite it";
  EXPECT_TRUE(is_member(bob_));
}

TEST_F(blocks, a_new_owner_has_not_rejected_yet) {
  for (int i = 0; i < 2; ++i)
    reject(ann_, asked(bob_));
  ASSERT_EQ(verdict(transfer(ann_, mia_)), error_code::none);
  EXPECT_EQ(verdict(ask_to_join(bob_)), error_code::none);
}

// -- taken back --------------------------------------------------------------------------------

TEST_F(blocks, a_request_that_was_withdrawn_cannot_be_answered_and_can_be_made_again) {
  const auto id = asked(bob_);
  EXPECT_EQ(verdict(ask<finished>(withdraw_request{bob_})), error_code::none);
  for (bool accept : {true, false})
    EXPECT_EQ(verdict(reply(ann_, id, accept)), error_code::gone);
  EXPECT_EQ(verdict(ask<notification_outcome>(answer_notification{brief(ann_), id, true, "wrong"})),
            error_code::bad_token);
  EXPECT_FALSE(is_member(bob_));
  const auto again = asked(bob_);
  EXPECT_EQ(verdict(reply(ann_, again)), error_code::none);
  EXPECT_TRUE(is_member(bob_));
}

TEST_F(blocks, only_an_own_request_that_waits_can_be_withdrawn) {
  EXPECT_EQ(verdict(ask<finished>(withdraw_request{bob_})), error_code::notification_not_found);
  invited(ann_, bob_);
  EXPECT_EQ(verdict(ask<finished>(withdraw_request{bob_})), error_code::notification_not_found) << "an invitation";
  asked(dan_);
  EXPECT_EQ(verdict(ask<finished>(withdraw_request{bob_})), error_code::notification_not_found) << "another's";
  EXPECT_EQ(verdict(ask<finished>(withdraw_request{dan_})), error_code::none);
  EXPECT_EQ(verdict(ask<finished>(withdraw_request{dan_})), error_code::notification_not_found) << "twice";
}

TEST_F(blocks, a_request_that_came_of_a_members_invitation_can_be_withdrawn) {
  EXPECT_EQ(verdict(reply(bob_, invited(cal_, bob_))), error_code::none);
  EXPECT_EQ(verdict(ask<finished>(withdraw_request{bob_})), error_code::none);
}

TEST_F(blocks, withdrawing_is_no_rejection) {
  for (int i = 0; i < 3; ++i) {
    asked(bob_);
    ASSERT_EQ(verdict(ask<finished>(withdraw_request{bob_})), error_code::none);
  }
  EXPECT_EQ(verdict(ask_to_join(bob_)), error_code::none);
}

} // namespace
} // namespace parley::test
