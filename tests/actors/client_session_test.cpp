// The session of `/ws/{client_id}` and the directory's part in it: whose id it is, replacement, pushes.
#include "tests/support/small_node.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::test {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class client_session_suite : public ::testing::Test {
protected:
  client_session_suite() {
    ann_ = node_.store.add_user("ann");
    bob_ = node_.store.add_user("bob");
  }

  client& connect(const std::string& id, std::optional<std::string> token = std::nullopt) {
    auto& out = node_.connect_to(socket_kind::client, id, std::move(token));
    node_.settle();
    return out;
  }
  void say(client& who, const json& frame) {
    who.says(frame);
    node_.settle();
  }
  std::vector<std::string> clients_of(user_id user) {
    auto out = node_.ask<client_list>(node_.directory, get_clients{user});
    node_.settle();
    std::vector<std::string> ids;
    for (const auto& x : out->value.value().items)
      ids.push_back(x.client);
    return ids;
  }
  static frame_ptr push(const std::string& data) {
    return make_text_frame(encode_channel(push_reply{data}, language::en));
  }
  std::int64_t push_to(const std::string& client, const std::string& data = "1") {
    auto out = node_.ask<std::int64_t>(node_.directory, push_to_client{client, push(data)});
    node_.settle();
    return out->value.value();
  }
  std::int64_t push_to(user_id user, const std::string& data = "1") {
    auto out = node_.ask<std::int64_t>(node_.directory, push_to_user{user, push(data)});
    node_.settle();
    return out->value.value();
  }
  std::int64_t online() {
    auto out = node_.ask<std::int64_t>(node_.directory, get_users_online{});
    node_.settle();
    return out->value.value();
  }

  small_node node_;
  user_id ann_, bob_;
};

// -- coming in -----------------------------------------------------------------------------

TEST_F(client_session_suite, whoever_has_no_token_is_a_guest_with_an_id) {
  auto& guest = connect("tab 1");
  ASSERT_THAT(guest.types_heard(), ElementsAre("connected"));
  auto hello = guest.heard("connected")[0];
  EXPECT_TRUE(hello["message"].is_string());
  hello.erase("message");
  EXPECT_EQ(hello,
            (json{{"type", "connected"}, {"client_id", "tab 1"}, {"user_id", nullptr}, {"auth_status", "guest"}}));
  EXPECT_TRUE(guest.port->reading);
  EXPECT_EQ(online(), 0);
}

TEST_F(client_session_suite, a_good_token_is_known_by_its_user) {
  auto& ann = connect("tab", node_.token(ann_));
  EXPECT_EQ(ann.heard("connected").at(0)["user_id"], ann_.value);
  EXPECT_EQ(ann.heard("connected").at(0)["auth_status"], "authenticated");
  EXPECT_THAT(clients_of(ann_), ElementsAre("tab"));
  EXPECT_EQ(online(), 1);
}

TEST_F(client_session_suite, an_invalid_token_is_served_as_anonymous) {
  auto& guest = connect("tab", "no such token");
  EXPECT_EQ(guest.heard("connected").at(0)["auth_status"], "invalid_token");
  EXPECT_EQ(guest.heard("connected").at(0)["user_id"], nullptr);
  EXPECT_FALSE(guest.closed());
  say(guest, {{"type", "hello"}, {"message", "m"}});
  EXPECT_EQ(guest.heard("hello").at(0)["user"], nullptr);
}

TEST_F(client_session_suite, a_check_that_fails_is_told_apart_from_a_bad_token) {
  caf::anon_send_exit(node_.reader, caf::exit_reason::user_shutdown);
  node_.settle();
  auto& guest = connect("tab", node_.token(ann_));
  EXPECT_EQ(guest.heard("connected").at(0)["auth_status"], "auth_error");
  EXPECT_EQ(guest.heard("connected").at(0)["user_id"], nullptr);
  EXPECT_FALSE(guest.closed());
}

