// The session of `/ws/chat/{room_id}/`: the greeting, guests, refusals, leaving and coming back.
#include "tests/support/small_node.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::test {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class chat_session_suite : public ::testing::Test {
protected:
  chat_session_suite() {
    ann_ = node_.store.add_user("ann");
    bob_ = node_.store.add_user("bob");
    room_ = node_.store.add_room(ann_);
    node_.store.add_member(room_, bob_);
  }

  client& connect(const std::string& room, std::optional<std::string> token) {
    auto& out = node_.connect_chat(room, std::move(token));
    node_.settle();
    return out;
  }
  client& connect(std::optional<std::string> token) { return connect(std::to_string(room_.value), std::move(token)); }
  client& inside(user_id user) { return node_.inside(user, room_, wire_shape::flat); }
  void say(client& who, const std::string& type) {
    who.says({{"type", type}});
    node_.settle();
  }
  room_config& config() { return node_.store.committed.rooms.at(room_).config; }

  small_node node_;
  user_id ann_, bob_;
  room_id room_;
};

// -- coming in ---------------------------------------------------------------------------

TEST_F(chat_session_suite, the_greeting_comes_first_and_then_all_hear_who_joined) {
  auto& ann = connect(node_.token(ann_));
  EXPECT_THAT(ann.types_heard(), ElementsAre("connection_established", "user_join"));
  EXPECT_EQ(ann.heard("connection_established")[0]["user"], (json{{"id", ann_.value}, {"username", "ann"}}));
  EXPECT_TRUE(ann.port->reading);
  ann.forget();
  auto& bob = connect(node_.token(bob_));
  EXPECT_THAT(ann.types_heard(), ElementsAre("user_join"));
  EXPECT_EQ(ann.heard("user_join")[0]["user"]["id"], bob_.value);
  EXPECT_THAT(bob.types_heard(), ElementsAre("connection_established", "user_join"));
}

TEST_F(chat_session_suite, a_users_second_session_is_greeted_and_not_announced) {
  auto& first = inside(ann_);
  auto& second = connect(node_.token(ann_));
  EXPECT_THAT(second.types_heard(), ElementsAre("connection_established"));
  EXPECT_THAT(first.types_heard(), IsEmpty());
}

TEST_F(chat_session_suite, the_greeting_comes_before_messages_that_are_being_committed) {
  auto& ann = inside(ann_);
  for (unsigned seed = 0; seed < 100; ++seed) {
    std::mt19937 lot(seed);
    ann.posts(room_, "x");
    auto& bob = node_.connect_chat(std::to_string(room_.value), node_.token(bob_));
    node_.settle_shuffled(lot);
    ASSERT_EQ(bob.types_heard().at(0), "connection_established");
    ASSERT_EQ(bob.types_heard().at(1), "user_join");
    bob.breaks();
    node_.advance(1s);
  }
}

TEST_F(chat_session_suite, without_a_good_token_the_socket_closes_with_the_reason) {
  auto& missing = connect(std::nullopt);
  EXPECT_THAT(missing.errors(), ElementsAre("auth_required"));
  EXPECT_EQ(missing.closed(), close_code::unauthenticated);
  auto& wrong = connect("no such token");
  EXPECT_THAT(wrong.errors(), ElementsAre("invalid_token"));
  EXPECT_EQ(wrong.closed(), close_code::unauthenticated);
  node_.tokens.set("old", tl::unexpected(error_code::token_expired));
  auto& expired = connect("old");
  EXPECT_THAT(expired.errors(), ElementsAre("invalid_token"));
  EXPECT_EQ(expired.closed(), close_code::unauthenticated);
}

TEST_F(chat_session_suite, a_stranger_is_closed_4403) {
  auto cyd = node_.store.add_user("cyd");
  auto& stranger = connect(node_.token(cyd));
  EXPECT_THAT(stranger.errors(), ElementsAre("not_a_member"));
  EXPECT_EQ(stranger.closed(), close_code::forbidden);
}

TEST_F(chat_session_suite, a_stranger_of_an_open_room_becomes_a_member) {
  config().join = join_policy::open;
  auto cyd = node_.store.add_user("cyd");
  auto& joined = connect(node_.token(cyd));
  EXPECT_THAT(joined.types_heard(), ElementsAre("connection_established", "user_join"));
  EXPECT_TRUE(node_.store.committed.members.contains({room_, cyd}));
}

TEST_F(chat_session_suite, no_such_room_is_closed_4404_for_users_and_4401_for_the_rest) {
  for (const char* name : {"99", "0", "-1", "lobby", "1x", "", "99999999999999999999"}) {
    SCOPED_TRACE(name);
    auto& user = connect(name, node_.token(ann_));
    EXPECT_THAT(user.errors(), ElementsAre("room_not_found"));
    EXPECT_EQ(user.closed(), close_code::no_room);
    auto& nobody = connect(name, std::nullopt);
    EXPECT_THAT(nobody.errors(), ElementsAre("auth_required"));
    EXPECT_EQ(nobody.closed(), close_code::unauthenticated);
  }
}

