// Editing, deleting and reading messages that were sent.
#include "tests/support/small_node.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::test {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class room_edits_suite : public ::testing::Test {
protected:
  room_edits_suite() {
    ann_ = node_.store.add_user("ann");
    bob_ = node_.store.add_user("bob");
    mod_ = node_.store.add_user("mod");
    eve_ = node_.store.add_user("eve");
    room_ = node_.store.add_room(ann_);
    node_.store.add_member(room_, bob_);
    node_.store.add_member(room_, mod_, member_role::moderator);
    bobs_ = node_.store.add_message(room_, bob_, "first");
    anns_ = node_.store.add_message(room_, ann_, "second");
  }

  room_actor room() {
    auto found = node_.ask<room_actor>(node_.rooms, find_room{room_});
    node_.settle();
    return found->value.value();
  }
  template <class T, class Order>
  answer<T> order(Order what) {
    auto out = node_.ask<T>(room(), std::move(what));
    node_.settle();
    return *out;
  }
  answer<message> edit(user_id by, message_id id, const std::string& text = "better") {
    return order<message>(edit_message{by, id, text});
  }
  answer<finished> erase(user_id by, message_id id) { return order<finished>(delete_message{by, id}); }
  answer<read_mark> mark(user_id by, message_id id) { return order<read_mark>(mark_read{by, id}); }
  void set_history(history_policy history) {
    node_.store.committed.rooms.at(room_).config.history = history;
    node_.store.committed.members.at({room_, bob_}).joined_after = bobs_;
  }
  const message& stored(message_id id) {
    return node_.store.committed.messages.at(static_cast<std::size_t>(id.value) - 1);
  }

  small_node node_;
  user_id ann_, bob_, mod_, eve_;
  room_id room_;
  message_id bobs_, anns_;
};

// -- editing -------------------------------------------------------------------------------

TEST_F(room_edits_suite, the_sender_edits_and_the_room_hears_it_in_both_shapes) {
  auto& envelope = node_.inside(ann_, room_);
  auto& flat = node_.inside(mod_, room_, wire_shape::flat);
  envelope.forget();
  auto done = edit(bob_, bobs_);
  ASSERT_TRUE(done.value);
  EXPECT_EQ(done.value->content, "better");
  EXPECT_EQ(done.value->edited_at, node_.now());
  EXPECT_EQ(stored(bobs_), *done.value);
  EXPECT_THAT(envelope.types_heard(), ElementsAre("message_edited"));
  EXPECT_EQ(envelope.heard("message_edited")[0]["content"], "better");
  EXPECT_THAT(flat.types_heard(), ElementsAre("message_edited"));
  EXPECT_EQ(flat.heard("message_edited")[0]["message"]["content"], "better");
}

TEST_F(room_edits_suite, nobody_but_the_sender_edits) {
  auto& hearer = node_.inside(ann_, room_);
  EXPECT_EQ(edit(ann_, bobs_).refused, error_code::sender_only);
  EXPECT_EQ(edit(mod_, bobs_).refused, error_code::sender_only);
  EXPECT_EQ(edit(eve_, bobs_).refused, error_code::not_a_member);
  EXPECT_EQ(stored(bobs_).content, "first");
  EXPECT_THAT(hearer.types_heard(), IsEmpty());
}

TEST_F(room_edits_suite, a_sender_who_is_muted_or_left_does_not_edit) {
  node_.store.committed.members.at({room_, bob_}).muted_until = node_.now() + 10s;
  EXPECT_EQ(edit(bob_, bobs_).refused, error_code::muted);
  node_.advance(10s);
  EXPECT_TRUE(edit(bob_, bobs_).value);
  node_.store.committed.members.erase({room_, bob_});
  EXPECT_EQ(edit(bob_, bobs_).refused, error_code::not_a_member);
}

TEST_F(room_edits_suite, what_is_not_there_or_hidden_or_elsewhere_is_not_found) {
  EXPECT_EQ(edit(bob_, message_id{99}).refused, error_code::message_not_found);
  auto other = node_.store.add_room(bob_);
  auto elsewhere = node_.store.add_message(other, bob_, "elsewhere");
  EXPECT_EQ(edit(bob_, elsewhere).refused, error_code::message_not_found);
  set_history(history_policy::since_join);
  EXPECT_EQ(edit(bob_, bobs_).refused, error_code::message_not_found);
  EXPECT_EQ(erase(bob_, bobs_).refused, error_code::message_not_found);
  EXPECT_EQ(mark(bob_, bobs_).refused, error_code::message_not_found);
  EXPECT_TRUE(mark(bob_, anns_).value);
  set_history(history_policy::none);
  EXPECT_EQ(mark(bob_, bobs_).refused, error_code::message_not_found);
  EXPECT_TRUE(mark(bob_, anns_).value) << "it came while bob was a member, who heard it then";
  EXPECT_TRUE(mark(mod_, anns_).value);
}