// -- what it says --------------------------------------------------------------------------

TEST_F(client_session_suite, hello_is_answered_with_who_one_is) {
  auto& ann = connect("tab", node_.token(ann_));
  ann.forget();
  say(ann, {{"type", "hello"}, {"message", "Привет"}});
  EXPECT_THAT(ann.heard("hello"), ElementsAre(json{{"type", "hello"},
                                                   {"message", "Привет"},
                                                   {"client_id", "tab"},
                                                   {"user", {{"id", ann_.value}, {"username", "ann"}}}}));
}

TEST_F(client_session_suite, a_new_name_is_the_one_in_the_next_hello) {
  auto& ann = connect("tab", node_.token(ann_));
  caf::anon_send(node_.directory, user_renamed{{ann_, "anna", std::nullopt}});
  node_.settle();
  say(ann, {{"type", "hello"}, {"message", ""}});
  EXPECT_EQ(ann.heard("hello").at(0)["user"]["username"], "anna");
}

TEST_F(client_session_suite, ping_gets_its_timestamp_back) {
  auto& guest = connect("tab");
  say(guest, {{"type", "ping"}, {"timestamp", {1, "a"}}});
  ASSERT_EQ(guest.heard("pong").size(), 1U);
  EXPECT_EQ(guest.heard("pong")[0]["timestamp"], (json{1, "a"}));
  EXPECT_EQ(guest.heard("pong")[0]["server_time_ms"], node_.now().time_since_epoch().count());
}

TEST_F(client_session_suite, other_types_are_told_which_there_are) {
  auto& guest = connect("tab");
  for (int i = 0; i < 20; ++i)
    say(guest, {{"type", "join_room"}});
  EXPECT_EQ(guest.errors(), std::vector<std::string>(20, "unknown_type"));
  EXPECT_EQ(guest.heard("error")[0]["supported_types"], (json{"hello", "ping"}));
  EXPECT_FALSE(guest.closed());
}

TEST_F(client_session_suite, the_eleventh_malformed_message_within_a_minute_closes) {
  auto& guest = connect("tab");
  for (const auto* text : {"", "{", "[]", "{}", "{\"type\":1}", "{\"type\":\"hello\"}",
                           "{\"type\":\"hello\",\"message\":1}", "null", "1", "\"hello\""}) {
    guest.says_text(text);
    node_.settle();
  }
  EXPECT_EQ(guest.errors(), std::vector<std::string>(10, "bad_message"));
  EXPECT_FALSE(guest.closed());
  guest.says_text("x");
  node_.settle();
  EXPECT_EQ(guest.closed(), close_code::malformed);
}

TEST_F(client_session_suite, frames_are_limited_as_everywhere) {
  auto& guest = connect("tab");
  for (int i = 0; i < 1000 && !guest.closed(); ++i)
    say(guest, {{"type", "ping"}});
  EXPECT_EQ(guest.closed(), close_code::rate_limit);
  EXPECT_GT(guest.heard("error").at(0)["retry_after_ms"], 0);
}

// -- one id, one connection ------------------------------------------------------------------

TEST_F(client_session_suite, the_same_user_s_newer_connection_replaces_the_older) {
  auto& older = connect("tab", node_.token(ann_));
  auto& newer = connect("tab", node_.token(ann_));
  EXPECT_EQ(older.closed(), close_code::replaced);
  EXPECT_THAT(older.errors(), IsEmpty());
  EXPECT_FALSE(newer.closed());
  older.breaks();
  EXPECT_THAT(clients_of(ann_), ElementsAre("tab"));
  EXPECT_EQ(push_to("tab"), 1);
  EXPECT_EQ(newer.heard("push").size(), 1U);
}

