// Made-up histories: the witness says nothing to a good one, and the right thing to each bad one.
#include "protocol/events.hpp"
#include "tests/sim/witness.hpp"

#include <gtest/gtest.h>

namespace parley::sim {
namespace {

class witness_suite : public ::testing::Test {
protected:
  witness_suite() {
    ann_ = disk_.add_user("ann");
    bob_ = disk_.add_user("bob");
    room_ = disk_.add_room(ann_, {.history = history_policy::all});
    truth_.on_commit(disk_.committed, true);
  }

  message_id store(const std::string& content, bool told = true, std::optional<user_id> sender = {}) {
    const auto id = disk_.add_message(room_, sender.value_or(ann_), content);
    disk_.committed.messages.back().client_msg_id = content;
    truth_.on_commit(disk_.committed, told);
    return id;
  }
  std::unique_ptr<link> connect(user_id who, wire_shape shape = wire_shape::envelope) {
    auto out = std::make_unique<link>(
      connection_id{++connections_}, who, shape, ears_, witness_, [] { return timestamp{}; }, link_options{});
    if (shape == wire_shape::flat)
      out->places[room_] = {};
    return out;
  }
  /// The server says that the client is in, after it asked to resume after `last`, where that is given.
  std::unique_ptr<link> inside(user_id who, std::optional<message_id> last = {}) {
    auto out = connect(who);
    out->questions.push_back({1, room_, {}, {}, true, last, {}, {}});
    out->send(
      make_text_frame(encode_envelope(room_joined_reply{room_, 1, truth_.last(room_), false, {}}, "1", language::en)));
    return out;
  }
  void say(link& to, message_id id, bool replayed = false) {
    message what{id, room_, ann_, "ann", "", message_type::text, {}, {}, false, {}};
    for (const auto& x : disk_.committed.messages)
      if (x.id == id)
        what = x;
    const message_posted event{what, replayed};
    to.send(make_text_frame(to.shape() == wire_shape::flat ? encode_flat(room_event{event})
                                                           : encode_envelope(room_event{event})));
  }
  void acknowledge(link& to, message_id id, const std::string& name, const std::string& content = {}) {
    to.questions.push_back({2, room_, name, content.empty() ? name : content, false, {}, {}, {}});
    to.send(make_text_frame(encode_envelope(message_ack_reply{id, name, {}, 0}, "2", language::en)));
  }
  std::string verdict() const { return witness_.broken() ? witness_.broken()->promise : "kept"; }

