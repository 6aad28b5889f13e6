// The session of `/ws`: signing in, expiry, limits, the end.
#include "tests/support/small_node.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::test {
namespace {

using namespace std::chrono_literals;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class session_suite : public ::testing::Test {
protected:
  explicit session_suite(small_node::limits_are limits = small_node::limits_are::on) : node_({}, limits) {
    ann_ = node_.store.add_user("ann");
    bob_ = node_.store.add_user("bob");
    room_ = node_.store.add_room(ann_);
  }

  client& connect(std::optional<std::string> token = std::nullopt) {
    auto& out = node_.connect(std::move(token));
    node_.settle();
    return out;
  }
  void auth(client& who, const std::string& token) {
    who.says("auth", {{"token", token}}, 1);
    node_.settle();
  }
  void ping(client& who) {
    who.says("ping", {{"timestamp", 5}});
    node_.settle();
  }
  std::vector<std::int64_t> online(std::vector<user_id> users) {
    auto out = node_.ask<online_flags>(node_.directory, get_online{std::move(users)});
    node_.settle();
    auto& flags = out->value.value().users;
    return {flags.begin(), flags.end()};
  }

  small_node node_;
  user_id ann_, bob_;
  room_id room_;
};

// -- signing in ---------------------------------------------------------------------------

TEST_F(session_suite, a_good_token_is_greeted_by_name) {
  auto& ann = connect(node_.token(ann_));
  ASSERT_THAT(ann.types_heard(), ElementsAre("connected"));
  auto hello = ann.heard("connected")[0];
  EXPECT_EQ(hello["auth_status"], "authenticated");
  EXPECT_EQ(hello["user"], (json{{"id", ann_.value}, {"username", "ann"}}));
  EXPECT_EQ(hello["heartbeat_ms"], 30000);
  EXPECT_TRUE(ann.port->reading);
  EXPECT_THAT(online({ann_, bob_}), ElementsAre(1, 0));
}

TEST_F(session_suite, an_invalid_token_is_told_so_and_closed) {
  auto& ann = connect("no such token");
  EXPECT_EQ(ann.heard("connected").at(0)["auth_status"], "invalid_token");
  EXPECT_EQ(ann.heard("connected").at(0)["user"], nullptr);
  EXPECT_EQ(ann.closed(), close_code::unauthenticated);
  EXPECT_FALSE(ann.port->reading);
}

TEST_F(session_suite, a_token_of_a_user_who_is_gone_or_reserved_is_invalid) {
  for (auto user : {user_id{99}, anonymous_user}) {
    auto& ghost = connect(node_.token(user));
    EXPECT_EQ(ghost.heard("connected").at(0)["auth_status"], "invalid_token");
    EXPECT_EQ(ghost.closed(), close_code::unauthenticated);
  }
}

TEST_F(session_suite, a_guest_may_ping_and_auth_and_nothing_else) {
  auto& guest = connect();
  EXPECT_EQ(guest.heard("connected").at(0)["auth_status"], "guest");
  guest.forget();
  ping(guest);
  EXPECT_THAT(guest.types_heard(), ElementsAre("pong"));
  EXPECT_EQ(guest.heard("pong")[0]["timestamp"], 5);
  guest.forget();
  guest.joins(room_);
  guest.leaves(room_);
  guest.posts(room_, "x");
  guest.types(room_);
  guest.says("no_such_type", json::object());
  node_.settle();
  EXPECT_EQ(guest.errors(), std::vector<std::string>(5, "auth_required"));
  EXPECT_FALSE(guest.closed());
}

TEST_F(session_suite, a_guest_who_does_not_sign_in_within_ten_seconds_is_closed) {
  auto& guest = connect();
  node_.advance(9750ms);
  ping(guest);
  EXPECT_THAT(guest.errors(), IsEmpty());
  EXPECT_FALSE(guest.closed());
  node_.advance(500ms);
  EXPECT_THAT(guest.errors(), ElementsAre("auth_required"));
  EXPECT_EQ(guest.closed(), close_code::unauthenticated);
}

TEST_F(session_suite, a_guest_who_signs_in_in_time_stays) {
  auto& guest = connect();
  node_.advance(9s);
  auth(guest, node_.token(ann_));
  ASSERT_EQ(guest.heard("auth_ok").size(), 1U);
  EXPECT_EQ(guest.heard("auth_ok")[0]["user"]["id"], ann_.value);
  EXPECT_EQ(guest.port->frames.back()["id"], 1);
  node_.advance(60s);
  EXPECT_FALSE(guest.closed());
  guest.joins(room_);
  node_.settle();
  EXPECT_EQ(guest.heard("room_joined").size(), 1U);
}

TEST_F(session_suite, a_bad_auth_leaves_the_guest_a_guest) {
  auto& guest = connect();
  auth(guest, "no such token");
  EXPECT_THAT(guest.errors(), ElementsAre("auth_failed"));
  EXPECT_FALSE(guest.closed());
  node_.advance(11s);
  EXPECT_EQ(guest.closed(), close_code::unauthenticated);
}

TEST_F(session_suite, an_auth_for_another_user_fails_and_changes_nothing) {
  auto& ann = connect(node_.token(ann_));
  auth(ann, node_.token(bob_));
  EXPECT_THAT(ann.errors(), ElementsAre("auth_failed"));
  EXPECT_FALSE(ann.closed());
  EXPECT_THAT(online({ann_, bob_}), ElementsAre(1, 0));
}

// -- expiry ---------------------------------------------------------------------------------

TEST_F(session_suite, expiry_is_announced_a_minute_before_and_then_closes) {
  auto& ann = connect(node_.token(ann_, 5min));
  node_.advance(4min - 250ms);
  EXPECT_THAT(ann.heard("auth_expiring"), IsEmpty());
  node_.advance(500ms);
  ASSERT_EQ(ann.heard("auth_expiring").size(), 1U);
  EXPECT_EQ(parse_time(ann.heard("auth_expiring")[0]["expires_at"].get<std::string>()), node_.now() + 1min - 250ms);
  node_.advance(59s);
  EXPECT_FALSE(ann.closed());
  EXPECT_EQ(ann.heard("auth_expiring").size(), 1U);
  node_.advance(1s);
  EXPECT_EQ(ann.closed(), close_code::unauthenticated);
}

TEST_F(session_suite, a_new_auth_on_the_open_socket_extends_it) {
  auto& ann = connect(node_.token(ann_, 5min));
  node_.advance(4min + 30s);
  auth(ann, node_.token(ann_, 10min));
  EXPECT_EQ(ann.heard("auth_ok").size(), 1U);
  node_.advance(8min);
  EXPECT_FALSE(ann.closed());
  EXPECT_EQ(ann.heard("auth_expiring").size(), 1U);
  node_.advance(90s);
  EXPECT_EQ(ann.heard("auth_expiring").size(), 2U);
  node_.advance(60s);
  EXPECT_EQ(ann.closed(), close_code::unauthenticated);
}

TEST_F(session_suite, a_token_of_less_than_a_minute_is_announced_at_once) {
  auto& ann = connect(node_.token(ann_, 20s));
  node_.advance(250ms);
  EXPECT_EQ(ann.heard("auth_expiring").size(), 1U);
  node_.advance(20s);
  EXPECT_EQ(ann.closed(), close_code::unauthenticated);
}

TEST_F(session_suite, revoked_access_closes_the_sockets_of_the_family_and_no_others) {
  auto& ann = connect(node_.token(ann_, 30min, "f"));
  auto& other = connect(node_.token(ann_, 30min, "g"));
  auto& bob = connect(node_.token(bob_, 30min, "h"));
  caf::anon_send(node_.directory, revoke_access{{{{"f", node_.now() + 1h}}, {}}});
  node_.settle();
  EXPECT_EQ(ann.closed(), close_code::unauthenticated);
  EXPECT_FALSE(other.closed());
  caf::anon_send(node_.directory, revoke_access{{{}, {{ann_, node_.now()}}}});
  node_.settle();
  EXPECT_EQ(other.closed(), close_code::unauthenticated);
  EXPECT_FALSE(bob.closed());
}

TEST_F(session_suite, a_revocation_that_overtakes_the_signing_in_closes_the_socket_too) {
  for (bool by_family : {true, false}) {
    node_.hold(node_.reader);
    auto& ann = connect(node_.token(ann_, 30min, by_family ? "f" : ""));
    storage::revocations list;
    if (by_family)
      list.families.push_back({"f", node_.now() + 1h});
    else
      list.users.push_back({ann_, node_.now()});
    caf::anon_send(node_.directory, revoke_access{list});
    node_.settle();
    node_.release(node_.reader);
    node_.settle();
    EXPECT_EQ(ann.closed(), close_code::unauthenticated) << by_family;
  }
}

TEST_F(session_suite, who_signs_in_after_the_users_tokens_were_revoked_stays) {
  caf::anon_send(node_.directory, revoke_access{{{{"f", node_.now() + 1h}}, {{ann_, node_.now()}}}});
  node_.settle();
  node_.advance(1s);
  auto& fresh = connect(node_.token(ann_, 30min, "g"));
  auto& plain = connect(node_.token(ann_));
  EXPECT_FALSE(fresh.closed());
  EXPECT_FALSE(plain.closed());
}

// -- bad messages ------------------------------------------------------------------------------

TEST_F(session_suite, the_eleventh_malformed_message_within_a_minute_closes) {
  auto& ann = connect(node_.token(ann_));
  for (int i = 0; i < 10; ++i)
    ann.says_text("{");
  node_.settle();
  EXPECT_EQ(ann.errors(), std::vector<std::string>(10, "bad_message"));
  EXPECT_FALSE(ann.closed());
  ann.says_text("{");
  node_.settle();
  EXPECT_EQ(ann.closed(), close_code::malformed);
}

TEST_F(session_suite, ten_malformed_messages_a_minute_are_borne_for_ever) {
  auto& ann = connect(node_.token(ann_));
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 10; ++i)
      ann.says_text("[]");
    node_.settle();
    node_.advance(60s);
  }
  EXPECT_EQ(ann.errors().size(), 30U);
  EXPECT_FALSE(ann.closed());
}