TEST_F(client_session_suite, somebody_else_s_id_is_taken) {
  const auto none = std::optional<std::string>();
  int number = 0;
  for (const auto& [holder, other] : std::vector<std::pair<std::optional<std::string>, std::optional<std::string>>>{
         {node_.token(ann_), node_.token(bob_)}, {node_.token(ann_), none}, {none, node_.token(ann_)}}) {
    const auto id = std::to_string(++number);
    auto& first = connect(id, holder);
    auto& second = connect(id, other);
    EXPECT_THAT(second.types_heard(), ElementsAre("error")) << "not connected";
    EXPECT_THAT(second.errors(), ElementsAre("client_id_taken"));
    EXPECT_EQ(second.closed(), close_code::replaced);
    second.breaks();
    node_.settle();
    EXPECT_FALSE(first.closed());
    EXPECT_EQ(push_to(id), 1) << "the loser's end takes nothing from the holder";
  }
}

TEST_F(client_session_suite, two_guests_may_follow_each_other) {
  auto& older = connect("tab");
  auto& newer = connect("tab", "no such token");
  EXPECT_EQ(older.closed(), close_code::replaced);
  EXPECT_FALSE(newer.closed());
}

TEST_F(client_session_suite, an_id_is_free_again_when_its_connection_is_gone) {
  connect("tab", node_.token(ann_)).breaks();
  auto& bob = connect("tab", node_.token(bob_));
  EXPECT_FALSE(bob.closed());
  EXPECT_THAT(clients_of(ann_), IsEmpty());
  EXPECT_THAT(clients_of(bob_), ElementsAre("tab"));
}

TEST_F(client_session_suite, of_a_chain_of_twenty_the_last_remains) {
  std::vector<client*> all;
  for (int i = 0; i < 20; ++i)
    all.push_back(&connect("tab", node_.token(ann_)));
  for (auto* x : all)
    EXPECT_EQ(x->closed(), x == all.back() ? std::nullopt : std::optional(close_code::replaced));
  for (auto* x : all)
    if (x != all.back())
      x->breaks();
  EXPECT_THAT(clients_of(ann_), ElementsAre("tab"));
  all.back()->breaks();
  EXPECT_THAT(clients_of(ann_), IsEmpty());
  EXPECT_EQ(push_to("tab"), 0);
}

TEST_F(client_session_suite, of_many_who_race_for_one_id_exactly_one_holds_it_whatever_the_order) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    std::mt19937 lot(seed);
    const auto id = "race " + std::to_string(seed);
    std::vector<client*> all;
    for (int i = 0; i < 6; ++i)
      all.push_back(&node_.connect_to(
        socket_kind::client, id, i % 3 == 0 ? std::nullopt : std::optional(node_.token(i % 3 == 1 ? ann_ : bob_))));
    node_.settle_shuffled(lot);
    int open = 0;
    for (auto* x : all) {
      open += x->closed() ? 0 : 1;
      EXPECT_EQ(x->closed().value_or(close_code::replaced), close_code::replaced) << seed;
    }
    EXPECT_EQ(open, 1) << seed;
    for (auto* x : all)
      x->breaks();
    node_.settle_shuffled(lot);
    EXPECT_EQ(push_to(id), 0) << seed;
  }
  EXPECT_EQ(online(), 0);
}

TEST_F(client_session_suite, who_leaves_while_its_token_is_checked_leaves_nothing_behind) {
  node_.hold(node_.reader);
  auto& ann = node_.connect_to(socket_kind::client, "tab", node_.token(ann_));
  node_.settle();
  ann.breaks();
  node_.settle();
  node_.release_all();
  node_.settle();
  EXPECT_THAT(ann.types_heard(), IsEmpty());
  EXPECT_EQ(push_to("tab"), 0);
}

TEST_F(client_session_suite, who_leaves_while_its_claim_is_on_the_way_leaves_nothing_behind) {
  node_.hold(node_.directory);
  auto& ann = node_.connect_to(socket_kind::client, "tab", node_.token(ann_));
  node_.settle();
  ann.breaks();
  node_.settle();
  node_.release_all();
  node_.settle();
  EXPECT_THAT(clients_of(ann_), IsEmpty());
  EXPECT_EQ(push_to("tab"), 0);
  EXPECT_EQ(online(), 0);
}

