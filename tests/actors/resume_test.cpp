// Resuming: after `room_joined` comes what was missed, then what is new, without a gap and without a double.
#include "tests/support/small_node.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class resume_suite : public ::testing::Test {
protected:
  resume_suite() {
    ann_ = node_.store.add_user("ann");
    bob_ = node_.store.add_user("bob");
    room_ = node_.store.add_room(ann_);
    node_.store.add_member(room_, bob_);
  }

  /// Stored before the room was started, so that its actor does not remember them.
  void stored(int count) {
    for (int i = 0; i < count; ++i)
      node_.store.add_message(room_, ann_, "old" + std::to_string(i));
  }

  static std::vector<std::int64_t> range(std::int64_t first, std::int64_t last) {
    std::vector<std::int64_t> out;
    for (auto i = first; i <= last; ++i)
      out.push_back(i);
    return out;
  }

  small_node node_;
  user_id ann_, bob_;
  room_id room_;
};

TEST_F(resume_suite, the_missed_messages_follow_the_answer_in_order_and_are_marked) {
  stored(5);
  auto& bob = node_.signed_in(bob_);
  bob.joins(room_, message_id{2});
  node_.settle();
  ASSERT_EQ(bob.types_heard().front(), "room_joined");
  EXPECT_EQ(bob.heard("room_joined")[0]["last_message_id"], 5);
  EXPECT_FALSE(bob.heard("room_joined")[0].contains("resync"));
  EXPECT_THAT(bob.ids(), ElementsAre(3, 4, 5));
  for (const auto& x : bob.heard("room_message"))
    EXPECT_EQ(x["replayed"], true);
}

TEST_F(resume_suite, a_join_without_a_last_message_replays_nothing) {
  stored(5);
  auto& bob = node_.signed_in(bob_);
  bob.joins(room_);
  node_.settle();
  EXPECT_THAT(bob.types_heard(), ElementsAre("room_joined"));
}

TEST_F(resume_suite, from_zero_all_is_replayed_and_from_the_last_nothing) {
  stored(3);
  auto& all = node_.signed_in(bob_);
  all.joins(room_, message_id{0});
  auto& none = node_.signed_in(bob_);
  none.joins(room_, message_id{3});
  node_.settle();
  EXPECT_THAT(all.ids(), ElementsAre(1, 2, 3));
  EXPECT_THAT(none.types_heard(), ElementsAre("room_joined"));
}

TEST_F(resume_suite, the_room_gives_from_memory_the_same_as_the_store) {
  auto& ann = node_.inside(ann_, room_);
  for (int i = 0; i < 8; ++i)
    ann.posts(room_, "m" + std::to_string(i));
  node_.settle();
  auto& from_memory = node_.signed_in(bob_);
  node_.hold(node_.reader);
  from_memory.joins(room_, message_id{3});
  node_.settle();
  EXPECT_THAT(from_memory.ids(), IsEmpty()) << "the right is not known yet";
  node_.release(node_.reader);
  node_.settle();

  small_node other;
  other.store.committed = node_.store.committed;
  auto& from_store = other.signed_in(bob_);
  from_store.joins(room_, message_id{3});
  other.settle();
  EXPECT_THAT(from_memory.ids(), ElementsAre(4, 5, 6, 7, 8));
  EXPECT_EQ(from_memory.heard("room_message"), from_store.heard("room_message"));
}

TEST_F(resume_suite, what_the_room_remembers_needs_no_reader) {
  auto& ann = node_.inside(ann_, room_);
  node_.inside(bob_, room_); // its right is known from now on
  for (int i = 0; i < 3; ++i)
    ann.posts(room_, "m");
  auto& bob = node_.signed_in(bob_);
  node_.hold(node_.reader);
  bob.joins(room_, message_id{1});
  node_.settle();
  EXPECT_THAT(bob.ids(), ElementsAre(2, 3));
}

TEST_F(resume_suite, a_thousand_missed_are_replayed) {
  stored(1000);
  auto& bob = node_.signed_in(bob_);
  bob.joins(room_, message_id{0});
  node_.settle();
  EXPECT_EQ(bob.ids(), range(1, 1000));
}

TEST_F(resume_suite, over_a_thousand_missed_the_client_is_told_to_resync) {
  stored(1001);
  auto& bob = node_.signed_in(bob_);
  bob.joins(room_, message_id{0});
  node_.settle();
  EXPECT_THAT(bob.types_heard(), ElementsAre("room_joined"));
  EXPECT_EQ(bob.heard("room_joined")[0]["resync"], true);
  node_.inside(ann_, room_).posts(room_, "live");
  node_.settle();
  EXPECT_THAT(bob.ids(), ElementsAre(1002));
}