TEST_F(session_suite, unknown_types_and_bad_contents_do_not_count) {
  auto& ann = connect(node_.token(ann_));
  for (int i = 0; i < 15; ++i) {
    ann.says("no_such_type", json::object());
    ann.posts(room_, "");
  }
  node_.settle();
  EXPECT_EQ(ann.errors().size(), 30U);
  EXPECT_THAT(ann.errors(), ::testing::IsSupersetOf({"unknown_type", "validation_failed"}));
  EXPECT_THAT(ann.errors(), Each(::testing::Ne("bad_message")));
  EXPECT_FALSE(ann.heard("error")[0]["supported_types"].empty());
  EXPECT_FALSE(ann.closed());
}

// -- rates -----------------------------------------------------------------------------------------

TEST_F(session_suite, frames_over_the_rate_are_refused_with_the_time_to_wait) {
  auto& ann = connect(node_.token(ann_));
  for (int i = 0; i < 61; ++i)
    ann.says("ping", json::object());
  node_.settle();
  EXPECT_EQ(ann.heard("pong").size(), 60U);
  ASSERT_THAT(ann.errors(), ElementsAre("rate_limited"));
  EXPECT_EQ(ann.heard("error")[0]["retry_after_ms"], 17);
  node_.advance(1s);
  ping(ann);
  EXPECT_EQ(ann.heard("pong").size(), 61U);
}