TEST_F(room_edits_suite, whoever_came_later_hears_of_no_edit_of_what_is_hidden) {
  for (const auto history : {history_policy::since_join, history_policy::none}) {
    set_history(history);
    node_.store.committed.members.at({room_, bob_}).joined_after = anns_;
    const auto later = node_.store.add_message(room_, ann_, "later");
    auto& late = node_.inside(bob_, room_);
    auto& late_flat = node_.inside(bob_, room_, wire_shape::flat);
    auto& moderator = node_.inside(mod_, room_);
    for (auto* one : {&late, &late_flat, &moderator})
      one->forget();
    ASSERT_TRUE(edit(ann_, anns_).value);
    EXPECT_THAT(late.types_heard(), IsEmpty());
    EXPECT_THAT(late_flat.types_heard(), IsEmpty());
    EXPECT_THAT(moderator.types_heard(), ElementsAre("message_edited"));
    ASSERT_TRUE(edit(ann_, later).value);
    EXPECT_THAT(late.types_heard(), ElementsAre("message_edited"));
    EXPECT_THAT(late_flat.types_heard(), ElementsAre("message_edited"));
  }
}

TEST_F(room_edits_suite, a_guest_hears_of_edits_of_what_came_while_it_was_there) {
  set_history(history_policy::since_join);
  node_.store.committed.rooms.at(room_).config.allow_guests = true;
  auto& guest = node_.connect_chat(std::to_string(room_.value), std::nullopt);
  node_.settle();
  ASSERT_TRUE(order<submitted>(submit_message{{ann_, "ann", {}}, {"new", message_type::text, {}}}).value);
  const auto heard = message_id{guest.heard("chat_message").at(0)["message"]["id"].get<std::int64_t>()};
  guest.forget();
  ASSERT_TRUE(edit(ann_, anns_).value);
  EXPECT_THAT(guest.types_heard(), IsEmpty());
  ASSERT_TRUE(edit(ann_, heard).value);
  EXPECT_THAT(guest.types_heard(), ElementsAre("message_edited"));
}

TEST_F(room_edits_suite, a_dissolved_room_has_no_messages) {
  auto live = room();
  auto gone = node_.ask<finished>(live, dissolve_room{ann_});
  auto after = node_.ask<message>(live, edit_message{bob_, bobs_, "late"});
  node_.settle();
  EXPECT_TRUE(gone->value);
  EXPECT_EQ(after->refused, error_code::room_not_found);
}

TEST_F(room_edits_suite, edits_of_one_message_come_in_the_order_of_their_commits) {
  auto& hearer = node_.inside(ann_, room_);
  auto live = room();
  for (int i = 0; i < 5; ++i)
    node_.ask<message>(live, edit_message{bob_, bobs_, std::to_string(i)});
  node_.settle();
  std::vector<std::string> texts;
  for (const auto& x : hearer.heard("message_edited"))
    texts.push_back(x["content"]);
  EXPECT_THAT(texts, ElementsAre("0", "1", "2", "3", "4"));
  EXPECT_EQ(stored(bobs_).content, "4");
}

TEST_F(room_edits_suite, a_failed_write_edits_nothing_and_nobody_hears_of_it) {
  auto& hearer = node_.inside(ann_, room_);
  node_.store.fail(store_call::commit);
  EXPECT_EQ(edit(bob_, bobs_).refused, error_code::internal);
  EXPECT_THAT(hearer.types_heard(), IsEmpty());
  EXPECT_TRUE(edit(bob_, bobs_).value);
}

// -- deleting ------------------------------------------------------------------------------

TEST_F(room_edits_suite, a_deleted_message_is_gone_and_the_room_hears_it_once) {
  auto& hearer = node_.inside(ann_, room_);
  EXPECT_TRUE(erase(bob_, bobs_).value);
  EXPECT_TRUE(erase(bob_, bobs_).value);
  EXPECT_TRUE(stored(bobs_).deleted);
  EXPECT_EQ(stored(bobs_).content, "");
  EXPECT_THAT(hearer.types_heard(), ElementsAre("message_deleted"));
  EXPECT_EQ(hearer.heard("message_deleted")[0], (json{{"id", bobs_.value}, {"room_id", room_.value}}));
  EXPECT_EQ(edit(bob_, bobs_).refused, error_code::gone);
}

