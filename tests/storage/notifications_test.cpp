// Invitations and join requests: one that waits a candidate, one answer each.
#include "tests/storage/storage_suite.hpp"

#include <latch>
#include <thread>

namespace parley::storage::testing {
namespace {

using kind = notification_kind;
using status = notification_status;

class notification_suite : public storage_suite {
protected:
  void SetUp() override {
    storage_suite::SetUp();
    ann_ = add_user("ann");
    bob_ = add_user("bob");
    eve_ = add_user("eve");
    room_ = add_room(ann_, "Чай");
    join(room_, eve_);
  }

  result<notification> mark(notification_id id, user_id receiver, bool read) {
    return commit([&] { return writer_->notifications().mark(id, receiver, read); });
  }
  result<notification> answer(notification_id id, bool accept) {
    return commit([&] { return writer_->notifications().answer(id, accept, noon); });
  }

  /// Runs `step` on two threads at once, in a transaction of its own writer each. What each answered, the good first.
  template <class Step>
  std::vector<error_code> twice_at_once(Step step) {
    std::vector<error_code> out(2, error_code::internal);
    std::latch start(2);
    {
      std::vector<std::jthread> threads;
      for (auto& outcome : out)
        threads.emplace_back([&] {
          const auto mine = database_->open_writer();
          start.arrive_and_wait();
          mine->begin();
          const auto done = step(*mine);
          mine->commit();
          outcome = done ? error_code::none : done.error();
        });
    }
    std::sort(out.begin(), out.end());
    return out;
  }

