// A user's own rooms and what is unread in them.
#include "tests/storage/storage_suite.hpp"

namespace parley::storage::testing {
namespace {

class profile_suite : public storage_suite {
protected:
  void SetUp() override {
    storage_suite::SetUp();
    ann_ = add_user("ann");
    bob_ = add_user("bob");
  }

  std::int64_t unread(user_id user) {
    const auto profile = reader_->profiles().find(user).value();
    return profile.joined.at(0).unread;
  }

  /// A room of Ann with this history, two messages, Bob, then three more.
  room_id half_seen(history_policy history, member_role role = member_role::member) {
    const auto id = add_room(ann_, "room", {.history = history});
    post(id, ann_, "1");
    post(id, ann_, "2");
    join(id, bob_, role);
    post(id, ann_, "3");
    post(id, ann_, "4");
    last_ = post(id, ann_, "5");
    return id;
  }

  user_id ann_;
  user_id bob_;
  message_id last_;
};

TEST_P(profile_suite, a_profile_names_owned_and_joined_rooms_apart) {
  const auto own = add_room(bob_, "own");
  const auto first = add_room(ann_, "first");
  add_room(ann_, "foreign");
  join(first, bob_);
  const auto profile = reader_->profiles().find(bob_);
  ASSERT_TRUE(profile);
  EXPECT_EQ(profile->value, reader_->users().find(bob_));
  EXPECT_THAT(profile->owned, ::testing::ElementsAre(room_brief{own, "own", false, 0}));
  EXPECT_THAT(profile->joined, ::testing::ElementsAre(room_brief{first, "first", false, 0}));
  EXPECT_EQ(profile->unread_notifications, 0);
}

TEST_P(profile_suite, activity_is_what_was_stored_last) {
  const auto first = add_room(ann_, "first");
  const auto second = add_room(ann_, "second");
  commit([&] { writer_->rooms().set_active(second, true); });
  EXPECT_FALSE(reader_->profiles().find(ann_)->owned.at(0).is_active);
  EXPECT_TRUE(reader_->profiles().find(ann_)->owned.at(1).is_active);
  commit([&] {
    writer_->rooms().set_active(first, true);
    writer_->rooms().set_active(second, false);
  });
  EXPECT_TRUE(reader_->profiles().find(ann_)->owned.at(0).is_active);
  EXPECT_FALSE(reader_->profiles().find(ann_)->owned.at(1).is_active);
  commit([&] { writer_->rooms().clear_active(); });
  EXPECT_FALSE(reader_->profiles().find(ann_)->owned.at(0).is_active);
}

TEST_P(profile_suite, all_messages_of_others_are_unread_at_first) {
  half_seen(history_policy::all);
  EXPECT_EQ(unread(bob_), 5);
}

TEST_P(profile_suite, what_lies_before_the_join_is_not_unread_where_it_is_hidden) {
  half_seen(history_policy::since_join);
  EXPECT_EQ(unread(bob_), 3);
}

TEST_P(profile_suite, nothing_is_unread_where_no_history_shows) {
  half_seen(history_policy::none);
  EXPECT_EQ(unread(bob_), 0);
}

TEST_P(profile_suite, a_moderator_sees_the_whole_history_as_unread) {
  half_seen(history_policy::since_join, member_role::moderator);
  EXPECT_EQ(unread(bob_), 5);
}

TEST_P(profile_suite, the_read_mark_ends_what_is_unread) {
  const auto id = half_seen(history_policy::since_join);
  mark_read(id, bob_, message_id{last_.value - 1});
  EXPECT_EQ(unread(bob_), 1);
}

TEST_P(profile_suite, a_read_mark_before_the_join_shows_nothing_hidden) {
  const auto id = half_seen(history_policy::since_join);
  mark_read(id, bob_, message_id{1});
  EXPECT_EQ(unread(bob_), 3);
}

TEST_P(profile_suite, the_mark_of_somebody_else_changes_nothing) {
  const auto id = half_seen(history_policy::all);
  mark_read(id, ann_, last_);
  EXPECT_EQ(unread(bob_), 5);
}

TEST_P(profile_suite, ones_own_messages_and_deleted_ones_are_not_unread) {
  const auto id = half_seen(history_policy::all);
  post(id, bob_, "my own");
  mark_deleted(last_);
  EXPECT_EQ(unread(bob_), 4);
  EXPECT_EQ(reader_->profiles().find(ann_)->owned.at(0).unread, 1);
}

TEST_P(profile_suite, what_was_counted_once_is_counted_on_and_again_after_a_deletion) {
  const auto id = half_seen(history_policy::all);
  EXPECT_EQ(unread(bob_), 5);
  const auto sixth = post(id, ann_, "6");
  EXPECT_EQ(unread(bob_), 6);
  mark_deleted(last_);
  EXPECT_EQ(unread(bob_), 5);
  mark_deleted(last_);
  EXPECT_EQ(unread(bob_), 5) << "it was deleted already";
  mark_read(id, bob_, sixth);
  EXPECT_EQ(unread(bob_), 0);
  post(id, ann_, "7");
  EXPECT_EQ(unread(bob_), 1);
}

TEST_P(profile_suite, what_is_unread_is_counted_as_far_as_a_thousand) {
  const auto id = add_room(ann_);
  join(id, bob_);
  append(std::vector(999, draft(id, ann_, "one of many")));
  EXPECT_EQ(unread(bob_), 999);
  auto ids = append(std::vector(6, draft(id, ann_, "one of many")));
  EXPECT_EQ(unread(bob_), 1000);
  for (const auto& x : ids)
    mark_deleted(x.value().value.id);
  EXPECT_EQ(unread(bob_), 999);
}

TEST_P(profile_suite, a_message_behind_thousands_of_ones_own_is_found_by_and_by) {
  const auto id = add_room(ann_);
  join(id, bob_);
  append(std::vector(4500, draft(id, bob_, "my own")));
  post(id, ann_, "an answer");
  for (int asked = 0; asked < 2; ++asked)
    EXPECT_EQ(unread(bob_), 0);
  EXPECT_EQ(unread(bob_), 1);
}

TEST_P(profile_suite, a_place_is_all_that_a_room_is_to_a_member) {
  const auto id = half_seen(history_policy::since_join);
  mark_read(id, bob_, message_id{last_.value - 1});
  const auto place = reader_->profiles().find_place(id, bob_);
  ASSERT_TRUE(place);
  EXPECT_EQ(place->access.value, reader_->rooms().find(id)->value);
  EXPECT_EQ(place->access.who, reader_->rooms().find_access(id, bob_)->who);
  EXPECT_FALSE(place->access.banned);
  EXPECT_EQ(place->last_message, last_);
  EXPECT_EQ(place->last_read, message_id{last_.value - 1});
  EXPECT_EQ(place->unread, 1);
  EXPECT_FALSE(place->pending);
}

TEST_P(profile_suite, a_place_of_a_stranger_is_empty) {
  const auto id = add_room(ann_);
  post(id, ann_, "unheard");
  const auto place = reader_->profiles().find_place(id, bob_);
  ASSERT_TRUE(place);
  EXPECT_FALSE(place->access.who);
  EXPECT_EQ(place->last_read, message_id{});
  EXPECT_EQ(place->unread, 0);
  EXPECT_FALSE(reader_->profiles().find_place(room_id{id.value + 1}, bob_)) << "there is no such room";
}

TEST_P(profile_suite, a_place_names_what_waits_for_an_answer) {
  const auto id = add_room(ann_);
  const auto other = add_room(ann_, "other");
  const auto asked = ask(notification_kind::join_request, id, ann_, bob_);
  const auto invited = ask(notification_kind::owner_invitation, other, bob_, ann_);
  ASSERT_TRUE(asked && invited);
  EXPECT_EQ(reader_->profiles().find_place(id, bob_)->pending->id, asked->id);
  EXPECT_EQ(reader_->profiles().find_place(id, bob_)->pending->kind, notification_kind::join_request);
  EXPECT_EQ(reader_->profiles().find_place(other, bob_)->pending->kind, notification_kind::owner_invitation);
  EXPECT_FALSE(reader_->profiles().find_place(id, ann_)->pending) << "it waits for her, and not for her place";
  EXPECT_TRUE(commit([&] { return writer_->notifications().answer(asked->id, false, noon); }));
  EXPECT_FALSE(reader_->profiles().find_place(id, bob_)->pending);
}

TEST_P(profile_suite, a_place_tells_of_a_ban) {
  const auto id = add_room(ann_);
  ASSERT_TRUE(commit([&] { return writer_->members().remove(id, bob_, true, noon); }));
  EXPECT_TRUE(reader_->profiles().find_place(id, bob_)->access.banned);
}

TEST_P(profile_suite, a_room_that_changed_hands_is_the_new_owners) {
  const auto id = add_room(ann_, "room");
  join(id, bob_);
  EXPECT_TRUE(commit([&] { return writer_->rooms().transfer(id, bob_); }));
  EXPECT_THAT(reader_->profiles().find(bob_)->owned, ::testing::ElementsAre(room_brief{id, "room", false, 0}));
  EXPECT_THAT(reader_->profiles().find(ann_)->joined, ::testing::ElementsAre(room_brief{id, "room", false, 0}));
}

TEST_P(profile_suite, only_own_notifications_that_nobody_read_are_counted) {
  const auto room = add_room(ann_);
  const auto eve = add_user("eve");
  const auto asked = ask(notification_kind::join_request, room, ann_, bob_);
  const auto answered = ask(notification_kind::join_request, room, ann_, eve);
  ASSERT_TRUE(asked && answered);
  EXPECT_EQ(reader_->profiles().find(ann_)->unread_notifications, 2);
  EXPECT_EQ(reader_->profiles().find(bob_)->unread_notifications, 0);
  EXPECT_TRUE(commit([&] { return writer_->notifications().mark(asked->id, ann_, true); }));
  EXPECT_TRUE(commit([&] { return writer_->notifications().answer(answered->id, false, noon); }));
  EXPECT_EQ(reader_->profiles().find(ann_)->unread_notifications, 0);
  EXPECT_TRUE(commit([&] { return writer_->notifications().mark(asked->id, ann_, false); }));
  EXPECT_EQ(reader_->profiles().find(ann_)->unread_notifications, 1);
}

INSTANTIATE_TEST_SUITE_P(backends, profile_suite, ::testing::ValuesIn(all_backends()), backend_name);

} // namespace
} // namespace parley::storage::testing
