// Guests of a room: the names that they give themselves, what they hear of each other, limits, mutes.
#include "tests/support/small_node.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::test {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

class guest_suite : public ::testing::Test {
protected:
  guest_suite() {
    ann_ = node_.store.add_user("ann");
    bob_ = node_.store.add_user("Bob");
    room_ = node_.store.add_room(ann_, {.allow_guests = true});
    node_.store.add_member(room_, bob_);
  }

  client& connect(std::optional<std::string> token, std::string name = {}) {
    auto& out = node_.connect_chat(std::to_string(room_.value), std::move(token), std::move(name));
    node_.settle();
    return out;
  }
  client& guest(std::string name = {}) { return connect(std::nullopt, std::move(name)); }
  void say(client& who, const std::string& type) {
    who.says({{"type", type}});
    node_.settle();
  }
  static json named(const std::string& name) { return {{"id", 1}, {"username", "anonymous"}, {"guest_name", name}}; }
  static std::vector<json> users(const client& who, const std::string& type) {
    std::vector<json> out;
    for (const auto& x : who.heard(type))
      out.push_back(x["user"]);
    return out;
  }

  small_node node_{{}, small_node::limits_are::on, 3s};
  user_id ann_, bob_;
  room_id room_;
  const json nobody_{{"id", 1}, {"username", "anonymous"}};
};

// -- names -----------------------------------------------------------------------------------

TEST_F(guest_suite, a_name_is_shown_wherever_the_guest_is) {
  auto& enveloped = node_.inside(ann_, room_);
  auto& flat = node_.inside(bob_, room_, wire_shape::flat);
  enveloped.forget();
  auto& zoe = guest("Zoë");
  EXPECT_THAT(users(zoe, "connection_established"), ElementsAre(named("Zoë")));
  EXPECT_THAT(users(zoe, "user_join"), ElementsAre(named("Zoë")));
  EXPECT_THAT(users(flat, "user_join"), ElementsAre(named("Zoë")));
  EXPECT_THAT(users(enveloped, "presence"), ElementsAre(named("Zoë")));
  zoe.types(room_);
  zoe.posts(room_, "hello");
  node_.settle();
  EXPECT_THAT(users(flat, "typing"), ElementsAre(named("Zoë"), named("Zoë")));
  EXPECT_THAT(users(enveloped, "typing"), ElementsAre(named("Zoë"), named("Zoë")));
  for (const auto* x : {&flat, &zoe})
    EXPECT_EQ(x->heard("chat_message").at(0)["message"]["sender"], named("Zoë"));
  const auto message = enveloped.heard("room_message").at(0);
  EXPECT_EQ(message["sender_username"], "anonymous");
  EXPECT_EQ(message["guest_name"], "Zoë");
  say(zoe, "user_leave");
  EXPECT_THAT(users(flat, "user_leave"), ElementsAre(named("Zoë")));
  EXPECT_THAT(users(zoe, "user_leave"), ElementsAre(named("Zoë")));
  EXPECT_EQ(enveloped.heard("presence").back()["user"], named("Zoë"));
  say(zoe, "user_join");
  EXPECT_THAT(users(zoe, "user_join"), ElementsAre(named("Zoë"), named("Zoë")));
}

TEST_F(guest_suite, a_message_that_is_said_again_has_the_name_and_a_stored_one_has_none) {
  auto& zoe = guest("Zoe");
  for (int i = 0; i < 2; ++i) {
    zoe.posts(room_, "hello", "one");
    node_.settle();
  }
  ASSERT_EQ(zoe.heard("chat_message").size(), 2U);
  EXPECT_EQ(zoe.heard("chat_message")[1]["message"]["sender"], named("Zoe"));
  zoe.posts(room_, "more");
  node_.settle();
  auto& late = node_.signed_in(ann_);
  late.joins(room_, message_id{1});
  node_.settle();
  ASSERT_EQ(late.heard("room_message").size(), 1U);
  EXPECT_FALSE(late.heard("room_message")[0].contains("guest_name"));
}