TEST_F(resume_suite, history_since_join_hides_what_came_before_the_member_did) {
  stored(4);
  node_.store.committed.rooms.at(room_).config.history = history_policy::since_join;
  node_.store.committed.members.at({room_, bob_}).joined_after = message_id{2};
  auto& bob = node_.signed_in(bob_);
  auto& owner = node_.signed_in(ann_);
  bob.joins(room_, message_id{0});
  owner.joins(room_, message_id{0});
  node_.settle();
  EXPECT_THAT(bob.ids(), ElementsAre(3, 4));
  EXPECT_THAT(owner.ids(), ElementsAre(1, 2, 3, 4));
}

TEST_F(resume_suite, history_none_replays_nothing) {
  stored(4);
  node_.store.committed.rooms.at(room_).config.history = history_policy::none;
  auto& bob = node_.signed_in(bob_);
  bob.joins(room_, message_id{0});
  node_.settle();
  EXPECT_THAT(bob.types_heard(), ElementsAre("room_joined"));
}

/// A message is posted while a join waits for the reader. R: the reader reads; W: the writer takes in or commits;
/// L: the room handles what came to it. Every order of three steps each, then everything else.
TEST_F(resume_suite, in_every_order_of_reading_committing_and_publishing_there_is_no_gap_and_no_double) {
  std::string order = "LLLLRWWW";
  std::sort(order.begin(), order.end());
  int orders = 0;
  do {
    SCOPED_TRACE(order);
    small_node node;
    node.store.committed = node_.store.committed;
    for (int i = 0; i < 3; ++i)
      node.store.add_message(room_, ann_, "old");
    auto& ann = node.inside(ann_, room_);
    auto& other = node.inside(bob_, room_); // so that bob's right is known and the one read is that of the replay
    auto& bob = node.signed_in(bob_);
    node.hold(node.reader);
    node.hold(node.writer);
    node.hold(node.live(room_));
    bob.joins(room_, message_id{1});
    node.settle();
    ASSERT_TRUE(node.step(node.live(room_))); // the join: asks the reader
    ann.posts(room_, "new");
    ann.posts(room_, "newer");
    node.settle();
    for (char who : order) {
      if (who == 'R')
        node.step(node.reader);
      else if (who == 'W')
        node.step(node.writer);
      else
        node.step(node.live(room_));
      node.settle();
    }
    node.release_all();
    node.settle();
    ASSERT_THAT(bob.ids(), ElementsAre(2, 3, 4, 5));
    ASSERT_EQ(bob.types_heard().front(), "room_joined");
    ASSERT_THAT(other.ids(), ElementsAre(4, 5));
    ++orders;
  } while (std::next_permutation(order.begin(), order.end()));
  EXPECT_EQ(orders, 280);
}

TEST_F(resume_suite, what_is_published_between_the_reading_and_its_answer_is_not_missed) {
  stored(3);
  auto& ann = node_.inside(ann_, room_);
  auto& bob = node_.signed_in(bob_);
  node_.store.after_find_missed = [&] {
    ann.posts(room_, "new");
    ann.posts(room_, "newer");
    node_.settle();
    ASSERT_THAT(ann.ids(), ElementsAre(4, 5));
  };
  bob.joins(room_, message_id{1});
  node_.settle();
  EXPECT_THAT(bob.ids(), ElementsAre(2, 3, 4, 5));
  EXPECT_EQ(bob.heard("room_joined").at(0)["last_message_id"], 5);
}

TEST_F(resume_suite, what_is_committed_and_read_before_the_room_publishes_it_comes_once_and_live) {
  stored(3);
  auto& ann = node_.inside(ann_, room_);
  auto& bob = node_.signed_in(bob_);
  node_.store.after_commit = [&] {
    bob.joins(room_, message_id{1});
    node_.settle(); // the writer is within its step: the room does not know yet
    ASSERT_THAT(bob.ids(), ElementsAre(2, 3));
  };
  ann.posts(room_, "new");
  node_.settle();
  EXPECT_THAT(bob.ids(), ElementsAre(2, 3, 4));
  EXPECT_EQ(bob.heard("room_joined").at(0)["last_message_id"], 3);
  EXPECT_FALSE(bob.heard("room_message").back().contains("replayed"));
}

