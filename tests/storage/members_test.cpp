// Members and bans of a room.
#include "tests/storage/storage_suite.hpp"

namespace parley::storage::testing {
namespace {

class member_suite : public storage_suite {
protected:
  void SetUp() override {
    storage_suite::SetUp();
    ann_ = add_user("ann");
    bob_ = add_user("bob");
    room_ = add_room(ann_);
  }

  result<membership> add(user_id user, timestamp at = noon) {
    return commit([&] { return writer_->members().add(room_, user, member_role::member, at); });
  }
  result<void> remove(user_id user, bool ban) {
    return commit([&] { return writer_->members().remove(room_, user, ban, noon); });
  }

  user_id ann_;
  user_id bob_;
  room_id room_;
};

TEST_P(member_suite, the_creator_is_owner_and_member) {
  const auto access = reader_->rooms().find_access(room_, ann_);
  ASSERT_TRUE(access);
  EXPECT_EQ(access->value.id, room_);
  EXPECT_FALSE(access->banned);
  EXPECT_EQ(access->who, (membership{.user = ann_,
                                     .role = member_role::owner,
                                     .muted_until = std::nullopt,
                                     .joined_at = noon,
                                     .joined_after = message_id{}}));
}

TEST_P(member_suite, a_stranger_has_access_to_nothing_but_the_room_itself) {
  const auto access = reader_->rooms().find_access(room_, bob_);
  ASSERT_TRUE(access);
  EXPECT_EQ(access->value.owner, ann_);
  EXPECT_FALSE(access->who);
  EXPECT_FALSE(access->banned);
}

TEST_P(member_suite, a_member_remembers_the_last_message_before_it_came) {
  const auto last = post(room_, ann_, "before");
  const auto joined = add(bob_, noon + 1min);
  ASSERT_TRUE(joined);
  EXPECT_EQ(joined->user, bob_);
  EXPECT_EQ(joined->role, member_role::member);
  EXPECT_EQ(joined->joined_after, last);
  EXPECT_EQ(joined->joined_at, noon + 1min);
  EXPECT_EQ(reader_->rooms().find_access(room_, bob_)->who, *joined);
}

TEST_P(member_suite, members_are_listed_by_their_ids_alone) {
  const auto eve = add_user("eve");
  ASSERT_TRUE(add(eve));
  ASSERT_TRUE(add(bob_));
  EXPECT_THAT(reader_->members().list_ids(room_), ::testing::ElementsAre(ann_, bob_, eve));
}

TEST_P(member_suite, members_are_counted_as_they_come_and_go) {
  const auto count = [&] { return reader_->rooms().find(room_)->value.members; };
  EXPECT_EQ(count(), 1);
  ASSERT_TRUE(add(bob_));
  EXPECT_FALSE(add(bob_)) << "a member already";
  EXPECT_EQ(count(), 2);
  EXPECT_EQ(reader_->rooms().find_access(room_, bob_)->value.members, 2);
  ASSERT_TRUE(remove(bob_, true));
  ASSERT_TRUE(remove(bob_, true)) << "banned already";
  EXPECT_EQ(count(), 1);
  EXPECT_EQ(commit([&] { return writer_->rooms().create(ann_, {"new", {}, {}}, noon); }).members, 1);
}

TEST_P(member_suite, joining_says_why_it_was_refused) {
  ASSERT_TRUE(add(bob_));
  EXPECT_EQ(add(bob_).error(), error_code::already_member);
  EXPECT_EQ(add(ann_).error(), error_code::already_member);
  EXPECT_EQ(add(user_id{99}).error(), error_code::user_not_found);
  ASSERT_TRUE(remove(bob_, true));
  EXPECT_EQ(add(bob_).error(), error_code::banned);
  room_ = room_id{99};
  EXPECT_EQ(add(bob_).error(), error_code::room_not_found);
}

TEST_P(member_suite, members_are_listed_in_the_order_in_which_they_joined) {
  const auto eve = add_user("eve");
  ASSERT_TRUE(add(eve));
  ASSERT_TRUE(add(bob_));
  EXPECT_TRUE(commit([&] {
    return writer_->users().update(bob_,
                                   {.username = {}, .email = {}, .password_hash = {}, .avatar_url = "/avatars/x.png"});
  }));
  const auto found = reader_->members().list(room_);
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].user, (user_brief{ann_, "ann", std::nullopt}));
  EXPECT_EQ(found[0].role, member_role::owner);
  EXPECT_EQ(found[1].user, (user_brief{eve, "eve", std::nullopt}));
  EXPECT_EQ(found[2].user, (user_brief{bob_, "bob", "/avatars/x.png"}));
  EXPECT_EQ(found[2].role, member_role::member);
  EXPECT_EQ(found[2].joined_at, noon);
  EXPECT_FALSE(found[2].online);
}

TEST_P(member_suite, a_removed_member_may_come_back_and_is_then_the_newest) {
  const auto eve = add_user("eve");
  ASSERT_TRUE(add(bob_));
  ASSERT_TRUE(add(eve));
  ASSERT_TRUE(remove(bob_, false));
  EXPECT_FALSE(reader_->rooms().find_access(room_, bob_)->who);
  ASSERT_TRUE(add(bob_));
  EXPECT_EQ(reader_->members().list(room_).back().user.id, bob_);
}

TEST_P(member_suite, a_banned_member_is_out_and_marked) {
  ASSERT_TRUE(add(bob_));
  ASSERT_TRUE(remove(bob_, true));
  const auto access = reader_->rooms().find_access(room_, bob_);
  EXPECT_FALSE(access->who);
  EXPECT_TRUE(access->banned);
  const auto other = add_room(ann_);
  EXPECT_FALSE(reader_->rooms().find_access(other, bob_)->banned);
}

TEST_P(member_suite, somebody_who_is_no_member_can_be_banned_even_twice) {
  EXPECT_TRUE(remove(bob_, true));
  EXPECT_TRUE(remove(bob_, true));
  EXPECT_TRUE(reader_->rooms().find_access(room_, bob_)->banned);
}

TEST_P(member_suite, removing_says_why_it_was_refused) {
  EXPECT_EQ(remove(bob_, false).error(), error_code::not_a_member);
  EXPECT_EQ(remove(ann_, false).error(), error_code::owner_cannot_leave);
  EXPECT_EQ(remove(ann_, true).error(), error_code::owner_cannot_leave);
  EXPECT_FALSE(reader_->rooms().find_access(room_, ann_)->banned);
  EXPECT_EQ(remove(user_id{99}, true).error(), error_code::user_not_found);
  room_ = room_id{99};
  EXPECT_EQ(remove(bob_, true).error(), error_code::room_not_found);
}

INSTANTIATE_TEST_SUITE_P(backends, member_suite, ::testing::ValuesIn(all_backends()), backend_name);

} // namespace
} // namespace parley::storage::testing
