// Who blocks whom, rejections, requests that were taken back, and rooms whose guests are muted.
#include "tests/storage/storage_suite.hpp"

namespace parley::storage::testing {
namespace {

using kind = notification_kind;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class block_suite : public storage_suite {
protected:
  void SetUp() override {
    storage_suite::SetUp();
    ann_ = add_user("ann");
    bob_ = add_user("bob");
    eve_ = add_user("eve");
    room_ = add_room(ann_);
  }

  result<void> block(user_id by, user_id whom, timestamp at = noon) {
    return commit([&] { return writer_->blocks().add(by, whom, at); });
  }
  void unblock(user_id by, user_id whom) {
    commit([&] { writer_->blocks().remove(by, whom); });
  }
  result<void> withdraw(user_id by) {
    return commit([&] { return writer_->notifications().withdraw(room_, by); });
  }
  result<notification> answer(notification_id id, bool accept, timestamp at = noon) {
    return commit([&] { return writer_->notifications().answer(id, accept, at); });
  }
  std::int64_t rejections(user_id from, user_id by, timestamp since) {
    return reader_->notifications().count_rejections(room_, from, by, since);
  }

  user_id ann_;
  user_id bob_;
  user_id eve_;
  room_id room_;
};

TEST_P(block_suite, a_block_goes_one_way_and_can_be_lifted) {
  EXPECT_TRUE(block(ann_, bob_));
  EXPECT_TRUE(reader_->blocks().has(ann_, bob_));
  EXPECT_FALSE(reader_->blocks().has(bob_, ann_));
  EXPECT_FALSE(reader_->blocks().has(ann_, eve_));
  unblock(ann_, bob_);
  EXPECT_FALSE(reader_->blocks().has(ann_, bob_));
  unblock(ann_, bob_);
}

TEST_P(block_suite, blocking_again_changes_nothing) {
  EXPECT_TRUE(block(ann_, bob_, noon));
  EXPECT_TRUE(block(ann_, eve_, noon + 1ms));
  EXPECT_TRUE(block(ann_, bob_, noon + 2ms));
  EXPECT_THAT(usernames(reader_->blocks().list(ann_, {})), ElementsAre("eve", "bob"));
  EXPECT_EQ(reader_->blocks().count(ann_), 2);
}

TEST_P(block_suite, the_list_is_ones_own_latest_first_in_pages) {
  for (int i = 0; i < 5; ++i)
    ASSERT_TRUE(block(ann_, add_user("user" + std::to_string(i)), noon + std::chrono::milliseconds(i)));
  ASSERT_TRUE(block(bob_, ann_));
  const auto second = reader_->blocks().list(ann_, {.number = 2, .size = 2});
  EXPECT_EQ(second.total, 5);
  EXPECT_THAT(usernames(second), ElementsAre("user2", "user1"));
  EXPECT_THAT(usernames(reader_->blocks().list(bob_, {})), ElementsAre("ann"));
  EXPECT_THAT(usernames(reader_->blocks().list(eve_, {})), IsEmpty());
}

TEST_P(block_suite, nobody_is_blocked_who_is_not_there) {
  EXPECT_EQ(block(ann_, user_id{99}).error(), error_code::user_not_found);
  EXPECT_EQ(block(user_id{99}, ann_).error(), error_code::user_not_found);
  EXPECT_EQ(trial_->number("SELECT COUNT(*) FROM blocks"), 0);
}

TEST_P(block_suite, rejections_are_counted_by_who_asked_whom_about_which_room_and_when) {
  const auto asked = [&](user_id from, user_id receiver, room_id room, bool accept, timestamp at) {
    const auto made = ask(kind::owner_invitation, room, receiver, from);
    ASSERT_TRUE(made);
    ASSERT_TRUE(answer(made->id, accept, at));
  };
  asked(ann_, bob_, room_, false, noon);
  asked(ann_, bob_, room_, false, noon + 1h);
  asked(ann_, bob_, room_, true, noon + 1h);
  asked(eve_, bob_, room_, false, noon + 1h);
  asked(ann_, eve_, room_, false, noon + 1h);
  asked(ann_, bob_, add_room(ann_), false, noon + 1h);
  ASSERT_TRUE(ask(kind::owner_invitation, room_, bob_, ann_)); // not answered
  EXPECT_EQ(rejections(ann_, bob_, noon - 1ms), 2);
  EXPECT_EQ(rejections(ann_, bob_, noon), 1);
  EXPECT_EQ(rejections(ann_, bob_, noon + 1h), 0);
  EXPECT_EQ(rejections(bob_, ann_, noon - 1ms), 0);
}

TEST_P(block_suite, a_request_that_was_withdrawn_is_in_no_list_waits_no_more_and_is_no_rejection) {
  const auto made = ask(kind::join_request, room_, ann_, bob_);
  ASSERT_TRUE(withdraw(bob_));
  EXPECT_TRUE(reader_->notifications().find(made->id)->withdrawn);
  for (std::optional<notification_status> x :
       {std::optional<notification_status>(), std::optional(notification_status::unread),
        std::optional(notification_status::rejected)}) {
    EXPECT_THAT(reader_->notifications().list(ann_, x, {}).items, IsEmpty());
    EXPECT_EQ(reader_->notifications().list(ann_, x, {}).total, 0);
  }
  EXPECT_EQ(reader_->profiles().find(ann_)->unread_notifications, 0);
  EXPECT_EQ(answer(made->id, true).error(), error_code::gone);
  EXPECT_EQ(commit([&] { return writer_->notifications().mark(made->id, ann_, true); }).error(), error_code::gone);
  EXPECT_EQ(rejections(bob_, ann_, noon - 1h), 0);
  EXPECT_TRUE(ask(kind::join_request, room_, ann_, bob_));
}

TEST_P(block_suite, one_can_withdraw_an_own_request_that_waits_and_nothing_else) {
  EXPECT_EQ(withdraw(bob_).error(), error_code::notification_not_found);
  ASSERT_TRUE(ask(kind::owner_invitation, room_, bob_, ann_));
  EXPECT_EQ(withdraw(bob_).error(), error_code::notification_not_found);
  EXPECT_EQ(withdraw(ann_).error(), error_code::notification_not_found);
  const auto made = ask(kind::join_request, room_, ann_, eve_);
  ASSERT_TRUE(answer(made->id, false));
  EXPECT_EQ(withdraw(eve_).error(), error_code::notification_not_found);
}

TEST_P(block_suite, guests_are_muted_by_the_room_until_that_is_changed) {
  EXPECT_EQ(reader_->rooms().find(room_)->guests_muted_until, std::nullopt);
  for (const auto until : {noon, noon + 1h}) {
    commit([&] { writer_->members().mute_guests(room_, until); });
    EXPECT_EQ(reader_->rooms().find(room_)->guests_muted_until, until);
  }
  EXPECT_EQ(reader_->rooms().find(add_room(bob_))->guests_muted_until, std::nullopt);
  commit([&] { writer_->members().mute_guests(room_, std::nullopt); });
  EXPECT_EQ(reader_->rooms().find(room_)->guests_muted_until, std::nullopt);
  commit([&] { writer_->members().mute_guests(room_, noon); });
  EXPECT_TRUE(commit([&] { return writer_->rooms().remove(room_); }));
  EXPECT_EQ(trial_->number("SELECT COUNT(*) FROM guest_mutes"), 0);
}

INSTANTIATE_TEST_SUITE_P(backends, block_suite, ::testing::ValuesIn(all_backends()), backend_name);

} // namespace
} // namespace parley::storage::testing
