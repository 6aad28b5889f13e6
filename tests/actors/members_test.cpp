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

TEST_F(members, hear_of_roles) {
  auto& cal = node_.inside(cal_, room_);
  auto& flat = node_.inside(mia_, room_, wire_shape::flat);
  cal.forget();
  verdict(set_role(ann_, cal_, moderator));
  ASSERT_THAT(cal.types_heard(), ElementsAre("member_changed"));
  const json news{{"room_id", room_.value},
                  {"user", {{"id", cal_.value}, {"username", "cal"}, {"avatar_url", nullptr}}},
                  {"role", "moderator"},
                  {"muted_until", nullptr}};
  EXPECT_EQ(cal.heard("member_changed").at(0), news);
  auto flat_news = news;
  flat_news["type"] = "member_changed";
  EXPECT_EQ(flat.heard("member_changed").at(0), flat_news);
  verdict(set_role(ann_, cal_, moderator));
  EXPECT_EQ(cal.heard("member_changed").size(), 1U) << "it was one already";
}

TEST_F(members, hear_until_when_they_are_muted_and_others_that_they_were_changed) {
  node_.store.add_member(room_, dan_);
  auto& cal = node_.inside(cal_, room_);
  auto& mia = node_.inside(mia_, room_, wire_shape::flat);
  auto& ann = node_.inside(ann_, room_);
  auto& dan = node_.inside(dan_, room_);
  auto& other = node_.inside(dan_, room_, wire_shape::flat);
  verdict(mute(ann_, cal_, node_.now() + 1h));
  for (const auto* who : {&cal, &mia, &ann, &dan, &other}) {
    ASSERT_EQ(who->heard("member_changed").size(), 1U);
    EXPECT_EQ(who->heard("member_changed").at(0)["muted_until"].is_null(), who == &dan || who == &other);
  }
  verdict(mute(ann_, cal_, std::nullopt));
  for (const auto* who : {&cal, &mia, &ann, &dan, &other})
    EXPECT_TRUE(who->heard("member_changed").at(1)["muted_until"].is_null());
}

TEST_F(members, hear_of_who_comes_and_goes) {
  auto& cal = node_.inside(cal_, room_);
  verdict(reply(ann_, asked(bob_)));
  EXPECT_EQ(cal.heard("member_joined").at(0)["user"]["username"], "bob");
  verdict(reply(dan_, invited(ann_, dan_)));
  EXPECT_EQ(cal.heard("member_joined").at(1)["user"]["username"], "dan");
  verdict(remove(ann_, bob_));
  EXPECT_EQ(cal.heard("member_left").at(0)["user"]["username"], "bob");
  verdict(remove(ann_, mia_, true));
  EXPECT_EQ(cal.heard("member_left").at(1)["role"], "moderator");
  verdict(remove(ann_, bob_, true));
  EXPECT_EQ(cal.heard("member_left").size(), 2U) << "who was banned was no member";
}

TEST_F(members, hear_of_who_comes_into_an_open_room) {
  ask<room_view>(change_config{ann_, {{}, join_policy::open, {}, {}, {}}});
  auto& cal = node_.inside(cal_, room_);
  auto& bob = node_.signed_in(bob_);
  bob.joins(room_);
  node_.settle();
  verdict(ask_to_join(dan_));
  EXPECT_EQ(cal.heard("member_joined").at(0)["user"]["username"], "bob");
  EXPECT_EQ(cal.heard("member_joined").at(1)["user"]["username"], "dan");
  bob.joins(room_);
  node_.settle();
  EXPECT_EQ(cal.heard("member_joined").size(), 2U) << "it is one already";
}

TEST_F(members, hear_of_a_new_owner) {
  auto& cal = node_.inside(cal_, room_);
  verdict(transfer(ann_, mia_));
  ASSERT_EQ(cal.heard("member_changed").size(), 2U);
  EXPECT_EQ(cal.heard("member_changed").at(0)["role"], "moderator");
  EXPECT_EQ(cal.heard("member_changed").at(1)["role"], "owner");
  EXPECT_EQ(cal.heard("member_changed").at(1)["user"]["username"], "mia");
}

TEST_F(members, are_counted_by_the_room) {
  auto& cal = node_.inside(cal_, room_);
  verdict(reply(ann_, asked(bob_)));
  verdict(remove(ann_, mia_));
  verdict(remove(ann_, mia_, true));
  verdict(reply(ann_, asked(dan_)));
  verdict(ask<room_view>(change_room{ann_, {"new name", {}}}));
  EXPECT_EQ(cal.heard("room_updated").at(0)["member_count"], 4);
  verdict(remove(ann_, dan_));
  EXPECT_EQ(verdict(transfer(ann_, cal_)), error_code::none);
  EXPECT_EQ(cal.heard("room_updated").at(1)["member_count"], 3);
}

// -- who joins an open room for members only -----------------------------------------------

TEST_F(members, alone_come_in_where_a_stranger_does_not_want_to_become_one) {
  ask<room_view>(change_config{ann_, {{}, join_policy::open, {}, {}, {}}});
  auto& bob = node_.signed_in(bob_);
  bob.says("join_room", {{"room_id", room_.value}, {"members_only", true}});
  node_.settle();
  EXPECT_EQ(bob.heard("room_join_error").at(0)["code"], "not_a_member");
  EXPECT_FALSE(is_member(bob_));
  auto& cal = node_.signed_in(cal_);
  cal.says("join_room", {{"room_id", room_.value}, {"members_only", true}});
  node_.settle();
  EXPECT_EQ(cal.heard("room_joined").size(), 1U);
  bob.says("join_room", {{"room_id", room_.value}, {"members_only", false}});
  node_.settle();
  EXPECT_TRUE(is_member(bob_));
}

// -- what who joins is told ----------------------------------------------------------------

TEST_F(members, are_told_who_is_here_and_has_read_what) {
  const auto first = node_.store.add_message(room_, ann_, "one");
  const auto second = node_.store.add_message(room_, ann_, "two");
  auto& ann = node_.signed_in(ann_);
  ann.joins(room_);
  node_.settle();
  EXPECT_EQ(ann.heard("room_joined").at(0)["online"], json::array({ann_.value}));
  EXPECT_EQ(ann.heard("room_joined").at(0)["reads"], json::array());
  verdict(ask<read_mark>(mark_read{cal_, second}));
  verdict(ask<read_mark>(mark_read{mia_, first}));
  auto& cal = node_.signed_in(cal_);
  cal.joins(room_);
  node_.settle();
  EXPECT_EQ(cal.heard("room_joined").at(0)["online"], json::array({ann_.value, cal_.value}));
  EXPECT_EQ(cal.heard("room_joined").at(0)["reads"],
            json::array({{{"user_id", cal_.value}, {"last_read_id", second.value}},
                         {{"user_id", mia_.value}, {"last_read_id", first.value}}}));
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
  ASSERT_THAT(cal.types_heard(), ElementsAre("room_updated", "member_changed", "member_changed"));
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