TEST_F(guest_suite, without_a_name_nothing_is_shown_of_one) {
  auto& hearer = node_.inside(ann_, room_);
  auto& quiet = guest();
  quiet.types(room_);
  quiet.posts(room_, "x");
  node_.settle();
  EXPECT_THAT(users(quiet, "connection_established"), ElementsAre(nobody_));
  EXPECT_THAT(users(hearer, "presence"), Each(nobody_));
  EXPECT_THAT(users(hearer, "typing"), Each(nobody_));
  EXPECT_EQ(quiet.heard("chat_message").at(0)["message"]["sender"], nobody_);
  EXPECT_FALSE(hearer.heard("room_message").at(0).contains("guest_name"));
}

TEST_F(guest_suite, names_of_users_are_refused) {
  for (const char* taken : {"Bob", "bob", "BOB", "\xEF\xBC\xA2\xEF\xBD\x8F\xEF\xBD\x82", "ann", "anonymous"}) {
    SCOPED_TRACE(taken);
    auto& x = guest(taken);
    EXPECT_THAT(x.types_heard(), ElementsAre("error"));
    EXPECT_THAT(x.errors(), ElementsAre("username_taken"));
    EXPECT_EQ(x.closed(), close_code::forbidden);
  }
  EXPECT_EQ(node_.active_users(room_), 0);
}

TEST_F(guest_suite, what_could_be_no_users_name_is_refused) {
  for (const auto& bad : {std::string("a b"), std::string("<b>"), std::string(33, 'x'), std::string("x"),
                          std::string(" "), std::string("a\0b", 3), std::string("\xff\xfe"),
                          std::string("a\xE2\x80\xAE"
                                      "bc")}) {
    SCOPED_TRACE(bad);
    auto& x = guest(bad);
    EXPECT_THAT(x.errors(), ElementsAre("validation_failed"));
    EXPECT_EQ(x.closed(), close_code::forbidden);
  }
}

TEST_F(guest_suite, a_name_is_normalised_as_users_names_are) {
  EXPECT_THAT(users(guest("Zoe\xCC\x88"), "connection_established"), ElementsAre(named("Zoë")));
}

TEST_F(guest_suite, a_user_has_its_own_name_whatever_it_calls_itself) {
  for (const char* name : {"Zoe", "ann", "a b"}) {
    auto& bob = connect(node_.token(bob_), name);
    EXPECT_THAT(users(bob, "connection_established"), ElementsAre(json{{"id", bob_.value}, {"username", "Bob"}}));
  }
}

TEST_F(guest_suite, where_guests_are_not_allowed_a_name_changes_nothing) {
  node_.store.committed.rooms.at(room_).config.allow_guests = false;
  for (const char* name : {"Zoe", "Bob", "a b", ""}) {
    auto& x = guest(name);
    EXPECT_THAT(x.errors(), ElementsAre("auth_required"));
    EXPECT_EQ(x.closed(), close_code::unauthenticated);
  }
  auto& wrong = connect("no such token", "Zoe");
  EXPECT_THAT(wrong.errors(), ElementsAre("invalid_token"));
}

TEST_F(guest_suite, a_name_that_could_not_be_looked_up_is_not_taken) {
  guest();
  node_.store.fail(store_call::read);
  auto& x = guest("Zoe");
  EXPECT_THAT(x.errors(), ElementsAre("internal"));
  EXPECT_EQ(x.closed(), close_code::server_failed);
}

// -- who is there ------------------------------------------------------------------------------

TEST_F(guest_suite, each_name_comes_and_goes_by_itself_and_all_guests_count_as_one_user) {
  auto& hearer = node_.inside(ann_, room_, wire_shape::flat);
  auto& zoe = guest("Zoe");
  guest("zoe"); // the same, in another tab
  guest("Kim");
  guest();
  guest();
  EXPECT_THAT(users(hearer, "user_join"), ElementsAre(named("Zoe"), named("Kim"), nobody_));
  EXPECT_EQ(node_.active_users(room_), 2);
  hearer.forget();
  say(zoe, "user_leave");
  EXPECT_THAT(users(hearer, "user_leave"), IsEmpty());
  hearer.posts(room_, "x");
  node_.settle();
  auto posted =
    node_.ask<submitted>(node_.live(room_), submit_message{{bob_, "Bob", {}}, {"y", message_type::text, {}}});
  node_.settle();
  EXPECT_EQ(posted->value->receipt.sent_to_online_users, 2); // Ann, and the guests
}