// -- guests --------------------------------------------------------------------------------

TEST_F(chat_session_suite, a_room_for_guests_takes_them_in_as_anonymous) {
  config().allow_guests = true;
  for (std::optional<std::string> token : {std::optional<std::string>{}, std::optional<std::string>{"wrong"}}) {
    auto& guest = connect(token);
    EXPECT_EQ(guest.heard("connection_established").at(0)["user"], (json{{"id", 1}, {"username", "anonymous"}}));
    guest.posts(room_, "hello");
    node_.settle();
    EXPECT_THAT(guest.texts(), ElementsAre("hello"));
    EXPECT_EQ(guest.heard("chat_message").at(0)["message"]["sender"]["id"], 1);
    guest.breaks();
    node_.settle();
    EXPECT_EQ(node_.active_users(room_), 0);
  }
}

TEST_F(chat_session_suite, guests_count_as_one_user) {
  config().allow_guests = true;
  auto& first = connect(std::nullopt);
  auto& second = connect(std::nullopt);
  EXPECT_EQ(node_.active_users(room_), 1);
  EXPECT_EQ(first.heard("user_join").size(), 1U);
  EXPECT_THAT(second.types_heard(), ElementsAre("connection_established"));
}

TEST_F(chat_session_suite, guests_are_authors_of_their_own_to_client_msg_ids) {
  config().allow_guests = true;
  auto& first = connect(std::nullopt);
  auto& second = connect(std::nullopt);
  first.posts(room_, "of the first", "m1");
  second.posts(room_, "of the second", "m1");
  node_.settle();
  EXPECT_THAT(first.texts(), ElementsAre("of the first", "of the second"));
  first.forget();
  second.forget();
  first.posts(room_, "of the first", "m1");
  second.posts(room_, "of the first", "m1");
  node_.settle();
  EXPECT_THAT(first.texts(), ElementsAre("of the first"));
  EXPECT_THAT(second.errors(), ElementsAre("client_msg_id_reused"));
  EXPECT_THAT(second.texts(), IsEmpty());
}

TEST_F(chat_session_suite, a_guest_is_not_closed_for_not_signing_in) {
  config().allow_guests = true;
  auto& guest = connect(std::nullopt);
  node_.advance(60s);
  EXPECT_FALSE(guest.closed());
}

// -- leaving and coming back -----------------------------------------------------------------

TEST_F(chat_session_suite, after_leaving_the_socket_is_deaf_until_it_joins_again) {
  auto& ann = inside(ann_);
  auto& bob = inside(bob_);
  ann.forget();
  say(bob, "user_leave");
  EXPECT_THAT(ann.types_heard(), ElementsAre("user_leave"));
  EXPECT_THAT(bob.types_heard(), ElementsAre("user_leave"));
  EXPECT_FALSE(bob.closed());
  bob.forget();
  ann.posts(room_, "unheard");
  node_.settle();
  EXPECT_THAT(bob.types_heard(), IsEmpty());
  ann.forget();
  say(bob, "user_join");
  EXPECT_THAT(ann.types_heard(), ElementsAre("user_join"));
  EXPECT_THAT(bob.types_heard(), ElementsAre("user_join"));
  ann.posts(room_, "heard");
  node_.settle();
  EXPECT_THAT(bob.texts(), ElementsAre("heard"));
}

TEST_F(chat_session_suite, after_leaving_everything_but_joining_is_not_joined) {
  auto& bob = inside(bob_);
  say(bob, "user_leave");
  bob.forget();
  bob.posts(room_, "x");
  bob.types(room_);
  say(bob, "user_leave");
  EXPECT_THAT(bob.errors(), ElementsAre("not_joined", "not_joined", "not_joined"));
  say(bob, "ping");
  EXPECT_EQ(bob.heard("pong").size(), 1U);
}

TEST_F(chat_session_suite, joining_again_while_joined_is_heard_by_the_sender_alone) {
  auto& ann = inside(ann_);
  auto& bob = inside(bob_);
  ann.forget();
  say(bob, "user_join");
  EXPECT_THAT(bob.types_heard(), ElementsAre("user_join"));
  EXPECT_THAT(ann.types_heard(), IsEmpty());
}

TEST_F(chat_session_suite, one_of_two_sessions_leaving_is_heard_by_the_leaver_alone) {
  auto& ann = inside(ann_);
  auto& one = inside(bob_);
  auto& two = inside(bob_);
  ann.forget();
  say(one, "user_leave");
  EXPECT_THAT(ann.types_heard(), IsEmpty());
  EXPECT_THAT(two.types_heard(), IsEmpty());
  say(one, "user_join");
  EXPECT_THAT(one.types_heard().back(), "user_join");
  EXPECT_THAT(ann.types_heard(), IsEmpty());
}