TEST_F(resume_suite, a_message_that_the_client_read_before_the_room_published_it_does_not_come_again) {
  stored(3);
  auto& ann = node_.inside(ann_, room_);
  auto& bob = node_.signed_in(bob_);
  node_.store.after_commit = [&] {
    if (node_.store.committed.messages.size() != 4 || !bob.types_heard().empty())
      return;
    bob.joins(room_, message_id{4}); // it is in the database: bob has it from there
    node_.settle();
    ASSERT_THAT(bob.types_heard(), IsEmpty()) << "the writer is within its step: the room does not know yet";
  };
  ann.posts(room_, "new");
  node_.settle();
  ann.posts(room_, "newer");
  node_.settle();
  EXPECT_EQ(bob.heard("room_joined").at(0)["last_message_id"], 4);
  EXPECT_THAT(bob.ids(), ElementsAre(5));
}

TEST_F(resume_suite, a_join_waits_only_for_what_was_on_its_way_when_it_came) {
  stored(3);
  auto& ann = node_.inside(ann_, room_);
  auto& bob = node_.signed_in(bob_);
  node_.hold(node_.writer);
  ann.posts(room_, "new");
  node_.settle();
  node_.step(node_.writer);           // it takes the message
  bob.joins(room_, message_id{1000}); // nobody can have read that
  node_.settle();
  ann.posts(room_, "newer");
  node_.settle();
  EXPECT_THAT(bob.types_heard(), IsEmpty());
  node_.step(node_.writer); // it commits the first one
  node_.settle();
  EXPECT_EQ(bob.heard("room_joined").at(0)["last_message_id"], 4);
  node_.release_all();
  node_.settle();
  EXPECT_THAT(bob.ids(), ElementsAre(5)) << "whatever it claims, it hears what comes";
}

TEST_F(resume_suite, a_join_that_waits_is_refused_where_the_room_is_gone_by_then) {
  auto& inside = node_.inside(bob_, room_);
  auto& bob = node_.signed_in(bob_);
  node_.hold(node_.writer);
  node_.ask<finished>(node_.live(room_), dissolve_room{ann_});
  node_.settle();
  inside.posts(room_, "new");
  node_.settle();
  bob.joins(room_, message_id{1});
  node_.settle();
  EXPECT_THAT(bob.types_heard(), IsEmpty());
  node_.release_all();
  node_.settle();
  EXPECT_THAT(bob.types_heard(), ElementsAre("room_join_error"));
  EXPECT_EQ(bob.heard("room_join_error").at(0)["code"], "room_not_found");
}

TEST_F(resume_suite, whoever_runs_when_each_client_hears_every_message_after_its_last_once) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 lot(seed);
    small_node node;
    node.store.committed = node_.store.committed;
    for (int i = 0; i < 3; ++i)
      node.store.add_message(room_, ann_, "old");
    node.store.after_commit = node.store.after_find_missed = [&] { node.run_some(lot, lot() % 12); };
    auto& ann = node.inside(ann_, room_);
    auto& first = node.signed_in(bob_);
    auto& second = node.signed_in(bob_);
    first.joins(room_, message_id{1});
    for (int i = 0; i < 3; ++i)
      ann.posts(room_, "new");
    second.joins(room_, message_id{2});
    ann.posts(room_, "newest");
    node.settle_shuffled(lot);
    ASSERT_EQ(first.ids(), range(2, 7));
    ASSERT_EQ(second.ids(), range(3, 7));
  }
}

// -- changes of older messages -------------------------------------------------------------

class changes_suite : public resume_suite {
protected:
  /// Joins with what the client knows: payloads are read from `client`.
  client& comes_back(std::optional<std::int64_t> last_message, std::int64_t last_change) {
    auto& out = node_.signed_in(bob_);
    json wish{{"room_id", room_.value}, {"last_change", last_change}};
    if (last_message)
      wish["last_message_id"] = *last_message;
    out.says("join_room", wish);
    node_.settle();
    return out;
  }
  const room_actor& live() {
    if (!started_)
      node_.inside(ann_, room_);
    started_ = true;
    return node_.live(room_);
  }
  void edits(std::int64_t id, const std::string& content) {
    node_.ask<message>(live(), edit_message{ann_, message_id{id}, content});
    node_.settle();
  }
  void deletes(std::int64_t id) {
    node_.ask<finished>(live(), delete_message{ann_, message_id{id}});
    node_.settle();
  }
  static std::int64_t last_change(const client& who) { return who.heard("room_joined").at(0)["last_change"]; }

private:
  bool started_ = false;
};