TEST_F(guest_suite, a_reload_is_not_heard) {
  auto& hearer = node_.inside(ann_, room_, wire_shape::flat);
  for (int i = 0; i < 2; ++i) {
    guest("Zoe").breaks();
    node_.settle();
    node_.advance(2s);
  }
  EXPECT_THAT(hearer.types_heard(), ElementsAre("user_join"));
  node_.advance(1s);
  EXPECT_THAT(users(hearer, "user_leave"), ElementsAre(named("Zoe")));
}

TEST_F(guest_suite, all_are_put_out_when_guests_are_not_allowed_any_more) {
  auto& hearer = node_.inside(ann_, room_, wire_shape::flat);
  std::vector<client*> inside{&guest("Zoe"), &guest("Kim"), &guest()};
  guest("Eve").breaks();
  node_.settle();
  config_patch no_guests;
  no_guests.allow_guests = false;
  node_.ask<room_view>(node_.live(room_), change_config{ann_, no_guests});
  node_.settle();
  for (auto* x : inside)
    EXPECT_EQ(x->closed(), close_code::forbidden);
  EXPECT_EQ(hearer.heard("user_leave").size(), 4U);
  EXPECT_EQ(node_.active_users(room_), 1);
}

// -- typing ------------------------------------------------------------------------------------

TEST_F(guest_suite, guests_hear_each_other_type) {
  auto& one = guest();
  auto& two = guest();
  auto& zoe = guest("Zoe");
  for (auto* x : {&one, &two, &zoe})
    x->forget();
  one.types(room_);
  zoe.types(room_);
  node_.settle();
  EXPECT_THAT(users(one, "typing"), ElementsAre(named("Zoe")));
  EXPECT_THAT(users(two, "typing"), ElementsAre(nobody_, named("Zoe")));
  EXPECT_THAT(users(zoe, "typing"), ElementsAre(nobody_));
}

TEST_F(guest_suite, a_message_or_the_end_of_one_guest_stops_its_own_typing_alone) {
  auto& hearer = node_.inside(ann_, room_);
  auto& zoe = guest("Zoe");
  auto& kim = guest("Kim");
  auto& one = guest();
  auto& two = guest();
  for (auto* x : {&zoe, &kim, &one, &two})
    x->types(room_);
  node_.settle();
  hearer.forget();
  zoe.posts(room_, "x");
  node_.settle();
  one.breaks();
  node_.settle();
  EXPECT_THAT(users(hearer, "typing"), ElementsAre(named("Zoe"), nobody_));
  node_.advance(6s);
  EXPECT_THAT(users(hearer, "typing"), ::testing::UnorderedElementsAre(named("Zoe"), nobody_, named("Kim"), nobody_));
}

// -- limits --------------------------------------------------------------------------------------

TEST_F(guest_suite, a_flood_of_one_silences_no_other) {
  auto& loud = guest("Zoe");
  auto& quiet = guest("Kim");
  auto& nameless = guest();
  for (int i = 0; i < 45; ++i)
    loud.posts(room_, "flood");
  node_.settle();
  EXPECT_THAT(loud.errors(), AllOf(Not(IsEmpty()), Each("rate_limited")));
  for (int i = 0; i < 30; ++i)
    loud.types(room_);
  node_.settle();
  for (auto* x : {&quiet, &nameless}) {
    x->forget();
    x->posts(room_, "first words");
    node_.settle();
    EXPECT_THAT(x->errors(), IsEmpty());
    EXPECT_THAT(x->texts(), ElementsAre("first words"));
  }
}