  test::memory_store disk_;
  ledger truth_;
  witness witness_{disk_, truth_};
  hearing ears_;
  user_id ann_, bob_;
  room_id room_;
  std::int64_t connections_ = 0;
};

TEST_F(witness_suite, finds_nothing_wrong_with_a_good_history) {
  const auto first = store("a");
  auto ann = inside(ann_);
  const auto second = store("b"), third = store("c");
  say(*ann, second);
  acknowledge(*ann, second, "b");
  say(*ann, third);
  auto late = inside(ann_, first);
  say(*late, second, true);
  say(*late, third, true);
  witness_.check_acknowledged();
  EXPECT_EQ(verdict(), "kept") << witness_.broken()->detail;
}

TEST_F(witness_suite, finds_messages_that_come_the_wrong_way_round) {
  auto ann = inside(ann_);
  const auto first = store("a"), second = store("b");
  say(*ann, second);
  say(*ann, first);
  EXPECT_EQ(verdict(), "one order");
}

TEST_F(witness_suite, finds_a_message_that_comes_twice) {
  auto ann = inside(ann_);
  const auto first = store("a");
  say(*ann, first);
  EXPECT_EQ(verdict(), "kept");
  say(*ann, first);
  EXPECT_EQ(verdict(), "one order");
}

TEST_F(witness_suite, finds_a_message_that_was_left_out) {
  auto ann = inside(ann_);
  store("a");
  say(*ann, store("b"));
  EXPECT_EQ(verdict(), "one order");
}

TEST_F(witness_suite, finds_a_gap_at_the_beginning_and_at_the_end_of_a_replay) {
  const auto first = store("a"), second = store("b"), third = store("c");
  auto late = inside(ann_, first);
  say(*late, third, true);
  EXPECT_EQ(verdict(), "resume without gap");
  EXPECT_NE(truth_.next(room_, second), nullptr);
  EXPECT_EQ(truth_.next(room_, third), nullptr);
}

TEST_F(witness_suite, finds_a_gap_at_the_beginning_where_not_everything_is_shown) {
  const auto first = store("a");
  for (const auto history : {history_policy::since_join, history_policy::none}) {
    disk_.committed.rooms.at(room_).config.history = history;
    auto owner = inside(ann_, first);
    EXPECT_EQ(owner->places.at(room_).last, first); // who moderates sees everything
  }
  disk_.committed.rooms.at(room_).config.history = history_policy::since_join;
  disk_.add_member(room_, bob_);
  truth_.on_commit(disk_.committed, true);
  store("b");
  const auto third = store("c");
  auto late = inside(bob_, message_id{});
  EXPECT_EQ(late->places.at(room_).last, first); // it came behind that
  say(*late, third, true);
  EXPECT_EQ(verdict(), "resume without gap");
}

TEST_F(witness_suite, finds_a_client_told_to_read_for_itself_what_a_resume_brings) {
  const auto first = store("a");
  store("b");
  auto late = connect(ann_);
  late->questions.push_back({1, room_, {}, {}, true, first, {}, {}});
  late->send(
    make_text_frame(encode_envelope(room_joined_reply{room_, 1, truth_.last(room_), true, {}}, "1", language::en)));
  EXPECT_EQ(verdict(), "resume without gap");
}

TEST_F(witness_suite, lets_members_miss_what_the_writer_was_told_is_not_stored) {
  auto ann = inside(ann_);
  store("ghost", false);
  truth_.lay_ghosts();
  say(*ann, store("b"));
  EXPECT_EQ(verdict(), "kept");
}

TEST_F(witness_suite, finds_a_message_that_is_not_stored) {
  auto ann = inside(ann_);
  say(*ann, message_id{9});
  EXPECT_EQ(verdict(), "acknowledged is stored");
}

TEST_F(witness_suite, finds_an_acknowledgement_of_what_is_not_stored) {
  auto ann = inside(ann_);
  acknowledge(*ann, message_id{9}, "a");
  EXPECT_EQ(verdict(), "acknowledged is stored");
}

TEST_F(witness_suite, finds_an_acknowledged_message_that_is_gone) {
  auto ann = inside(ann_);
  acknowledge(*ann, store("a"), "a");
  witness_.check_acknowledged();
  EXPECT_EQ(verdict(), "kept");
  disk_.committed.messages.clear();
  witness_.check_acknowledged();
  EXPECT_EQ(verdict(), "acknowledged is stored");
}

TEST_F(witness_suite, finds_an_acknowledged_message_without_a_name_that_is_gone_or_another) {
  const auto id = disk_.add_message(room_, ann_, "a");
  truth_.on_commit(disk_.committed, true);
  auto ann = inside(ann_);
  acknowledge(*ann, id, {}, "a");
  witness_.check_acknowledged();
  EXPECT_EQ(verdict(), "kept");
  disk_.committed.messages.back().content = "b";
  witness_.check_acknowledged();
  EXPECT_EQ(verdict(), "acknowledged is stored");
}

TEST_F(witness_suite, finds_a_message_that_was_heard_and_is_gone) {
  auto ann = inside(ann_);
  say(*ann, store("a"));
  disk_.committed.messages.clear();
  witness_.check_acknowledged();
  EXPECT_EQ(verdict(), "acknowledged is stored");
}

TEST_F(witness_suite, finds_another_content_acknowledged_where_the_post_has_no_name) {
  const auto id = disk_.add_message(room_, ann_, "a");
  truth_.on_commit(disk_.committed, true);
  auto ann = inside(ann_);
  acknowledge(*ann, id, {}, "b");
  EXPECT_EQ(verdict(), "acknowledged is stored");
}

TEST_F(witness_suite, counts_an_error_of_a_flat_connection_for_one_question_that_is_open) {
  auto ann = connect(ann_, wire_shape::flat);
  const auto refuse = [&] {
    ann->send(make_text_frame(encode_flat(error_reply{error_code::internal, {}}, language::en)));
  };
  refuse();
  EXPECT_EQ(ann->flat_errors, 0U);
  ann->questions.push_back({0, room_, "a", "a", false, {}, {}, {}});
  refuse();
  EXPECT_EQ(ann->flat_errors, 1U);
}

TEST_F(witness_suite, finds_a_message_of_another_content_than_was_posted) {
  witness_.posted(room_, ann_, "a", "what was posted");
  auto ann = inside(ann_);
  acknowledge(*ann, store("a"), "a");
  EXPECT_EQ(verdict(), "acknowledged is stored");
}

TEST_F(witness_suite, finds_one_client_msg_id_stored_twice) {
  store("a");
  witness_.check_acknowledged();
  EXPECT_EQ(verdict(), "kept");
  store("a");
  witness_.check_acknowledged();
  EXPECT_EQ(verdict(), "no double");
}

TEST_F(witness_suite, takes_a_guests_client_msg_id_for_its_connections) {
  disk_.committed.users[anonymous_user].username = anonymous_name;
  const auto one = connect(anonymous_user), another = connect(anonymous_user);
  acknowledge(*one, store("a", true, anonymous_user), "a");
  acknowledge(*another, store("a", true, anonymous_user), "a");
  witness_.check_acknowledged();
  EXPECT_EQ(verdict(), "kept");
  acknowledge(*one, store("a", true, anonymous_user), "a");
  EXPECT_EQ(verdict(), "no double");
}

TEST_F(witness_suite, takes_no_other_guests_message_for_a_guests_own) {
  disk_.committed.users[anonymous_user].username = anonymous_name;
  disk_.committed.rooms[room_].config.allow_guests = true;
  const auto one = connect(anonymous_user, wire_shape::flat);
  one->own_posts["a"] = 2;
  one->questions.push_back({0, room_, "a", "a", false, {}, {}, {}});
  say(*one, store("a", true, anonymous_user));
  say(*one, store("a", true, anonymous_user));
  EXPECT_EQ(verdict(), "kept");
}

TEST_F(witness_suite, finds_a_room_heard_by_who_is_not_in_it) {
  auto ann = connect(ann_);
  say(*ann, store("a"));
  EXPECT_EQ(verdict(), "members only");
}

TEST_F(witness_suite, finds_a_room_heard_after_it_was_left) {
  auto ann = inside(ann_);
  ann->send(make_text_frame(encode_envelope(room_left_reply{room_, "removed"}, {}, language::en)));
  say(*ann, store("a"));
  EXPECT_EQ(verdict(), "members only");
}

TEST_F(witness_suite, finds_a_stranger_who_was_let_in) {
  auto bob = inside(bob_);
  say(*bob, store("a"));
  EXPECT_EQ(verdict(), "members only");
}

TEST_F(witness_suite, finds_presence_told_to_a_flat_connection_that_is_not_greeted) {
  auto ann = connect(ann_, wire_shape::flat);
  ann->send(make_text_frame(encode_flat(room_event{presence_changed{room_, {bob_, "bob", {}}, true, 1}})));
  EXPECT_EQ(verdict(), "members only");
}

} // namespace
} // namespace parley::sim