// -- pushes -----------------------------------------------------------------------------------

TEST_F(client_session_suite, a_push_to_an_id_reaches_its_holder_alone) {
  auto& one = connect("1");
  auto& two = connect("2");
  EXPECT_EQ(push_to("1", R"({"a":[1,null]})"), 1);
  EXPECT_THAT(one.heard("push"), ElementsAre(json{{"type", "push"}, {"data", {{"a", {1, nullptr}}}}}));
  EXPECT_THAT(two.heard("push"), IsEmpty());
  EXPECT_EQ(push_to("3"), 0);
}

TEST_F(client_session_suite, a_push_to_a_user_reaches_all_of_its_clients_and_no_other_socket) {
  auto& one = connect("1", node_.token(ann_));
  auto& two = connect("2", node_.token(ann_));
  auto& bob = connect("3", node_.token(bob_));
  auto& guest = connect("4");
  auto& rooms = node_.signed_in(ann_);
  EXPECT_EQ(push_to(ann_), 2);
  EXPECT_EQ(one.heard("push").size(), 1U);
  EXPECT_EQ(two.heard("push").size(), 1U);
  EXPECT_THAT(bob.heard("push"), IsEmpty());
  EXPECT_THAT(guest.heard("push"), IsEmpty());
  EXPECT_THAT(rooms.types_heard(), IsEmpty());
  two.breaks();
  EXPECT_EQ(push_to(ann_), 1);
  EXPECT_EQ(push_to(anonymous_user), 0);
}

TEST_F(client_session_suite, a_user_s_clients_are_listed_oldest_first) {
  connect("b", node_.token(ann_));
  node_.advance(1s);
  connect("a", node_.token(ann_));
  EXPECT_THAT(clients_of(ann_), ElementsAre("b", "a"));
  node_.advance(1s);
  connect("b", node_.token(ann_));
  EXPECT_THAT(clients_of(ann_), ElementsAre("a", "b")) << "since the newer connection";
}

// -- the end ----------------------------------------------------------------------------------

TEST_F(client_session_suite, an_expired_or_revoked_token_closes_4401) {
  auto& expires = connect("1", node_.token(ann_, 2min));
  auto& revoked = connect("2", node_.token(ann_, 30min, "family"));
  node_.advance(2min + 500ms);
  EXPECT_THAT(expires.types_heard(), ElementsAre("connected", "error"));
  EXPECT_THAT(expires.errors(), ElementsAre("token_expired"));
  EXPECT_EQ(expires.closed(), close_code::unauthenticated);
  EXPECT_FALSE(revoked.closed());
  node_.ask<finished>(node_.directory, revoke_access{{{{"family", node_.now() + 1h}}, {}}});
  node_.settle();
  EXPECT_THAT(revoked.errors(), ElementsAre("invalid_token"));
  EXPECT_EQ(revoked.closed(), close_code::unauthenticated);
}

TEST_F(client_session_suite, a_guest_is_given_all_the_time_it_wants) {
  auto& guest = connect("tab");
  node_.advance(5min);
  EXPECT_FALSE(guest.closed());
}

TEST_F(client_session_suite, a_drain_is_announced_flat_and_then_closes_1001) {
  auto& guest = connect("tab");
  guest.forget();
  for (const auto& hub : node_.hubs)
    caf::anon_send(hub, drain{});
  node_.advance(1s);
  ASSERT_THAT(guest.types_heard(), ElementsAre("server_draining"));
  EXPECT_TRUE(guest.port->frames[0]["reconnect_after_ms"].is_number_integer());
  EXPECT_EQ(guest.closed(), close_code::going_away);
}

} // namespace
} // namespace parley::test
