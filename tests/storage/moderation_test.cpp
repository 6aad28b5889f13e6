// Roles, mutes, bans, and a room that goes to another owner.
#include "tests/storage/storage_suite.hpp"

namespace parley::storage::testing {
namespace {

class moderation_suite : public storage_suite {
protected:
  void SetUp() override {
    storage_suite::SetUp();
    ann_ = add_user("ann");
    bob_ = add_user("bob");
    eve_ = add_user("eve");
    room_ = add_room(ann_);
    join(room_, bob_);
  }

  result<membership> change(user_id user, const member_patch& x) {
    return commit([&] { return writer_->members().change(room_, user, x); });
  }
  result<void> ban(user_id user, timestamp at) {
    return commit([&] { return writer_->members().remove(room_, user, true, at); });
  }
  result<void> lift(user_id user) {
    return commit([&] { return writer_->members().lift_ban(room_, user); });
  }
  result<std::pair<room, std::vector<notification>>> transfer(user_id to) {
    return commit([&] { return writer_->rooms().transfer(room_, to); });
  }
  std::optional<membership> member(user_id user) { return reader_->rooms().find_access(room_, user)->who; }

  user_id ann_;
  user_id bob_;
  user_id eve_;
  room_id room_;
};

TEST_P(moderation_suite, a_role_is_given_and_taken_and_the_mute_stays) {
  ASSERT_TRUE(change(bob_, {.role = {}, .muted_until = noon + 1h}));
  const auto raised = change(bob_, {.role = member_role::moderator, .muted_until = {}});
  ASSERT_TRUE(raised);
  EXPECT_EQ(raised->role, member_role::moderator);
  EXPECT_EQ(raised->muted_until, noon + 1h);
  EXPECT_EQ(member(bob_), *raised);
  EXPECT_EQ(change(bob_, {.role = member_role::member, .muted_until = {}})->role, member_role::member);
  EXPECT_EQ(member(bob_)->role, member_role::member);
}

TEST_P(moderation_suite, a_mute_is_set_and_lifted_and_the_role_stays) {
  const auto muted = change(bob_, {.role = {}, .muted_until = noon + 1h});
  ASSERT_TRUE(muted);
  EXPECT_EQ(muted->muted_until, noon + 1h);
  EXPECT_EQ(muted->role, member_role::member);
  EXPECT_EQ(member(bob_), *muted);
  const std::optional<timestamp> never;
  EXPECT_EQ(change(bob_, {.role = {}, .muted_until = never})->muted_until, std::nullopt);
  EXPECT_EQ(member(bob_)->muted_until, std::nullopt);
  EXPECT_EQ(member(ann_)->muted_until, std::nullopt);
}

TEST_P(moderation_suite, only_members_change) {
  EXPECT_EQ(change(eve_, {.role = member_role::moderator, .muted_until = {}}).error(), error_code::not_a_member);
  room_ = room_id{99};
  EXPECT_EQ(change(bob_, {.role = member_role::moderator, .muted_until = {}}).error(), error_code::not_a_member);
}

TEST_P(moderation_suite, bans_are_listed_the_latest_first_in_pages) {
  ASSERT_TRUE(ban(eve_, noon + 2s));
  ASSERT_TRUE(ban(bob_, noon + 1s));
  ASSERT_TRUE(ban(add_user("dan"), noon + 3s));
  const auto other = add_room(ann_);
  ASSERT_TRUE(commit([&] { return writer_->members().remove(other, bob_, true, noon); }));
  EXPECT_THAT(usernames(reader_->members().list_bans(room_, {})), ::testing::ElementsAre("dan", "eve", "bob"));
  const auto second = reader_->members().list_bans(room_, {.number = 2, .size = 2});
  EXPECT_THAT(usernames(second), ::testing::ElementsAre("bob"));
  EXPECT_EQ(second.items.at(0).id, bob_);
  EXPECT_EQ(second.total, 3);
  EXPECT_THAT(usernames(reader_->members().list_bans(other, {})), ::testing::ElementsAre("bob"));
  EXPECT_EQ(reader_->members().list_bans(room_id{99}, {}).total, 0);
}

TEST_P(moderation_suite, a_second_ban_keeps_the_time_of_the_first) {
  ASSERT_TRUE(ban(bob_, noon + 1s));
  ASSERT_TRUE(ban(eve_, noon + 2s));
  ASSERT_TRUE(ban(bob_, noon + 3s));
  EXPECT_THAT(usernames(reader_->members().list_bans(room_, {})), ::testing::ElementsAre("eve", "bob"));
}

TEST_P(moderation_suite, a_lifted_ban_lets_somebody_come_back) {
  ASSERT_TRUE(ban(bob_, noon));
  ASSERT_TRUE(lift(bob_));
  EXPECT_EQ(reader_->members().list_bans(room_, {}).total, 0);
  EXPECT_FALSE(reader_->rooms().find_access(room_, bob_)->banned);
  join(room_, bob_);
}

TEST_P(moderation_suite, only_a_ban_that_stands_is_lifted) {
  EXPECT_EQ(lift(bob_).error(), error_code::user_not_found);
  ASSERT_TRUE(ban(bob_, noon));
  EXPECT_EQ(lift(eve_).error(), error_code::user_not_found);
  ASSERT_TRUE(lift(bob_));
  EXPECT_EQ(lift(bob_).error(), error_code::user_not_found);
}

TEST_P(moderation_suite, a_transfer_swaps_the_roles) {
  const auto done = transfer(bob_);
  ASSERT_TRUE(done);
  EXPECT_EQ(done->first.owner, bob_);
  EXPECT_THAT(done->second, ::testing::IsEmpty());
  EXPECT_EQ(reader_->rooms().find(room_)->value, done->first);
  EXPECT_EQ(member(bob_)->role, member_role::owner);
  EXPECT_EQ(member(ann_)->role, member_role::moderator);
  EXPECT_EQ(reader_->profiles().find(bob_)->owned.size(), 1U);
  EXPECT_TRUE(commit([&] { return writer_->members().remove(room_, ann_, false, noon); }));
  EXPECT_EQ(commit([&] { return writer_->members().remove(room_, bob_, false, noon); }).error(),
            error_code::owner_cannot_leave);
}

TEST_P(moderation_suite, a_new_owner_may_speak) {
  ASSERT_TRUE(change(bob_, {.role = {}, .muted_until = noon + 1h}));
  ASSERT_TRUE(transfer(bob_));
  EXPECT_EQ(member(bob_)->muted_until, std::nullopt);
}

TEST_P(moderation_suite, join_requests_that_wait_go_to_the_new_owner_unread) {
  using kind = notification_kind;
  const auto waits = ask(kind::join_request, room_, ann_, eve_);
  const auto answered = ask(kind::join_request, room_, ann_, add_user("dan"));
  const auto invited = ask(kind::owner_invitation, room_, add_user("fay"), ann_);
  const auto other = add_room(ann_);
  const auto elsewhere = ask(kind::join_request, other, ann_, eve_);
  commit([&] {
    EXPECT_TRUE(writer_->notifications().mark(waits->id, ann_, true));
    EXPECT_TRUE(writer_->notifications().answer(answered->id, false, noon));
  });
  const auto done = transfer(bob_);
  ASSERT_TRUE(done);
  auto expected = *waits;
  expected.receiver = bob_;
  EXPECT_THAT(done->second, ::testing::ElementsAre(expected));
  EXPECT_EQ(reader_->notifications().find(waits->id), expected);
  EXPECT_EQ(reader_->notifications().find(answered->id)->receiver, ann_);
  EXPECT_EQ(reader_->notifications().find(invited->id), *invited);
  EXPECT_EQ(reader_->notifications().find(elsewhere->id), *elsewhere);
}

TEST_P(moderation_suite, a_transfer_to_the_owner_changes_nothing) {
  ASSERT_TRUE(ask(notification_kind::join_request, room_, ann_, eve_));
  const auto done = transfer(ann_);
  ASSERT_TRUE(done);
  EXPECT_EQ(done->first.owner, ann_);
  EXPECT_THAT(done->second, ::testing::IsEmpty());
  EXPECT_EQ(member(ann_)->role, member_role::owner);
}

TEST_P(moderation_suite, a_transfer_says_why_it_was_refused) {
  EXPECT_EQ(transfer(eve_).error(), error_code::not_a_member);
  EXPECT_EQ(transfer(user_id{99}).error(), error_code::not_a_member);
  EXPECT_EQ(reader_->rooms().find(room_)->value.owner, ann_);
  room_ = room_id{99};
  EXPECT_EQ(transfer(bob_).error(), error_code::room_not_found);
}

INSTANTIATE_TEST_SUITE_P(backends, moderation_suite, ::testing::ValuesIn(all_backends()), backend_name);

} // namespace
} // namespace parley::storage::testing
