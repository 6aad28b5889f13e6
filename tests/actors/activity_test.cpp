// What members hear of rooms that they are not in.
#include "actors/room/activity.hpp"
#include "tests/support/small_node.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::test {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class activity_suite : public ::testing::Test {
protected:
  activity_suite() {
    ann_ = node_.store.add_user("ann");
    bob_ = node_.store.add_user("bob");
    cal_ = node_.store.add_user("cal"); // a stranger
    room_ = node_.store.add_room(ann_);
    node_.store.add_member(room_, bob_);
    ann = &node_.inside(ann_, room_);
  }

  /// Ann says it, and what is due at once is done.
  void say(const std::string& text) {
    ann->posts(room_, text);
    soon();
  }
  void soon() {
    node_.settle();
    node_.advance(1ms);
    node_.settle();
  }
  void pass(std::chrono::milliseconds time) {
    node_.advance(time);
    node_.settle();
  }
  static std::vector<json> news(const client& who) { return who.heard("room_activity"); }
  static std::vector<std::string> snippets(const client& who) {
    std::vector<std::string> out;
    for (const auto& x : news(who))
      out.push_back(x["last_message"].is_null() ? "nothing" : x["last_message"]["snippet"].get<std::string>());
    return out;
  }

  small_node node_;
  user_id ann_, bob_, cal_;
  room_id room_;
  client* ann = nullptr;
};

TEST_F(activity_suite, a_member_who_is_elsewhere_hears_what_was_said_last_and_how_much_it_has_not_read) {
  auto& bob = node_.signed_in(bob_);
  say("hello");
  ASSERT_THAT(bob.types_heard(), ElementsAre("room_activity"));
  const auto payload = news(bob).at(0);
  EXPECT_EQ(payload["room_id"], room_.value);
  EXPECT_EQ(payload["unread"], 1);
  EXPECT_EQ(payload["last_message"]["id"], ann->ids().at(0));
  EXPECT_EQ(payload["last_message"]["sender"], (json{{"id", ann_.value}, {"username", "ann"}}));
  EXPECT_EQ(payload["last_message"]["snippet"], "hello");
}

TEST_F(activity_suite, who_is_in_the_room_hears_none_and_neither_does_a_stranger) {
  auto& cal = node_.signed_in(cal_);
  auto& bob = node_.inside(bob_, room_);
  auto& flat = node_.inside(bob_, room_, wire_shape::flat);
  say("hello");
  EXPECT_THAT(cal.types_heard(), IsEmpty());
  EXPECT_THAT(bob.types_heard(), ElementsAre("room_message"));
  EXPECT_THAT(flat.types_heard(), ElementsAre("chat_message"));
  EXPECT_THAT(news(*ann), IsEmpty());
}

TEST_F(activity_suite, of_two_sessions_of_a_user_the_one_that_is_not_in_the_room_hears) {
  auto& inside = node_.inside(bob_, room_);
  auto& outside = node_.signed_in(bob_);
  say("hello");
  EXPECT_THAT(news(inside), IsEmpty());
  EXPECT_THAT(snippets(outside), ElementsAre("hello"));
}

TEST_F(activity_suite, who_is_in_the_room_by_chat_alone_hears_on_its_other_socket) {
  node_.inside(bob_, room_, wire_shape::flat);
  auto& outside = node_.signed_in(bob_);
  say("hello");
  EXPECT_THAT(snippets(outside), ElementsAre("hello"));
}

TEST_F(activity_suite, the_latest_wins_once_a_second) {
  auto& bob = node_.signed_in(bob_);
  say("1");
  for (int i = 2; i <= 9; ++i) {
    pass(100ms);
    say(std::to_string(i));
  }
  EXPECT_THAT(snippets(bob), ElementsAre("1"));
  pass(1s);
  EXPECT_THAT(snippets(bob), ElementsAre("1", "9"));
  EXPECT_EQ(news(bob).at(1)["unread"], 9);
  pass(5s);
  EXPECT_EQ(news(bob).size(), 2U) << "nothing happened since";
}

TEST_F(activity_suite, over_a_thousand_members_it_is_once_in_ten_seconds) {
  node_.store.committed.rooms.at(room_).members = activity::crowd; // before anybody joins: it is live already
  const auto big = node_.store.add_room(ann_);
  node_.store.add_member(big, bob_);
  node_.store.committed.rooms.at(big).members = activity::crowd + 1;
  auto& bob = node_.signed_in(bob_);
  auto& inside = node_.inside(ann_, big);
  const auto say_it = [&](const char* text) {
    inside.posts(big, text);
    soon();
  };
  say_it("1");
  pass(5s);
  say_it("2");
  pass(4s);
  EXPECT_THAT(snippets(bob), ElementsAre("1"));
  pass(1s);
  EXPECT_THAT(snippets(bob), ElementsAre("1", "2"));
}