TEST_F(session_suite, messages_over_the_burst_are_refused_with_the_time_to_wait) {
  auto& ann = connect(node_.token(ann_));
  for (int i = 0; i < 41; ++i)
    ann.posts(room_, "x");
  node_.settle();
  EXPECT_EQ(ann.heard("message_ack").size(), 40U);
  ASSERT_THAT(ann.errors(), ElementsAre("rate_limited"));
  EXPECT_EQ(ann.heard("error")[0]["retry_after_ms"], 50);
}

TEST_F(session_suite, joins_over_the_rate_are_refused_with_the_time_to_wait) {
  auto& ann = connect(node_.token(ann_));
  for (int i = 0; i < 21; ++i)
    ann.joins(room_);
  node_.settle();
  EXPECT_EQ(ann.heard("room_joined").size(), 20U);
  ASSERT_THAT(ann.errors(), ElementsAre("rate_limited"));
  EXPECT_EQ(ann.heard("error")[0]["retry_after_ms"], 50);
}

TEST_F(session_suite, the_tenth_rate_error_within_ten_seconds_closes) {
  auto& ann = connect(node_.token(ann_));
  for (int i = 0; i < 60 + 9; ++i)
    ann.says("ping", json::object());
  node_.settle();
  EXPECT_EQ(ann.errors().size(), 9U);
  EXPECT_FALSE(ann.closed());
  ann.says("ping", json::object());
  node_.settle();
  EXPECT_EQ(ann.errors().size(), 10U);
  EXPECT_EQ(ann.closed(), close_code::rate_limit);
}