TEST_F(room_edits_suite, moderators_delete_what_plain_members_wrote_and_the_owner_deletes_all) {
  auto mods = node_.store.add_message(room_, mod_, "third");
  auto eves = node_.store.add_message(room_, eve_, "of one who left");
  EXPECT_EQ(erase(bob_, anns_).refused, error_code::moderator_only);
  EXPECT_EQ(erase(bob_, mods).refused, error_code::moderator_only);
  EXPECT_EQ(erase(mod_, anns_).refused, error_code::owner_only);
  EXPECT_EQ(erase(eve_, eves).refused, error_code::not_a_member);
  EXPECT_TRUE(erase(mod_, bobs_).value);
  EXPECT_TRUE(erase(mod_, eves).value);
  EXPECT_TRUE(erase(ann_, mods).value);
  EXPECT_TRUE(erase(ann_, anns_).value);
}

TEST_F(room_edits_suite, a_muted_sender_may_take_back_what_it_said) {
  node_.store.committed.members.at({room_, bob_}).muted_until = node_.now() + 10s;
  EXPECT_TRUE(erase(bob_, bobs_).value);
}

// -- resuming after changes ----------------------------------------------------------------

TEST_F(room_edits_suite, a_replay_from_memory_shows_the_changes) {
  auto& ann = node_.inside(ann_, room_);
  node_.inside(bob_, room_);
  for (const auto* text : {"a", "b", "c"})
    ann.posts(room_, text);
  node_.settle();
  edit(ann_, message_id{3}, "A");
  erase(ann_, message_id{4});
  auto& bob = node_.signed_in(bob_);
  node_.hold(node_.reader); // what the room remembers is all that it can use
  bob.joins(room_, anns_);
  node_.settle();
  EXPECT_THAT(bob.texts(), ElementsAre("A", "", "c"));
  EXPECT_EQ(bob.heard("room_message").at(1)["deleted"], true);
  EXPECT_EQ(bob.heard("room_message").at(0)["edited_at"].is_string(), true);
}

TEST_F(room_edits_suite, a_replay_shows_what_was_edited_while_it_was_being_read) {
  auto& ann = node_.inside(ann_, room_);
  auto& bob = node_.signed_in(bob_);
  auto live = room();
  node_.store.after_find_missed = [&] {
    ann.posts(room_, "new");
    node_.settle();
    node_.ask<message>(live, edit_message{ann_, anns_, "edited"});
    node_.ask<message>(live, edit_message{ann_, message_id{3}, "newer"});
    node_.ask<finished>(live, delete_message{ann_, bobs_});
    node_.settle();
    ASSERT_THAT(bob.types_heard(), IsEmpty());
  };
  bob.joins(room_, message_id{0});
  node_.settle();
  EXPECT_THAT(bob.ids(), ElementsAre(1, 2, 3));
  EXPECT_THAT(bob.texts(), ElementsAre("", "edited", "newer"));
}

// -- reading -------------------------------------------------------------------------------

TEST_F(room_edits_suite, a_read_mark_goes_up_only_and_is_heard_only_when_it_moved) {
  auto& hearer = node_.inside(ann_, room_);
  EXPECT_EQ(mark(bob_, anns_).value, (read_mark{room_, bob_, anns_}));
  EXPECT_EQ(mark(bob_, bobs_).value, (read_mark{room_, bob_, anns_}));
  EXPECT_EQ(mark(bob_, anns_).value, (read_mark{room_, bob_, anns_}));
  EXPECT_THAT(hearer.types_heard(), ElementsAre("message_read"));
  EXPECT_EQ(hearer.heard("message_read")[0],
            (json{{"room_id", room_.value}, {"user_id", bob_.value}, {"last_read_id", anns_.value}}));
}

TEST_F(room_edits_suite, each_member_has_a_mark_of_its_own_and_strangers_have_none) {
  mark(bob_, anns_);
  EXPECT_EQ(mark(mod_, bobs_).value, (read_mark{room_, mod_, bobs_}));
  EXPECT_EQ(mark(eve_, bobs_).refused, error_code::not_a_member);
  EXPECT_EQ(mark(bob_, message_id{99}).refused, error_code::message_not_found);
}

} // namespace
} // namespace parley::test
