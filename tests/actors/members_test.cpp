// Roles, mutes, removals, bans and the owner: who may, and that it holds at once.
#include "tests/actors/invitation_suite.hpp"

#include <gmock/gmock.h>

namespace parley::test {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using enum member_role;

class members : public invitation_suite {};

// -- roles --------------------------------------------------------------------------------

TEST_F(members, get_their_role_from_the_owner) {
  auto out = set_role(ann_, cal_, moderator);
  EXPECT_EQ(verdict(out), error_code::none);
  EXPECT_EQ(out->value->member.role, moderator);
  EXPECT_EQ(out->value->member.user.username, "cal");
  EXPECT_EQ(place(cal_)->role, moderator);
  EXPECT_EQ(verdict(remove(cal_, dan_, true)), error_code::none) << "a moderator may ban";
  EXPECT_EQ(verdict(set_role(ann_, cal_, member)), error_code::none);
  EXPECT_EQ(verdict(remove(cal_, bob_, true)), error_code::moderator_only);
}

TEST_F(members, get_their_role_from_nobody_else) {
  EXPECT_EQ(verdict(set_role(mia_, cal_, moderator)), error_code::owner_only);
  EXPECT_EQ(verdict(set_role(cal_, cal_, moderator)), error_code::owner_only);
  EXPECT_EQ(verdict(set_role(bob_, cal_, moderator)), error_code::not_a_member);
  EXPECT_EQ(verdict(set_role(ann_, bob_, moderator)), error_code::user_not_found);
  EXPECT_EQ(verdict(set_role(ann_, ann_, member)), error_code::owner_only);
  EXPECT_EQ(place(ann_)->role, owner);
}

// -- mutes -------------------------------------------------------------------------------

TEST_F(members, who_are_muted_cannot_post_until_it_is_over) {
  EXPECT_EQ(verdict(post(cal_)), error_code::none);
  auto& cal = node_.inside(cal_, room_);
  auto& flat = node_.inside(cal_, room_, wire_shape::flat);
  auto until = node_.now() + 60s;
  auto out = mute(mia_, cal_, until);
  EXPECT_EQ(verdict(out), error_code::none);
  EXPECT_EQ(out->value->muted_until, until);
  EXPECT_EQ(verdict(post(cal_)), error_code::muted);
  cal.posts(room_, "x");
  flat.posts(room_, "x");
  node_.settle();
  EXPECT_THAT(cal.errors(), ElementsAre("muted"));
  EXPECT_THAT(flat.errors(), ElementsAre("muted"));
  node_.advance(60s);
  EXPECT_EQ(verdict(post(cal_)), error_code::none);
}

TEST_F(members, are_unmuted_by_nothing_and_by_a_time_that_has_passed) {
  for (auto end : {std::optional<timestamp>(), std::optional(node_.now())}) {
    mute(ann_, cal_, node_.now() + 1h);
    EXPECT_EQ(verdict(post(cal_)), error_code::muted);
    auto out = mute(ann_, cal_, end);
    EXPECT_EQ(verdict(out), error_code::none);
    EXPECT_EQ(out->value->muted_until, std::nullopt);
    EXPECT_EQ(place(cal_)->muted_until, std::nullopt);
    EXPECT_EQ(verdict(post(cal_)), error_code::none);
  }
}

TEST_F(members, are_muted_by_moderators_only_where_they_are_plain) {
  auto until = node_.now() + 1h;
  set_role(ann_, cal_, moderator);
  EXPECT_EQ(verdict(mute(mia_, cal_, until)), error_code::owner_only);
  EXPECT_EQ(verdict(mute(mia_, mia_, until)), error_code::owner_only);
  EXPECT_EQ(verdict(mute(mia_, ann_, until)), error_code::owner_only);
  EXPECT_EQ(verdict(mute(ann_, ann_, until)), error_code::owner_only);
  EXPECT_EQ(verdict(mute(ann_, mia_, until)), error_code::none);
  set_role(ann_, cal_, member);
  EXPECT_EQ(verdict(mute(cal_, mia_, until)), error_code::moderator_only);
  EXPECT_EQ(verdict(mute(cal_, cal_, std::nullopt)), error_code::moderator_only);
  EXPECT_EQ(verdict(mute(bob_, cal_, until)), error_code::not_a_member);
  EXPECT_EQ(verdict(mute(ann_, bob_, until)), error_code::user_not_found);
}

TEST_F(members, hear_nothing_of_roles_and_mutes) {
  auto& cal = node_.inside(cal_, room_);
  set_role(ann_, cal_, moderator);
  mute(ann_, cal_, node_.now() + 1h);
  node_.settle();
  EXPECT_THAT(cal.types_heard(), IsEmpty());
}

TEST_F(members, post_nothing_that_was_sent_behind_their_mute) {
  verdict(post(cal_));
  auto muted = mute(ann_, cal_, node_.now() + 1h);
  auto late = post(cal_);
  EXPECT_EQ(verdict(muted), error_code::none);
  EXPECT_EQ(verdict(late), error_code::muted);
}

// -- removals and bans ---------------------------------------------------------------------

TEST_F(members, post_nothing_that_was_sent_behind_their_removal) {
  verdict(post(cal_));
  auto removed = remove(ann_, cal_);
  auto late = post(cal_);
  EXPECT_EQ(verdict(removed), error_code::none);
  EXPECT_EQ(verdict(late), error_code::not_a_member);
}

TEST_F(members, are_removed_by_who_may) {
  EXPECT_EQ(verdict(remove(cal_, mia_)), error_code::moderator_only);
  EXPECT_EQ(verdict(remove(cal_, ann_)), error_code::moderator_only);
  EXPECT_EQ(verdict(remove(mia_, ann_)), error_code::owner_only);
  EXPECT_EQ(verdict(remove(bob_, cal_)), error_code::not_a_member);
  EXPECT_EQ(verdict(remove(mia_, bob_)), error_code::user_not_found);
  EXPECT_EQ(verdict(remove(cal_, bob_)), error_code::moderator_only);
  EXPECT_EQ(verdict(remove(ann_, ann_)), error_code::owner_cannot_leave);
  EXPECT_EQ(verdict(remove(bob_, bob_)), error_code::not_a_member);
  EXPECT_EQ(verdict(remove(mia_, cal_)), error_code::none);
  EXPECT_EQ(verdict(remove(mia_, mia_)), error_code::none);
  EXPECT_EQ(verdict(remove(mia_, dan_, true)), error_code::not_a_member);
}

TEST_F(members, who_were_promoted_first_are_not_removed_by_a_moderator) {
  auto promoted = set_role(ann_, cal_, moderator);
  auto removed = remove(mia_, cal_);
  EXPECT_EQ(verdict(promoted), error_code::none);
  EXPECT_EQ(verdict(removed), error_code::owner_only);
}

TEST_F(members, who_leave_do_not_ban_themselves) {
  EXPECT_EQ(verdict(remove(cal_, cal_, true)), error_code::none);
  EXPECT_THAT(node_.store.committed.bans, IsEmpty());
}

TEST_F(members, alone_are_not_the_only_ones_to_be_banned) {
  EXPECT_EQ(verdict(remove(mia_, bob_, true)), error_code::none);
  EXPECT_EQ(verdict(ask_to_join(bob_)), error_code::banned);
  EXPECT_EQ(verdict(remove(mia_, anonymous_user, true)), error_code::user_not_found);
}

TEST_F(members, may_come_back_when_their_ban_is_lifted) {
  remove(ann_, cal_, true);
  EXPECT_EQ(verdict(unban(dan_, cal_)), error_code::not_a_member);
  EXPECT_EQ(verdict(unban(mia_, bob_)), error_code::user_not_found);
  EXPECT_EQ(verdict(unban(mia_, cal_)), error_code::none);
  EXPECT_EQ(verdict(unban(mia_, cal_)), error_code::user_not_found);
  EXPECT_EQ(verdict(ask_to_join(cal_)), error_code::none);
  set_role(ann_, mia_, member);
  EXPECT_EQ(verdict(unban(mia_, cal_)), error_code::moderator_only);
}

TEST_F(members, of_an_open_room_come_back_over_their_socket_when_their_ban_is_lifted) {
  ask<room_view>(change_config{ann_, {{}, join_policy::open, {}, {}, {}}});
  remove(ann_, cal_, true);
  auto& cal = node_.signed_in(cal_);
  cal.joins(room_);
  node_.settle();
  EXPECT_THAT(cal.types_heard(), ElementsAre("room_join_error"));
  unban(ann_, cal_);
  node_.settle();
  cal.forget();
  cal.joins(room_);
  node_.settle();
  EXPECT_THAT(cal.types_heard(), ElementsAre("room_joined"));
}

// -- the owner -----------------------------------------------------------------------------

TEST_F(members, one_of_them_becomes_the_owner_and_the_old_one_moderates) {
  auto out = transfer(ann_, cal_);
  EXPECT_EQ(verdict(out), error_code::none);
  EXPECT_EQ(out->value->value.owner, cal_);
  EXPECT_EQ(stored_room().owner, cal_);
  EXPECT_EQ(place(ann_)->role, moderator);
  EXPECT_EQ(place(cal_)->role, owner);
  EXPECT_EQ(verdict(ask<room_view>(change_room{ann_, {"mine", {}}})), error_code::owner_only);
  EXPECT_EQ(verdict(ask<room_view>(change_room{cal_, {"mine", {}}})), error_code::none);
  EXPECT_EQ(verdict(remove(cal_, cal_)), error_code::owner_cannot_leave);
  EXPECT_EQ(verdict(remove(ann_, ann_)), error_code::none);
}

TEST_F(members, alone_can_be_given_the_room_and_by_its_owner_alone) {
  EXPECT_EQ(verdict(transfer(ann_, bob_)), error_code::user_not_found);
  EXPECT_EQ(verdict(transfer(ann_, user_id(99))), error_code::user_not_found);
  EXPECT_EQ(verdict(transfer(mia_, mia_)), error_code::owner_only);
  EXPECT_EQ(verdict(transfer(cal_, mia_)), error_code::owner_only);
  EXPECT_EQ(verdict(transfer(bob_, cal_)), error_code::not_a_member);
  EXPECT_EQ(stored_room().owner, ann_);
}

TEST_F(members, hear_of_a_new_owner_and_not_of_the_same_one) {
  auto& cal = node_.inside(cal_, room_);
  EXPECT_EQ(verdict(transfer(ann_, ann_)), error_code::none);
  EXPECT_THAT(cal.types_heard(), IsEmpty());
  EXPECT_EQ(verdict(transfer(ann_, mia_)), error_code::none);
  ASSERT_THAT(cal.types_heard(), ElementsAre("room_updated"));
  EXPECT_EQ(cal.heard("room_updated")[0]["owner_id"], mia_.value);
}

TEST_F(members, who_are_given_the_room_are_given_its_requests_and_their_voice) {
  auto id = asked(bob_);
  mute(ann_, cal_, node_.now() + 1h);
  auto& ann = node_.signed_in(ann_);
  auto& cal = node_.signed_in(cal_);
  EXPECT_EQ(verdict(transfer(ann_, cal_)), error_code::none);
  EXPECT_THAT(ann.types_heard(), IsEmpty());
  ASSERT_THAT(cal.types_heard(), ElementsAre("notification"));
  EXPECT_EQ(cal.heard("notification")[0]["id"], id.value);
  EXPECT_EQ(verdict(post(cal_)), error_code::none);
  EXPECT_EQ(verdict(reply(ann_, id)), error_code::notification_not_found);
  EXPECT_EQ(verdict(reply(cal_, id)), error_code::none);
}

TEST_F(members, cannot_be_given_a_room_twice_at_once) {
  auto one = transfer(ann_, cal_), two = transfer(ann_, mia_);
  EXPECT_EQ(verdict(one), error_code::none);
  EXPECT_EQ(verdict(two), error_code::owner_only);
  EXPECT_EQ(stored_room().owner, cal_);
}

} // namespace
} // namespace parley::test