TEST_F(changes_suite, who_joins_is_told_the_revision_of_the_room) {
  stored(2);
  EXPECT_EQ(last_change(comes_back({}, 0)), 0);
  edits(1, "new");
  deletes(2);
  deletes(2); // it was deleted before: no change
  EXPECT_EQ(last_change(comes_back({}, 2)), 2);
}

TEST_F(changes_suite, what_was_edited_and_deleted_meanwhile_is_told_again_before_what_was_missed) {
  stored(3);
  edits(1, "before");
  const auto known = last_change(comes_back(3, 0));
  edits(2, "second");
  deletes(1);
  node_.inside(ann_, room_).posts(room_, "new");
  node_.settle();
  auto& bob = comes_back(3, known);
  EXPECT_THAT(bob.types_heard(), ElementsAre("room_joined", "message_edited", "message_deleted", "room_message"));
  const auto edited = bob.heard("message_edited").at(0);
  EXPECT_EQ(edited["content"], "second");
  EXPECT_EQ(edited["replayed"], true);
  EXPECT_EQ(bob.heard("message_deleted").at(0), (json{{"id", 1}, {"room_id", room_.value}, {"replayed", true}}));
}

TEST_F(changes_suite, a_message_that_was_changed_often_is_told_once_as_it_is) {
  stored(2);
  edits(1, "once");
  edits(1, "twice");
  auto& bob = comes_back(2, 0);
  ASSERT_EQ(bob.heard("message_edited").size(), 1U);
  EXPECT_EQ(bob.heard("message_edited").at(0)["content"], "twice");
}

TEST_F(changes_suite, messages_that_were_missed_come_as_they_are_and_not_twice) {
  stored(2);
  edits(2, "changed");
  auto& bob = comes_back(1, 0);
  EXPECT_THAT(bob.types_heard(), ElementsAre("room_joined", "room_message"));
  EXPECT_EQ(bob.heard("room_message").at(0)["content"], "changed");
}

TEST_F(changes_suite, who_knows_them_all_is_told_nothing_and_needs_no_reader) {
  stored(2);
  edits(1, "changed");
  node_.inside(bob_, room_);
  auto& bob = node_.signed_in(bob_);
  node_.hold(node_.reader);
  bob.says("join_room", {{"room_id", room_.value}, {"last_change", 1}});
  node_.settle();
  EXPECT_THAT(bob.types_heard(), ElementsAre("room_joined"));
}

TEST_F(changes_suite, without_a_last_change_none_are_told) {
  stored(2);
  edits(1, "changed");
  auto& bob = node_.signed_in(bob_);
  bob.joins(room_, message_id{2});
  node_.settle();
  EXPECT_THAT(bob.types_heard(), ElementsAre("room_joined"));
}

TEST_F(changes_suite, who_knows_a_revision_that_is_still_to_come_reads_the_history) {
  stored(2);
  auto& bob = comes_back(2, 1);
  EXPECT_THAT(bob.types_heard(), ElementsAre("room_joined"));
  EXPECT_EQ(bob.heard("room_joined").at(0)["resync"], true);
}

TEST_F(changes_suite, hidden_messages_change_unseen) {
  node_.store.committed.rooms.at(room_).config.history = history_policy::since_join;
  stored(1);
  node_.store.committed.members.at({room_, bob_}).joined_after = message_id{1};
  stored(1);
  edits(1, "hidden");
  edits(2, "shown");
  auto& bob = comes_back(2, 0);
  ASSERT_EQ(bob.heard("message_edited").size(), 1U);
  EXPECT_EQ(bob.heard("message_edited").at(0)["content"], "shown");
}

TEST_F(changes_suite, without_history_no_change_is_told_again) {
  node_.store.committed.rooms.at(room_).config.history = history_policy::none;
  stored(1);
  edits(1, "hidden");
  EXPECT_THAT(comes_back(1, 0).types_heard(), ElementsAre("room_joined"));
}

TEST_F(changes_suite, an_edit_during_the_join_is_told_once) {
  stored(2);
  edits(1, "before");
  auto& bob = node_.signed_in(bob_);
  node_.inside(bob_, room_).breaks(); // its right is known from now on
  node_.settle();
  node_.hold(node_.reader);
  bob.says("join_room", {{"room_id", room_.value}, {"last_message_id", 2}, {"last_change", 0}});
  node_.settle();
  EXPECT_THAT(bob.types_heard(), IsEmpty());
  edits(2, "meanwhile");
  node_.release(node_.reader);
  node_.settle();
  EXPECT_THAT(bob.types_heard(), ElementsAre("room_joined", "message_edited", "message_edited"));
  EXPECT_EQ(last_change(bob), 2);
}

} // namespace
} // namespace parley::test
