// Group commit: what shares a transaction, what is answered when, and what a failure takes along.
#include "tests/support/small_node.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class writer_suite : public ::testing::Test {
protected:
  writer_suite() {
    ann_ = node_.store.add_user("ann");
    bob_ = node_.store.add_user("bob");
    room_ = node_.store.add_room(ann_);
    node_.store.add_member(room_, bob_);
  }

  auto submit(user_id user, const std::string& text) {
    return node_.ask<submitted>(node_.live(room_), submit_message{{user, "name", {}}, {text, {}, {}}});
  }
  template <class Step>
  auto write(Step step) {
    return node_.ask<finished>(node_.writer, write_request{make_write_job(std::move(step))});
  }

  small_node node_;
  user_id ann_, bob_;
  room_id room_;
};

TEST_F(writer_suite, a_failed_commit_is_an_internal_error_for_the_sender_and_silence_for_all) {
  auto& ann = node_.inside(ann_, room_);
  auto& bob = node_.inside(bob_, room_, wire_shape::flat);
  ann.forget();
  node_.store.fail(store_call::commit);
  ann.posts(room_, "lost");
  node_.settle();
  EXPECT_THAT(ann.types_heard(), ElementsAre("error"));
  EXPECT_THAT(ann.errors(), ElementsAre("internal"));
  EXPECT_THAT(bob.types_heard(), IsEmpty());
  EXPECT_THAT(node_.store.committed.messages, IsEmpty());
  EXPECT_EQ(node_.figures().failures, 1U);

  bob.posts(room_, "kept");
  node_.settle();
  EXPECT_THAT(ann.texts(), ElementsAre("kept"));
  EXPECT_THAT(bob.texts(), ElementsAre("kept"));
}

TEST_F(writer_suite, a_failed_begin_or_append_is_no_different) {
  auto& ann = node_.inside(ann_, room_);
  for (auto call : {store_call::begin, store_call::append}) {
    node_.store.fail(call);
    ann.posts(room_, "lost");
    node_.settle();
  }
  EXPECT_THAT(ann.errors(), ElementsAre("internal", "internal"));
  ann.posts(room_, "kept");
  node_.settle();
  EXPECT_THAT(ann.texts(), ElementsAre("kept"));
}

TEST_F(writer_suite, whichever_transaction_fails_acknowledged_messages_are_stored_and_no_others) {
  for (int nth = 1; nth <= 6; ++nth) {
    SCOPED_TRACE(nth);
    small_node node;
    auto user = node.store.add_user("ann");
    auto room = node.store.add_room(user);
    auto& ann = node.inside(user, room);
    node.store.fail(store_call::commit, nth);
    for (int i = 0; i < 6; ++i) {
      ann.posts(room, std::to_string(i));
      node.settle();
    }
    std::vector<std::string> stored;
    for (const auto& x : node.store.committed.messages)
      stored.push_back(x.content);
    EXPECT_EQ(stored.size(), 5U);
    EXPECT_EQ(ann.texts(), stored);
    EXPECT_EQ(ann.heard("message_ack").size(), 5U);
    EXPECT_THAT(ann.errors(), ElementsAre("internal"));
  }
}

TEST_F(writer_suite, a_job_that_fails_is_undone_alone) {
  node_.inside(ann_, room_);
  node_.hold(node_.writer);
  auto before = submit(ann_, "before");
  node_.settle();
  auto failing = write([room = room_](storage::writer& w) -> bool {
    w.rooms().set_active(room, true);
    throw storage::storage_error("a job of the test");
  });
  auto good =
    write([room = room_, user = bob_](storage::writer& w) { return w.members().remove(room, user, false, {}); });
  node_.settle();
  auto after = submit(ann_, "after");
  node_.settle();
  auto told = node_.store.committed.activity.size();
  node_.release(node_.writer);
  node_.settle();
  EXPECT_EQ(failing->refused, error_code::internal);
  EXPECT_TRUE(good->value);
  EXPECT_TRUE(before->value);
  EXPECT_TRUE(after->value);
  EXPECT_EQ(node_.store.committed.activity.size(), told);
  EXPECT_FALSE(node_.store.committed.members.contains({room_, bob_}));
  EXPECT_EQ(node_.figures().failures, 0U);
}

TEST_F(writer_suite, a_job_is_answered_only_after_its_commit) {
  auto out = write([room = room_](storage::writer& w) { return (w.rooms().set_active(room, true), true); });
  node_.store.fail(store_call::commit);
  node_.settle();
  EXPECT_EQ(out->refused, error_code::internal);
  EXPECT_THAT(node_.store.committed.activity, IsEmpty());
}

TEST_F(writer_suite, a_job_sees_the_messages_that_were_queued_before_it) {
  node_.inside(ann_, room_);
  node_.hold(node_.writer);
  auto message = submit(ann_, "first");
  node_.settle();
  auto seen = std::make_shared<message_id>();
  write([seen, room = room_](storage::writer& w) {
    *seen = w.rooms().find(room)->last_message;
    return true;
  });
  node_.release_all();
  node_.settle();
  EXPECT_EQ(*seen, message_id{1});
}

TEST_F(writer_suite, who_becomes_a_member_behind_a_message_of_the_same_transaction_does_not_hear_it) {
  node_.store.committed.rooms.at(room_).config = {.join = join_policy::open, .history = history_policy::since_join};
  const auto cal = node_.store.add_user("cal");
  auto& socket = node_.signed_in(cal);
  node_.inside(ann_, room_);
  node_.hold(node_.writer);
  submit(ann_, "before");
  node_.settle();
  node_.ask<admission>(node_.live(room_), become_member{cal});
  node_.settle();
  socket.joins(room_);
  node_.settle();
  node_.release_all();
  node_.settle();
  EXPECT_EQ(socket.heard("room_joined").size(), 1U);
  EXPECT_THAT(socket.texts(), IsEmpty());
}

