#include "load/scenario/chat_user.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace parley::load {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// Writes down what the user does; every pause is 10 long, and every choice of a room is the last one.
struct told_world final : chat_world {
  bool enter(std::uint32_t, std::uint32_t room) override {
    note("enter " + std::to_string(room));
    return enters_at_once;
  }
  void leave(std::uint32_t, std::uint32_t room) override { note("leave " + std::to_string(room)); }
  bool say(std::uint32_t, std::uint32_t room, std::int64_t intended, std::int64_t ready) override {
    note("say " + std::to_string(room) + " meant " + std::to_string(intended) + " ready " + std::to_string(ready));
    return answers;
  }
  void type(std::uint32_t, std::uint32_t, bool on) override { note(on ? "type" : "type no more"); }
  void read_history(std::uint32_t, std::uint32_t room) override { note("read " + std::to_string(room)); }
  void reconnect(std::uint32_t) override { note("reconnect"); }
  void wake_at(std::uint32_t, std::int64_t time) override { note("wake " + std::to_string(time)); }
  void took(deed what, std::int64_t ns) override { note(std::string(name_of(what)) + " took " + std::to_string(ns)); }
  void entering_took(std::int64_t ns) override { note("entering took " + std::to_string(ns)); }
  deed next_deed() override { return deed_to_do; }
  std::int64_t think_ns() override { return 10; }
  std::uint32_t pick(std::uint32_t below) override { return below - 1; }

  void note(std::string what) { notes.push_back(std::move(what)); }
  /// What was done since the last question.
  std::vector<std::string> done() { return std::exchange(notes, {}); }

  bool enters_at_once = false;
  bool answers = true;
  deed deed_to_do = deed::text;
  std::vector<std::string> notes;
};

/// In two rooms, woken at 110.
struct chat_user_in_place : testing::Test {
  chat_user_in_place() {
    user.on_inside(world, 1);
    user.on_entered(world, 2);
    user.on_entered(world, 3);
    user.begin(world, 100);
    world.done();
  }

  void wake_to(deed what) {
    world.deed_to_do = what;
    user.on_wake(world, 111);
  }

  told_world world;
  chat_user user{0, 2, false};
};

TEST(chat_user, enters_its_rooms_one_after_the_other_and_then_waits_to_begin) {
  told_world world;
  chat_user user(0, 2, false);
  EXPECT_FALSE(user.in_place());
  user.on_inside(world, 1);
  EXPECT_TRUE(user.enters());
  EXPECT_THAT(world.done(), ElementsAre("enter 0"));
  user.on_entered(world, 5);
  EXPECT_FALSE(user.in_place());
  EXPECT_THAT(world.done(), ElementsAre("entering took 4", "enter 1"));
  user.on_entered(world, 6);
  EXPECT_TRUE(user.in_place());
  EXPECT_THAT(world.done(), ElementsAre("entering took 1"));
  user.begin(world, 100);
  EXPECT_THAT(world.done(), ElementsAre("wake 110"));
}

TEST(chat_user, is_in_place_at_once_where_there_is_nothing_to_enter) {
  told_world world;
  world.enters_at_once = true;
  chat_user user(0, 1, false);
  user.on_inside(world, 1);
  EXPECT_TRUE(user.in_place());
}

TEST_F(chat_user_in_place, says_something_and_pauses_once_it_is_acknowledged) {
  wake_to(deed::text);
  EXPECT_THAT(world.done(), ElementsAre("say 1 meant 110 ready 110"));
  EXPECT_TRUE(user.sends());
  EXPECT_TRUE(user.busy());
  user.on_sent(world, 120);
  EXPECT_THAT(world.done(), ElementsAre("wake 130"));
  EXPECT_FALSE(user.busy());
}

TEST_F(chat_user_in_place, does_not_wait_for_an_answer_that_will_not_come) {
  world.answers = false;
  wake_to(deed::text);
  EXPECT_THAT(world.done(), ElementsAre("say 1 meant 110 ready 110", "wake 121"));
}