TEST_F(session_suite, nine_rate_errors_every_ten_seconds_are_borne) {
  auto& ann = connect(node_.token(ann_));
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 60 + 9; ++i)
      ann.says("ping", json::object());
    node_.settle();
    node_.advance(10s);
  }
  EXPECT_EQ(ann.errors().size(), 27U);
  EXPECT_FALSE(ann.closed());
}

class unlimited_session : public session_suite {
protected:
  unlimited_session() : session_suite(small_node::limits_are::off) {}
};

TEST_F(unlimited_session, nothing_is_rate_limited_where_limits_are_off) {
  auto& ann = connect(node_.token(ann_));
  for (int i = 0; i < 200; ++i) {
    ann.says("ping", json::object());
    ann.posts(room_, "x");
    ann.joins(room_);
  }
  node_.settle();
  EXPECT_THAT(ann.errors(), IsEmpty());
  EXPECT_EQ(ann.heard("message_ack").size(), 200U);
}

TEST_F(unlimited_session, malformed_messages_close_where_limits_are_off_as_well) {
  auto& ann = connect(node_.token(ann_));
  for (int i = 0; i < 11; ++i)
    ann.says_text("{");
  node_.settle();
  EXPECT_EQ(ann.closed(), close_code::malformed);
}

// -- the end -----------------------------------------------------------------------------------------

TEST_F(session_suite, a_drain_is_told_with_a_time_to_come_back_and_closes) {
  auto& ann = connect(node_.token(ann_));
  auto& guest = connect();
  auto& flat = node_.inside(ann_, room_, wire_shape::flat);
  for (const auto& x : node_.hubs)
    caf::anon_send(x, drain{});
  node_.settle();
  EXPECT_FALSE(ann.closed()) << "it has time to hear what is being acknowledged";
  ann.posts(room_, "in time");
  node_.settle();
  EXPECT_EQ(ann.heard("message_ack").size(), 1U);
  node_.advance(500ms);
  for (auto* who : {&ann, &guest, &flat}) {
    ASSERT_EQ(who->heard("server_draining").size(), 1U);
    auto wait = who->heard("server_draining")[0]["reconnect_after_ms"].get<int>();
    EXPECT_GE(wait, 0);
    EXPECT_LE(wait, 5000);
    EXPECT_EQ(who->closed(), close_code::going_away);
  }
}

TEST_F(session_suite, who_comes_in_just_as_a_drain_begins_is_told_like_the_others) {
  for (const auto& x : node_.hubs)
    caf::anon_send(x, drain{});
  node_.settle();
  auto& late = connect(node_.token(ann_));
  EXPECT_EQ(late.heard("server_draining").size(), 1U);
  node_.advance(500ms);
  EXPECT_EQ(late.closed(), close_code::going_away);
}

TEST_F(session_suite, what_comes_after_a_close_is_not_answered) {
  auto& ann = connect("no such token");
  ann.forget();
  ann.port->closed.reset(); // would write down whatever came
  ping(ann);
  EXPECT_THAT(ann.types_heard(), IsEmpty());
}

TEST_F(session_suite, a_lost_connection_signs_its_user_out_with_its_last_session) {
  auto& one = connect(node_.token(ann_));
  auto& two = connect(node_.token(ann_));
  one.breaks();
  EXPECT_THAT(online({ann_}), ElementsAre(1));
  two.breaks();
  EXPECT_THAT(online({ann_}), ElementsAre(0));
}

TEST_F(session_suite, a_new_name_is_used_from_then_on) {
  auto& ann = node_.inside(ann_, room_);
  caf::anon_send(node_.directory, user_renamed{{ann_, "anna", {}}});
  node_.settle();
  ann.posts(room_, "x");
  node_.settle();
  EXPECT_EQ(ann.heard("room_message").at(0)["sender_username"], "anna");
}

} // namespace
} // namespace parley::test