TEST_F(chat_session_suite, leaving_joining_and_posting_in_one_breath_works) {
  auto& bob = inside(bob_);
  bob.says({{"type", "user_leave"}});
  bob.says({{"type", "user_join"}});
  bob.posts(room_, "back");
  node_.settle();
  EXPECT_THAT(bob.errors(), IsEmpty());
  EXPECT_THAT(bob.texts(), ElementsAre("back"));
}

TEST_F(chat_session_suite, joining_again_while_it_is_removed_leaves_nobody_behind) {
  config().join = join_policy::open;
  auto& bob = inside(bob_);
  node_.hold(bob.session);
  bob.says({{"type", "user_join"}}); // handled before it knows that it was removed, by the room after
  node_.ask<finished>(node_.live(room_), remove_member{ann_, bob_, false});
  node_.settle();
  node_.release_all();
  node_.settle();
  EXPECT_EQ(bob.closed(), close_code::forbidden);
  bob.breaks();
  node_.settle();
  EXPECT_EQ(node_.active_users(room_), 0);
}

TEST_F(chat_session_suite, who_left_long_ago_finds_the_room_again_after_it_was_put_away) {
  auto& bob = inside(bob_);
  say(bob, "user_leave");
  bob.forget();
  node_.advance(90s);
  ASSERT_EQ(node_.alive(room_), 0);
  bob.says({{"type", "user_join"}});
  bob.posts(room_, "back");
  node_.settle();
  EXPECT_THAT(bob.types_heard(), ElementsAre("user_join", "chat_message"));
}

TEST_F(chat_session_suite, who_left_a_room_that_was_dissolved_is_told_so_when_it_comes_back) {
  auto& bob = inside(bob_);
  say(bob, "user_leave");
  node_.ask<finished>(node_.live(room_), dissolve_room{ann_});
  node_.advance(60s);
  bob.forget();
  say(bob, "user_join");
  EXPECT_THAT(bob.errors(), ElementsAre("room_not_found"));
  EXPECT_EQ(bob.closed(), close_code::no_room);
}

TEST_F(chat_session_suite, a_guest_who_comes_back_to_a_room_that_is_gone_is_told_so) {
  config().allow_guests = true;
  auto& guest = connect(std::nullopt);
  say(guest, "user_leave");
  node_.ask<finished>(node_.live(room_), dissolve_room{ann_});
  node_.advance(60s);
  say(guest, "user_join");
  EXPECT_THAT(guest.errors(), ElementsAre("room_not_found"));
  EXPECT_EQ(guest.closed(), close_code::no_room);
}

// -- what the room hears -----------------------------------------------------------------------

TEST_F(chat_session_suite, messages_cross_between_the_shapes_each_in_its_own) {
  auto& flat = inside(ann_);
  auto& envelope = node_.inside(bob_, room_);
  flat.posts(room_, "from flat", "c1");
  envelope.posts(room_, "from envelope");
  node_.settle();
  EXPECT_THAT(flat.texts(), ElementsAre("from flat", "from envelope"));
  EXPECT_THAT(envelope.texts(), ElementsAre("from flat", "from envelope"));
  auto first = flat.heard("chat_message")[0]["message"];
  EXPECT_EQ(first["client_msg_id"], "c1");
  EXPECT_EQ(first["sender"], (json{{"id", ann_.value}, {"username", "ann"}}));
  EXPECT_FALSE(flat.heard("chat_message")[1]["message"].contains("client_msg_id"));
}

TEST_F(chat_session_suite, a_dissolved_room_closes_4404_and_an_updated_one_says_so) {
  auto& bob = inside(bob_);
  node_.ask<room_view>(node_.live(room_), change_room{ann_, {"new name", {}}});
  node_.settle();
  EXPECT_EQ(bob.heard("room_updated").at(0)["name"], "new name");
  node_.ask<finished>(node_.live(room_), dissolve_room{ann_});
  node_.settle();
  EXPECT_EQ(bob.heard("room_closed").at(0)["room_id"], room_.value);
  EXPECT_EQ(bob.closed(), close_code::no_room);
}

TEST_F(chat_session_suite, an_expired_token_closes_without_an_announcement) {
  auto& bob = connect(node_.token(bob_, 2min));
  bob.forget();
  node_.advance(2min + 250ms);
  EXPECT_THAT(bob.errors(), ElementsAre("token_expired"));
  EXPECT_EQ(bob.closed(), close_code::unauthenticated);
  EXPECT_EQ(bob.types_heard().size(), 1U);
}

} // namespace
} // namespace parley::test
