// A disk that hangs: what waits for it is bounded in number and in time, whoever asks hears so, and nothing is lost.
#include "actors/envelope_session.hpp"
#include "actors/patience.hpp"
#include "tests/support/small_node.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::test {
namespace {

using namespace std::chrono_literals;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class a_hanging_disk : public ::testing::Test {
protected:
  explicit a_hanging_disk(small_node::limits_are limits = small_node::limits_are::off) : node_({}, limits) {
    ann_ = node_.store.add_user("ann");
    bob_ = node_.store.add_user("bob");
    eve_ = node_.store.add_user("eve");
    room_ = node_.store.add_room(ann_, {.join = join_policy::open});
    node_.store.add_member(room_, bob_);
  }

  void hang() { node_.hold(node_.writer); }
  /// Everybody has heard what was asked before the time begins.
  void pass(std::chrono::milliseconds time) {
    node_.settle();
    node_.advance(time);
  }
  void recover() {
    node_.release(node_.writer);
    node_.settle();
    node_.advance(2 * write_gate::resolution); // the gate learns of it
  }
  auto submit(user_id user, const std::string& text) {
    return node_.ask<submitted>(node_.live(room_), submit_message{{user, "name", {}}, {text, {}, {}}});
  }
  auto write() {
    return node_.ask<finished>(node_.gate, write_request{make_write_job([](storage::writer&) { return true; })});
  }
  writer_figures at_the_gate() {
    auto out = node_.ask<writer_figures>(node_.gate, get_writer_figures{});
    node_.settle();
    return out->value.value();
  }

  small_node node_;
  user_id ann_, bob_, eve_;
  room_id room_;
};

// -- the gate ------------------------------------------------------------------------------

TEST_F(a_hanging_disk, is_known_after_the_patience_and_new_changes_are_refused_at_once) {
  hang();
  auto first = write();
  pass(write_patience - 250ms);
  auto second = write();
  node_.settle();
  EXPECT_TRUE(first->pending());
  EXPECT_TRUE(second->pending());
  pass(250ms);
  auto third = write();
  node_.settle();
  EXPECT_EQ(third->refused, error_code::rate_limited);
  EXPECT_EQ(at_the_gate().queued, 2U);
  EXPECT_EQ(at_the_gate().refused, 1U);
  recover();
  EXPECT_TRUE(first->value);
  EXPECT_TRUE(second->value);
  auto fourth = write();
  node_.settle();
  EXPECT_TRUE(fourth->value);
  EXPECT_EQ(at_the_gate().queued, 0U);
}

TEST_F(a_hanging_disk, is_not_what_a_node_that_was_stopped_for_a_while_takes_it_for) {
  auto before = write();
  node_.settle();
  ASSERT_FALSE(before->pending());
  node_.hold(node_.gate);
  node_.advance(10s);
  auto first = write();
  node_.release(node_.gate);
  node_.settle();
  EXPECT_FALSE(first->pending());
  EXPECT_EQ(first->refused, std::nullopt);
}

TEST_F(a_hanging_disk, has_no_more_entries_before_it_than_the_bound) {
  hang();
  for (std::size_t i = 0; i < write_gate::entry_limit; ++i)
    caf::anon_send(node_.gate, write_request{make_write_job([](storage::writer&) { return true; })});
  pass(2 * write_gate::resolution);
  EXPECT_EQ(at_the_gate().queued, write_gate::entry_limit);
  auto one_more = write();
  node_.settle();
  EXPECT_EQ(one_more->refused, error_code::rate_limited);
  recover();
  EXPECT_EQ(at_the_gate().queued, 0U);
  EXPECT_EQ(at_the_gate().commits, (write_gate::entry_limit + db_writer::batch_limit - 1) / db_writer::batch_limit);
}

TEST_F(a_hanging_disk, has_no_more_bytes_before_it_than_the_bound) {
  auto& ann = node_.inside(ann_, room_);
  pass(1s);
  hang();
  const std::string text(1024 * 1024, 'x');
  const auto fit = write_gate::byte_limit / text.size();
  std::vector<std::shared_ptr<const answer<submitted>>> asked;
  for (std::size_t i = 0; i <= fit; ++i)
    asked.push_back(submit(ann_, text));
  pass(2 * write_gate::resolution);
  EXPECT_EQ(asked.back()->refused, error_code::rate_limited);
  EXPECT_TRUE(asked[fit - 1]->pending());
  EXPECT_EQ(at_the_gate().queued, fit);
  recover();
  EXPECT_EQ(ann.texts().size(), fit);
}

TEST_F(a_hanging_disk, that_fails_in_the_end_leaves_nothing_counted) {
  node_.store.fail(store_call::commit);
  hang();
  auto lost = write();
  node_.settle();
  recover();
  EXPECT_EQ(lost->refused, error_code::internal);
  EXPECT_EQ(at_the_gate().queued, 0U);
  EXPECT_EQ(at_the_gate().failures, 1U);
}

TEST_F(a_hanging_disk, that_is_slow_now_and_then_is_none) {
  for (int i = 0; i < 20; ++i) {
    hang();
    auto slow = write();
    pass(write_patience - 750ms);
    EXPECT_TRUE(slow->pending());
    recover();
    EXPECT_TRUE(slow->value);
  }
  EXPECT_EQ(at_the_gate().refused, 0U);
}

// -- messages ------------------------------------------------------------------------------

class senders_before_a_hanging_disk : public a_hanging_disk, public ::testing::WithParamInterface<wire_shape> {};

TEST_P(senders_before_a_hanging_disk, hear_so_in_time_and_the_room_hears_the_message_when_it_is_stored) {
  auto& ann = node_.inside(ann_, room_, GetParam());
  auto& bob = node_.inside(bob_, room_);
  ann.forget();
  hang();
  ann.posts(room_, "early", "c1");
  auto by_http = submit(bob_, "as well");
  pass(answer_patience - 250ms);
  EXPECT_THAT(ann.types_heard(), IsEmpty());
  pass(250ms);
  EXPECT_THAT(ann.errors(), ElementsAre("rate_limited"));
  EXPECT_EQ(ann.heard("error").at(0)["retry_after_ms"], session::backlog_pause_ms);
  EXPECT_EQ(by_http->refused, error_code::rate_limited);
  EXPECT_THAT(bob.texts(), IsEmpty());

  recover();
  EXPECT_THAT(bob.texts(), ElementsAre("early", "as well"));
  EXPECT_THAT(ann.texts(), ElementsAre("early", "as well"));
  EXPECT_THAT(ann.heard("message_ack"), IsEmpty()) << "it was answered before";

  ann.forget();
  ann.posts(room_, "early", "c1"); // as a careful client does
  node_.settle();
  EXPECT_EQ(bob.texts().size(), 2U);
  if (GetParam() == wire_shape::envelope)
    EXPECT_EQ(ann.heard("message_ack").at(0)["message_id"], 1);
  else
    EXPECT_THAT(ann.ids(), ElementsAre(1));
}

TEST_P(senders_before_a_hanging_disk, are_refused_at_once_from_then_on_and_served_again_after_it) {
  auto& ann = node_.inside(ann_, room_, GetParam());
  auto& bob = node_.inside(bob_, room_);
  ann.forget();
  hang();
  ann.posts(room_, "first");
  pass(write_patience);
  for (int i = 0; i < 20; ++i)
    ann.posts(room_, "refused");
  node_.settle();
  EXPECT_THAT(ann.errors(), ::testing::SizeIs(20));
  EXPECT_THAT(ann.errors(), Each("rate_limited"));
  recover();
  ann.posts(room_, "second");
  node_.settle();
  EXPECT_THAT(bob.texts(), ElementsAre("first", "second"));
  EXPECT_FALSE(ann.closed());
}

INSTANTIATE_TEST_SUITE_P(shapes, senders_before_a_hanging_disk,
                         ::testing::Values(wire_shape::envelope, wire_shape::flat));

class limited_senders : public a_hanging_disk {
protected:
  limited_senders() : a_hanging_disk(small_node::limits_are::on) {}
};

TEST_F(limited_senders, are_not_closed_for_what_is_the_servers_fault) {
  auto& ann = node_.inside(ann_, room_);
  hang();
  ann.posts(room_, "first");
  pass(write_patience);
  for (int i = 0; i < 15; ++i)
    ann.posts(room_, "refused");
  node_.settle();
  EXPECT_EQ(ann.errors().size(), 15U);
  EXPECT_FALSE(ann.closed());
}

TEST_F(a_hanging_disk, does_not_let_a_room_forget_what_is_being_committed) {
  auto& ann = node_.inside(ann_, room_);
  hang();
  ann.posts(room_, "kept");
  pass(answer_patience);
  pass(2min); // the room is asked to end in vain
  ann.breaks();
  pass(2min);
  recover();
  EXPECT_EQ(node_.store.committed.messages.size(), 1U);
  pass(3min);
  EXPECT_EQ(node_.alive(room_), 0);
}

// -- all else --------------------------------------------------------------------------------

TEST_F(a_hanging_disk, lets_who_would_become_a_member_know_in_time) {
  auto& ann = node_.inside(ann_, room_);
  auto& eve = node_.signed_in(eve_);
  hang();
  eve.joins(room_);
  pass(answer_patience);
  EXPECT_THAT(eve.types_heard(), ElementsAre("room_join_error"));
  EXPECT_EQ(eve.heard("room_join_error").at(0)["code"], "rate_limited");
  recover();
  EXPECT_THAT(eve.types_heard(), ElementsAre("room_join_error")) << "it was told that it is not inside";
  EXPECT_EQ(node_.active_users(room_), 1);
  ann.forget();
  eve.joins(room_);
  node_.settle();
  EXPECT_THAT(eve.types_heard(), ElementsAre("room_join_error", "room_joined"));
  EXPECT_THAT(ann.types_heard(), ElementsAre("presence"));
}

TEST_F(a_hanging_disk, makes_a_flat_client_come_again_later) {
  node_.inside(ann_, room_);
  hang();
  auto& eve = node_.connect_chat(std::to_string(room_.value), node_.token(eve_));
  pass(answer_patience);
  EXPECT_THAT(eve.errors(), ElementsAre("rate_limited"));
  EXPECT_EQ(eve.closed(), close_code::rate_limit);
}

TEST_F(a_hanging_disk, lets_who_waits_behind_a_message_know_in_time) {
  auto& ann = node_.inside(ann_, room_);
  auto& bob = node_.signed_in(bob_);
  hang();
  ann.posts(room_, "unseen");
  node_.settle();
  bob.joins(room_, message_id{1}); // as if it had read it over HTTP
  pass(answer_patience);
  EXPECT_THAT(bob.types_heard(), ElementsAre("room_join_error"));
  recover();
  bob.joins(room_, message_id{1});
  node_.settle();
  EXPECT_THAT(bob.types_heard(), ElementsAre("room_join_error", "room_activity", "room_joined"));
}

TEST_F(a_hanging_disk, refuses_what_one_user_asks_behind_a_change_of_the_same_user) {
  auto& bob = node_.inside(bob_, room_);
  hang();
  const auto room = node_.live(room_);
  auto muted = node_.ask<member_state>(room, change_member{ann_, bob_, {{}, node_.now() + 1h}});
  node_.settle();
  bob.posts(room_, "behind it");
  auto left = node_.ask<finished>(room, remove_member{bob_, bob_, false});
  pass(answer_patience);
  EXPECT_THAT(bob.errors(), ElementsAre("rate_limited"));
  EXPECT_EQ(left->refused, error_code::rate_limited);
  EXPECT_TRUE(muted->pending()) << "who asked over HTTP gives up by itself";
  recover();
  ASSERT_TRUE(muted->value);
  bob.posts(room_, "too late");
  node_.settle();
  EXPECT_THAT(bob.errors(), ElementsAre("rate_limited", "muted")) << "the room knows what came of it";
  EXPECT_TRUE(node_.store.committed.members.contains({room_, bob_})) << "what was refused is not done later";
}

TEST_F(a_hanging_disk, keeps_presence_right) {
  auto& ann = node_.inside(ann_, room_);
  hang();
  ann.breaks();
  pass(5s);
  node_.inside(bob_, room_);
  pass(10s);
  recover();
  pass(1min);
  EXPECT_TRUE(node_.store.committed.is_active(room_));
  EXPECT_EQ(node_.active_users(room_), 1);
}

// -- readers ---------------------------------------------------------------------------------

TEST_F(a_hanging_disk, that_cannot_be_read_either_is_told_of_in_time) {
  auto& ann = node_.inside(ann_, room_);
  auto& eve = node_.signed_in(eve_);
  auto& bob = node_.signed_in(bob_);
  node_.hold(node_.reader);
  bob.joins(room_);
  bob.posts(room_, "behind it");
  eve.joins(room_id{room_.value + 1});
  auto unknown = node_.connect(node_.token(ann_)).id();
  pass(answer_patience + 250ms);
  EXPECT_THAT(bob.types_heard(), ::testing::UnorderedElementsAre("room_join_error", "error"));
  EXPECT_THAT(eve.types_heard(), ElementsAre("room_join_error"));
  EXPECT_EQ(eve.heard("room_join_error").at(0)["code"], "rate_limited");
  EXPECT_NE(unknown, ann.id());
  ann.posts(room_, "known members go on");
  node_.settle();
  EXPECT_THAT(ann.texts(), ElementsAre("known members go on"));
  node_.release(node_.reader);
  node_.settle();
  bob.joins(room_);
  node_.settle();
  EXPECT_EQ(bob.heard("room_joined").size(), 1U);
}

TEST_F(a_hanging_disk, lets_no_more_than_so_many_requests_of_a_client_wait_for_a_room_to_be_found) {
  auto& ann = node_.signed_in(ann_);
  node_.hold(node_.reader);
  for (std::size_t i = 0; i <= envelope_session::waiting_limit; ++i)
    ann.posts(room_, "x");
  node_.settle();
  EXPECT_THAT(ann.errors(), ElementsAre("rate_limited"));
  node_.release(node_.reader);
  node_.settle();
  EXPECT_EQ(ann.heard("message_ack").size(), envelope_session::waiting_limit);
}

// -- ending ----------------------------------------------------------------------------------

TEST_F(a_hanging_disk, keeps_a_room_that_should_end_alive_for_who_comes) {
  room_config together;
  together.sync = sync_mode::everyone;
  const auto room = node_.store.add_room(ann_, together);
  const auto video = node_.store.add_video(room, ann_);
  auto& ann = node_.inside(ann_, room);
  ann.says("sync_load", {{"room_id", room.value}, {"video_id", video.value}});
  ann.says("sync_play", {{"room_id", room.value}, {"position_s", 0}});
  node_.settle();
  ann.breaks();
  pass(59s);
  hang();
  pass(17s); // it is asked to end, and has to store where its player is
  auto& late = node_.signed_in(ann_);
  late.joins(room);
  pass(answer_patience);
  EXPECT_THAT(late.types_heard(), ElementsAre("room_joined"));
  EXPECT_EQ(node_.alive(room), 1);
  recover();
  EXPECT_EQ(node_.alive(room), 1);
  EXPECT_EQ(node_.active_users(room), 1);
}

} // namespace
} // namespace parley::test