  user_id ann_;
  user_id bob_;
  user_id eve_;
  room_id room_;
};

TEST_P(notification_suite, a_join_request_is_read_back_whole) {
  const auto made = ask(kind::join_request, room_, ann_, bob_, noon + 7ms);
  ASSERT_TRUE(made);
  EXPECT_TRUE(made->id);
  auto expected = notification{.id = made->id,
                               .receiver = ann_,
                               .kind = kind::join_request,
                               .status = status::unread,
                               .room = room_,
                               .room_name = "Чай",
                               .from = {bob_, "bob", std::nullopt},
                               .token = "secret",
                               .created_at = noon + 7ms};
  EXPECT_EQ(*made, expected);
  EXPECT_EQ(reader_->notifications().find(made->id), expected);
  EXPECT_EQ(made->candidate(), bob_);
}

TEST_P(notification_suite, the_sender_is_shown_as_it_is_now_and_the_room_as_it_was) {
  const auto made = ask(kind::owner_invitation, room_, bob_, ann_);
  EXPECT_TRUE(commit([&] {
    return writer_->users().update(
      ann_, {.username = "Anna", .email = {}, .password_hash = {}, .avatar_url = "/avatars/a.png"});
  }));
  EXPECT_TRUE(commit([&] { return writer_->rooms().update(room_, {.name = "Coffee", .description = {}}); }));
  const auto found = reader_->notifications().find(made->id);
  EXPECT_EQ(found->from, (user_brief{ann_, "Anna", "/avatars/a.png"}));
  EXPECT_EQ(found->room_name, "Чай");
}

TEST_P(notification_suite, asking_says_why_it_was_refused) {
  EXPECT_EQ(ask(kind::join_request, room_id{99}, ann_, bob_).error(), error_code::room_not_found);
  EXPECT_EQ(ask(kind::join_request, room_, ann_, user_id{99}).error(), error_code::user_not_found);
  EXPECT_EQ(ask(kind::owner_invitation, room_, user_id{99}, ann_).error(), error_code::user_not_found);
  EXPECT_EQ(trial_->number("SELECT COUNT(*) FROM notifications"), 0);
}

TEST_P(notification_suite, one_of_any_kind_waits_for_a_candidate_of_a_room) {
  ASSERT_TRUE(ask(kind::join_request, room_, ann_, bob_));
  EXPECT_EQ(ask(kind::join_request, room_, ann_, bob_).error(), error_code::already_pending);
  EXPECT_EQ(ask(kind::owner_invitation, room_, bob_, ann_).error(), error_code::already_pending);
  EXPECT_EQ(ask(kind::member_invitation, room_, bob_, eve_).error(), error_code::already_pending);
  const auto other = add_room(ann_);
  EXPECT_TRUE(ask(kind::join_request, other, ann_, bob_));
  const auto dan = add_user("dan");
  EXPECT_TRUE(ask(kind::join_request, room_, ann_, dan));
  EXPECT_EQ(trial_->number("SELECT COUNT(*) FROM notifications"), 3);
}

TEST_P(notification_suite, one_that_was_read_still_waits) {
  const auto made = ask(kind::owner_invitation, room_, bob_, ann_);
  ASSERT_TRUE(mark(made->id, bob_, true));
  EXPECT_EQ(ask(kind::join_request, room_, ann_, bob_).error(), error_code::already_pending);
}

TEST_P(notification_suite, an_answer_makes_room_for_the_next) {
  for (const bool accept : {true, false}) {
    const auto made = ask(kind::member_invitation, room_, bob_, eve_);
    ASSERT_TRUE(made);
    const auto answered = answer(made->id, accept);
    ASSERT_TRUE(answered);
    EXPECT_EQ(answered->status, accept ? status::accepted : status::rejected);
    EXPECT_EQ(reader_->notifications().find(made->id), *answered);
  }
  EXPECT_TRUE(ask(kind::join_request, room_, ann_, bob_));
}

TEST_P(notification_suite, within_one_transaction_an_invitation_turns_into_a_request) {
  const auto invited = ask(kind::member_invitation, room_, bob_, eve_);
  const auto asked = commit([&] {
    EXPECT_TRUE(writer_->notifications().answer(invited->id, true, noon));
    return writer_->notifications().add({.kind = kind::join_request,
                                         .receiver = ann_,
                                         .from = bob_,
                                         .room = room_,
                                         .token = "next",
                                         .created_at = noon + 1s});
  });
  ASSERT_TRUE(asked);
  EXPECT_GT(asked->id, invited->id);
  EXPECT_EQ(asked->receiver, ann_);
}

TEST_P(notification_suite, the_receiver_marks_it_read_and_unread) {
  const auto made = ask(kind::join_request, room_, ann_, bob_);
  EXPECT_EQ(mark(made->id, ann_, true)->status, status::read);
  EXPECT_EQ(mark(made->id, ann_, true)->status, status::read);
  EXPECT_EQ(reader_->notifications().find(made->id)->status, status::read);
  EXPECT_EQ(mark(made->id, ann_, false)->status, status::unread);
}

TEST_P(notification_suite, marking_says_why_it_was_refused) {
  const auto made = ask(kind::join_request, room_, ann_, bob_);
  EXPECT_EQ(mark(made->id, bob_, true).error(), error_code::notification_not_found);
  EXPECT_EQ(mark(notification_id{99}, ann_, true).error(), error_code::notification_not_found);
  ASSERT_TRUE(answer(made->id, false));
  EXPECT_EQ(mark(made->id, ann_, true).error(), error_code::already_answered);
  EXPECT_EQ(mark(made->id, bob_, true).error(), error_code::notification_not_found);
  EXPECT_EQ(reader_->notifications().find(made->id)->status, status::rejected);
}

TEST_P(notification_suite, a_second_answer_changes_nothing) {
  const auto made = ask(kind::join_request, room_, ann_, bob_);
  ASSERT_TRUE(answer(made->id, true));
  EXPECT_EQ(answer(made->id, false).error(), error_code::already_answered);
  EXPECT_EQ(reader_->notifications().find(made->id)->status, status::accepted);
  EXPECT_EQ(answer(notification_id{99}, true).error(), error_code::notification_not_found);
}

TEST_P(notification_suite, an_answer_whose_transaction_is_rolled_back_may_be_given_again) {
  const auto made = ask(kind::join_request, room_, ann_, bob_);
  writer_->begin();
  EXPECT_TRUE(writer_->notifications().answer(made->id, true, noon));
  writer_->rollback();
  EXPECT_EQ(reader_->notifications().find(made->id)->status, status::unread);
  EXPECT_TRUE(answer(made->id, false));
}

TEST_P(notification_suite, of_two_answers_at_once_one_counts) {
  for (int round = 0; round < 5; ++round) {
    const auto made = ask(kind::join_request, room_, ann_, bob_);
    ASSERT_TRUE(made);
    EXPECT_THAT(
      twice_at_once([&](writer& mine) { return mine.notifications().answer(made->id, round % 2 == 0, noon); }),
      ::testing::ElementsAre(error_code::none, error_code::already_answered));
  }
}

TEST_P(notification_suite, of_two_requests_at_once_one_is_made) {
  const new_notification wish{
    .kind = kind::join_request, .receiver = ann_, .from = bob_, .room = room_, .token = "t", .created_at = noon};
  EXPECT_THAT(twice_at_once([&](writer& mine) { return mine.notifications().add(wish); }),
              ::testing::ElementsAre(error_code::none, error_code::already_pending));
  EXPECT_EQ(reader_->notifications().list(ann_, {}, {}).total, 1);
}

TEST_P(notification_suite, lists_are_the_receivers_own_newest_first_in_pages) {
  std::vector<notification_id> made;
  for (const char* name : {"a1", "b2", "c3", "d4", "e5"})
    made.push_back(ask(kind::join_request, room_, ann_, add_user(name))->id);
  ASSERT_TRUE(ask(kind::owner_invitation, room_, bob_, ann_));
  const auto second = reader_->notifications().list(ann_, {}, {.number = 2, .size = 2});
  EXPECT_EQ(second.total, 5);
  EXPECT_EQ(second.number, 2);
  EXPECT_EQ(second.size, 2);
  ASSERT_EQ(second.items.size(), 2U);
  EXPECT_EQ(second.items[0].id, made[2]);
  EXPECT_EQ(second.items[1].id, made[1]);
  EXPECT_EQ(reader_->notifications().list(bob_, {}, {}).total, 1);
  EXPECT_THAT(reader_->notifications().list(eve_, {}, {}).items, ::testing::IsEmpty());
}

TEST_P(notification_suite, a_list_may_ask_for_one_status) {
  const auto read = ask(kind::join_request, room_, ann_, bob_)->id;
  const auto rejected = ask(kind::join_request, room_, ann_, add_user("dan"))->id;
  const auto unread = ask(kind::join_request, room_, ann_, add_user("fay"))->id;
  ASSERT_TRUE(mark(read, ann_, true));
  ASSERT_TRUE(answer(rejected, false));
  const auto only = [&](status x) {
    const auto found = reader_->notifications().list(ann_, x, {});
    EXPECT_EQ(found.total, std::ssize(found.items));
    return found.items.empty() ? notification_id{} : found.items.front().id;
  };
  EXPECT_EQ(only(status::read), read);
  EXPECT_EQ(only(status::rejected), rejected);
  EXPECT_EQ(only(status::unread), unread);
  EXPECT_EQ(only(status::accepted), notification_id{});
}

TEST_P(notification_suite, it_outlives_its_room_and_keeps_the_name) {
  const auto made = ask(kind::owner_invitation, room_, bob_, ann_);
  EXPECT_TRUE(commit([&] { return writer_->rooms().remove(room_); }));
  const auto found = reader_->notifications().find(made->id);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->room_name, "Чай");
  EXPECT_EQ(found->room, room_);
  EXPECT_TRUE(answer(made->id, false));
}

TEST_P(notification_suite, it_stays_when_the_sender_leaves_or_the_candidate_joins) {
  const auto made = ask(kind::member_invitation, room_, bob_, eve_);
  EXPECT_TRUE(commit([&] { return writer_->members().remove(room_, eve_, true, noon); }));
  join(room_, bob_);
  EXPECT_EQ(reader_->notifications().find(made->id), *made);
}

INSTANTIATE_TEST_SUITE_P(backends, notification_suite, ::testing::ValuesIn(all_backends()), backend_name);

} // namespace
} // namespace parley::storage::testing