TEST_F(chat_user_in_place, types_for_a_while_before_it_speaks) {
  wake_to(deed::typing);
  EXPECT_THAT(world.done(), ElementsAre("type", "wake 121"));
  user.on_wake(world, 125);
  EXPECT_THAT(world.done(), ElementsAre("type no more", "say 1 meant 121 ready 121"));
}

TEST_F(chat_user_in_place, reads_history_and_tells_how_long_it_took) {
  wake_to(deed::history);
  EXPECT_TRUE(user.reads());
  user.on_history(world, 150);
  EXPECT_THAT(world.done(), ElementsAre("read 1", "history took 40", "wake 160"));
}

TEST_F(chat_user_in_place, leaves_stays_away_and_comes_back) {
  wake_to(deed::leave);
  EXPECT_TRUE(user.leaves());
  user.on_left(world, 115);
  EXPECT_FALSE(user.busy());
  EXPECT_THAT(world.done(), ElementsAre("leave 1", "leave took 5", "wake 125"));
  user.on_wake(world, 126);
  EXPECT_EQ(user.room(), 1U);
  user.on_entered(world, 129);
  EXPECT_TRUE(user.in_place());
  EXPECT_THAT(world.done(), ElementsAre("enter 1", "entering took 3", "wake 139"));
}

TEST_F(chat_user_in_place, reconnects_into_all_of_its_rooms) {
  wake_to(deed::reconnect);
  EXPECT_THAT(world.done(), ElementsAre("reconnect"));
  user.on_inside(world, 120);
  user.on_entered(world, 125);
  user.on_entered(world, 130);
  EXPECT_THAT(world.done(),
              ElementsAre("enter 0", "entering took 5", "enter 1", "entering took 5", "reconnect took 20", "wake 140"));
}

TEST_F(chat_user_in_place, goes_on_after_a_refused_message_but_not_after_a_refused_room) {
  wake_to(deed::text);
  user.on_refused(world, 120);
  EXPECT_TRUE(user.in_place());
  wake_to(deed::leave);
  world.done();
  user.on_refused(world, 120);
  user.on_wake(world, 130);
  EXPECT_THAT(world.done(), IsEmpty());
  EXPECT_FALSE(user.busy());
}

TEST_F(chat_user_in_place, takes_no_answer_for_one_that_it_does_not_wait_for) {
  user.on_sent(world, 105);
  user.on_entered(world, 105);
  user.on_left(world, 105);
  user.on_history(world, 105);
  user.on_refused(world, 105);
  EXPECT_THAT(world.done(), IsEmpty());
  EXPECT_TRUE(user.in_place());
}

TEST_F(chat_user_in_place, does_nothing_more_once_its_connection_is_gone) {
  user.on_gone();
  user.on_wake(world, 110);
  EXPECT_THAT(world.done(), IsEmpty());
  EXPECT_FALSE(user.busy());
}

TEST(chat_user, on_a_schedule_counts_from_when_a_deed_was_due_though_it_was_busy) {
  told_world world;
  world.enters_at_once = true;
  chat_user user(0, 1, true);
  user.on_inside(world, 1);
  user.begin(world, 100);
  EXPECT_THAT(world.done(), ElementsAre("enter 0")) << "it waits for the schedule";
  user.on_due(world, 105);
  EXPECT_THAT(world.done(), ElementsAre("wake 105"));
  user.on_wake(world, 106);
  user.on_due(world, 110);
  user.on_due(world, 115);
  EXPECT_THAT(world.done(), ElementsAre("say 0 meant 105 ready 105"));
  user.on_sent(world, 120);
  EXPECT_THAT(world.done(), ElementsAre("wake 120"));
  user.on_wake(world, 121);
  EXPECT_THAT(world.done(), ElementsAre("say 0 meant 110 ready 120"));
  user.on_sent(world, 122);
  user.on_wake(world, 123);
  EXPECT_THAT(world.done(), ElementsAre("wake 122", "say 0 meant 115 ready 122"));
  user.on_sent(world, 124);
  EXPECT_THAT(world.done(), IsEmpty());
}

} // namespace
} // namespace parley::load