TEST_F(guest_suite, so_many_guests_of_one_address_have_a_limit_together) {
  std::vector<client*> crowd;
  for (int i = 0; i < 20; ++i) {
    crowd.push_back(&guest());
    for (int k = 0; k < 35; ++k) // less than what one alone may say at once
      crowd.back()->posts(room_, "flood");
    node_.settle();
  }
  EXPECT_EQ(node_.store.committed.messages.size(), 400U); // ten times forty
  EXPECT_THAT(crowd.front()->errors(), IsEmpty());
  EXPECT_THAT(crowd.back()->errors(), Contains("rate_limited"));
  auto& bob = node_.inside(bob_, room_);
  bob.posts(room_, "a user");
  node_.settle();
  EXPECT_THAT(bob.errors(), IsEmpty());
}

// -- mutes ---------------------------------------------------------------------------------------

class muted_guests : public guest_suite {
protected:
  std::shared_ptr<const answer<member_state>> mute(user_id by, std::optional<timestamp> until) {
    member_patch patch;
    patch.muted_until.emplace(until);
    auto out = node_.ask<member_state>(live(), change_member{by, anonymous_user, patch});
    node_.settle();
    return out;
  }
  room_actor live() {
    auto found = node_.ask<room_actor>(node_.rooms, find_room{room_});
    node_.settle();
    return found->value.value();
  }
  bool may_speak(client& who) {
    who.forget();
    who.posts(room_, "x");
    node_.settle();
    const bool spoke = !who.texts().empty();
    EXPECT_EQ(who.errors(), spoke ? std::vector<std::string>() : std::vector<std::string>{"muted"});
    return spoke;
  }
};

TEST_F(muted_guests, are_muted_all_together_as_user_1) {
  auto& zoe = guest("Zoe");
  auto& one = guest();
  const auto until = node_.now() + 60s;
  const auto out = mute(ann_, until);
  ASSERT_TRUE(out->value);
  EXPECT_EQ(out->value->member.user.id, anonymous_user);
  EXPECT_EQ(out->value->member.user.username, "anonymous");
  EXPECT_EQ(out->value->muted_until, until);
  EXPECT_FALSE(may_speak(zoe));
  EXPECT_FALSE(may_speak(one));
  EXPECT_FALSE(may_speak(guest()));
  EXPECT_TRUE(may_speak(node_.inside(bob_, room_)));
  node_.advance(60s);
  EXPECT_TRUE(may_speak(zoe));
}

TEST_F(muted_guests, are_unmuted_by_nothing_and_by_a_time_that_has_passed) {
  auto& zoe = guest("Zoe");
  for (auto end : {std::optional<timestamp>(), std::optional(node_.now())}) {
    mute(ann_, node_.now() + 1h);
    EXPECT_FALSE(may_speak(zoe));
    EXPECT_EQ(mute(ann_, end)->value->muted_until, std::nullopt);
    EXPECT_TRUE(may_speak(zoe));
  }
}

TEST_F(muted_guests, stay_muted_when_the_room_was_put_away) {
  mute(ann_, node_.now() + 1h);
  node_.advance(placement::idle_lifetime + 2 * placement::reap_interval);
  ASSERT_EQ(node_.alive(room_), 0);
  EXPECT_FALSE(may_speak(guest()));
}

TEST_F(muted_guests, are_muted_by_owner_and_moderators_only_and_where_there_are_any) {
  EXPECT_EQ(mute(bob_, node_.now() + 1h)->refused, error_code::moderator_only);
  node_.ask<member_state>(live(), change_member{ann_, bob_, {member_role::moderator, {}}});
  EXPECT_TRUE(mute(bob_, node_.now() + 1h)->value);
  auto ranked = node_.ask<member_state>(live(), change_member{ann_, anonymous_user, {member_role::moderator, {}}});
  node_.settle();
  EXPECT_EQ(ranked->refused, error_code::user_not_found);
  config_patch no_guests;
  no_guests.allow_guests = false;
  node_.ask<room_view>(live(), change_config{ann_, no_guests});
  node_.settle();
  EXPECT_EQ(mute(ann_, node_.now() + 1h)->refused, error_code::user_not_found);
}

} // namespace
} // namespace parley::test