TEST_F(activity_suite, ones_own_mark_that_moves_elsewhere_is_told_to_oneself_alone) {
  node_.store.add_member(room_, cal_);
  auto& bob = node_.signed_in(bob_);
  auto& cal = node_.signed_in(cal_);
  say("1");
  say("2");
  pass(2s);
  bob.forget();
  cal.forget();
  const message_id last{ann->ids().back()};
  node_.ask<read_mark>(node_.live(room_), mark_read{bob_, last});
  pass(2s);
  ASSERT_EQ(news(bob).size(), 1U);
  EXPECT_EQ(news(bob).at(0)["unread"], 0);
  EXPECT_THAT(news(cal), IsEmpty());
  node_.ask<read_mark>(node_.live(room_), mark_read{bob_, last});
  pass(2s);
  EXPECT_EQ(news(bob).size(), 1U) << "it did not move";
}

TEST_F(activity_suite, a_deletion_is_told_and_its_text_is_not) {
  auto& bob = node_.signed_in(bob_);
  say("secret");
  pass(2s);
  node_.ask<finished>(node_.live(room_), delete_message{ann_, message_id{ann->ids().back()}});
  pass(2s);
  EXPECT_THAT(snippets(bob), ElementsAre("secret", ""));
  EXPECT_EQ(news(bob).at(1)["unread"], 0);
}

TEST_F(activity_suite, the_last_message_is_told_by_the_history_policy) {
  node_.store.committed.rooms.at(room_).config.history = history_policy::none;
  auto& bob = node_.signed_in(bob_);
  say("hidden");
  EXPECT_THAT(snippets(bob), ElementsAre("nothing"));
  EXPECT_EQ(news(bob).at(0)["unread"], 0);
}

TEST_F(activity_suite, who_becomes_a_member_is_told_from_then_on_and_who_is_none_any_more_is_not) {
  auto& bob = node_.signed_in(bob_);
  auto& cal = node_.signed_in(cal_);
  say("1");
  node_.ask<room_view>(node_.live(room_), change_config{ann_, {{}, join_policy::open, {}, {}, {}}});
  node_.ask<admission>(node_.live(room_), become_member{cal_});
  node_.ask<finished>(node_.live(room_), remove_member{ann_, bob_, false});
  pass(2s);
  say("2");
  EXPECT_THAT(snippets(bob), ElementsAre("1"));
  EXPECT_THAT(snippets(cal), ElementsAre("2"));
}

TEST_F(activity_suite, who_comes_and_goes_while_the_members_are_read_is_known) {
  auto& bob = node_.signed_in(bob_);
  auto& cal = node_.signed_in(cal_);
  node_.ask<room_view>(node_.live(room_), change_config{ann_, {{}, join_policy::open, {}, {}, {}}});
  node_.settle();
  node_.hold(node_.reader);
  say("1");
  node_.ask<admission>(node_.live(room_), become_member{cal_});
  node_.ask<finished>(node_.live(room_), remove_member{ann_, bob_, false});
  node_.settle();
  node_.release(node_.reader);
  pass(2s);
  say("2");
  EXPECT_THAT(snippets(bob), IsEmpty());
  EXPECT_EQ(snippets(cal).back(), "2");
}

TEST_F(activity_suite, what_happens_while_the_database_does_not_answer_is_told_when_it_does) {
  auto& bob = node_.signed_in(bob_);
  node_.hold(node_.reader);
  say("1");
  say("2");
  pass(10s);
  EXPECT_THAT(news(bob), IsEmpty());
  node_.release(node_.reader);
  pass(2s);
  EXPECT_EQ(snippets(bob).back(), "2");
}

TEST_F(activity_suite, a_room_of_many_is_told_of_piece_by_piece_to_each_once) {
  std::vector<client*> all;
  for (std::size_t i = 0; i < 2 * activity::piece + 1; ++i) {
    const auto user = node_.store.add_user("user" + std::to_string(i));
    node_.store.add_member(room_, user);
    all.push_back(&node_.signed_in(user));
  }
  say("hello");
  for (const auto* who : all)
    EXPECT_THAT(snippets(*who), ElementsAre("hello"));
}

TEST_F(activity_suite, a_dissolved_room_says_nothing_more) {
  auto& bob = node_.signed_in(bob_);
  say("1");
  say("2");
  node_.ask<finished>(node_.live(room_), dissolve_room{ann_});
  pass(2s);
  EXPECT_THAT(snippets(bob), ElementsAre("1"));
}

TEST_F(activity_suite, nobody_is_asked_about_where_all_members_are_in_the_room) {
  node_.inside(bob_, room_);
  say("1");
  int reads = 0;
  node_.store.before = [&](store_call what) { reads += what == store_call::read ? 1 : 0; };
  pass(2s);
  say("2");
  pass(2s);
  EXPECT_EQ(reads, 0);
  node_.store.before = nullptr;
}

} // namespace
} // namespace parley::test