TEST_F(writer_suite, what_queues_during_one_commit_shares_the_next) {
  constexpr int senders = 128;
  std::vector<user_id> users;
  for (int i = 0; i < senders; ++i) {
    users.push_back(node_.store.add_user("user" + std::to_string(i)));
    node_.store.add_member(room_, users.back());
  }
  auto& bob = node_.inside(bob_, room_);
  auto commits = node_.figures().commits;
  node_.hold(node_.writer);
  std::vector<std::shared_ptr<const answer<submitted>>> asked;
  for (int i = 0; i < senders; ++i) {
    asked.push_back(submit(users[static_cast<std::size_t>(i)], std::to_string(i)));
    node_.settle();
  }
  for (const auto& x : asked)
    ASSERT_TRUE(x->pending());
  node_.release(node_.writer);
  node_.settle();

  auto figures = node_.figures();
  EXPECT_LE(figures.commits - commits, 2U);
  EXPECT_EQ(figures.messages, static_cast<std::uint64_t>(senders));
  EXPECT_EQ(figures.queued, 0U);
  std::int64_t last = 0;
  for (const auto& x : asked) {
    ASSERT_TRUE(x->value);
    EXPECT_EQ(x->value->receipt.id.value, ++last);
  }
  ASSERT_EQ(bob.texts().size(), static_cast<std::size_t>(senders));
  for (int i = 0; i < senders; ++i)
    ASSERT_EQ(bob.texts()[static_cast<std::size_t>(i)], std::to_string(i));
}

/// The writer alone, with a room that only listens.
class listening_room final : public room_actor::base {
public:
  listening_room(caf::actor_config& cfg, std::shared_ptr<std::vector<committed::outcome>> heard)
    : room_actor::base(cfg), heard_(std::move(heard)) {}

protected:
  behavior_type make_behavior() override {
    auto unasked = [this] { return caf::make_error(error_code::internal); };
    return {
      [](const join_room&) {},
      [](const expect_people&) {},
      [](const leave_room&) {},
      [](const post_message&) {},
      [](const set_typing&) {},
      [](const rename_member&) {},
      [this](const committed& x) { heard_->insert(heard_->end(), x.outcomes.begin(), x.outcomes.end()); },
      [](const tick&) {},
      [unasked](const submit_message&) -> caf::result<submitted> { return unasked(); },
      [unasked](const change_room&) -> caf::result<room_view> { return unasked(); },
      [unasked](const change_config&) -> caf::result<room_view> { return unasked(); },
      [unasked](const dissolve_room&) -> caf::result<finished> { return unasked(); },
      [unasked](const become_member&) -> caf::result<admission> { return unasked(); },
      [unasked](const withdraw_request&) -> caf::result<finished> { return unasked(); },
      [unasked](const invite_member&) -> caf::result<admission> { return unasked(); },
      [unasked](const answer_notification&) -> caf::result<notification_outcome> { return unasked(); },
      [unasked](const change_member&) -> caf::result<member_state> { return unasked(); },
      [unasked](const lift_ban&) -> caf::result<finished> { return unasked(); },
      [unasked](const transfer_room&) -> caf::result<room_view> { return unasked(); },
      [unasked](const remove_member&) -> caf::result<finished> { return unasked(); },
      [unasked](const edit_message&) -> caf::result<message> { return unasked(); },
      [unasked](const delete_message&) -> caf::result<finished> { return unasked(); },
      [unasked](const mark_read&) -> caf::result<read_mark> { return unasked(); },
      [](const steer&) {},
      [](const set_buffering&) {},
      [](const request_sync&) {},
      [](const video_removed&) {},
      [unasked](const settle_room&) -> caf::result<finished> { return unasked(); },
      [unasked](const retire&) -> caf::result<bool> { return unasked(); },
    };
  }

private:
  std::shared_ptr<std::vector<committed::outcome>> heard_;
};

class crowded_writer : public writer_suite {
protected:
  void append(std::uint64_t count) {
    for (std::uint64_t i = 0; i < count; ++i)
      caf::anon_send(node_.writer, append_message{listener_, ++ticket_, {room_, {ann_, "ann", {}}, {"x", {}, {}}, {}}});
  }

  std::shared_ptr<std::vector<committed::outcome>> heard_ = std::make_shared<std::vector<committed::outcome>>();
  room_actor listener_ = node_.system().spawn<listening_room>(heard_);
  std::uint64_t ticket_ = 0;
};

TEST_F(crowded_writer, a_transaction_has_no_more_entries_than_its_bound) {
  append(2 * db_writer::batch_limit + 1);
  node_.settle();
  EXPECT_THAT(node_.store.appended, ElementsAre(db_writer::batch_limit, db_writer::batch_limit, 1));
  ASSERT_EQ(heard_->size(), ticket_);
  for (std::size_t i = 0; i < heard_->size(); ++i) {
    ASSERT_EQ((*heard_)[i].ticket, i + 1);
    ASSERT_EQ((*heard_)[i].value.value().value.id.value, static_cast<std::int64_t>(i) + 1);
  }
}

TEST_F(crowded_writer, a_failed_transaction_takes_only_its_own_entries_along) {
  node_.store.fail(store_call::commit);
  append(db_writer::batch_limit + 1);
  node_.settle();
  ASSERT_EQ(heard_->size(), ticket_);
  for (std::size_t i = 0; i < db_writer::batch_limit; ++i)
    ASSERT_EQ((*heard_)[i].value.error(), error_code::internal);
  EXPECT_TRUE(heard_->back().value);
  EXPECT_EQ(node_.store.committed.messages.size(), 1U);
}

} // namespace
} // namespace parley::test
