#include "load/dialect/dialect.hpp"

#include <gtest/gtest.h>

#include <set>

namespace parley::load {
namespace {

const dialect& built_in(const std::string& name) {
  for (const dialect& each : built_in_dialects())
    if (each.name == name)
      return each;
  throw std::invalid_argument(name);
}

TEST(dialect, the_built_in_ones_read_and_have_names_of_their_own) {
  std::set<std::string> names;
  for (const dialect& each : built_in_dialects()) {
    EXPECT_TRUE(names.insert(each.name).second) << each.name;
    EXPECT_FALSE(each.about.empty()) << each.name;
    EXPECT_TRUE(each.publishes()) << each.name;
    EXPECT_EQ(find_dialect(each.name)->name, each.name);
    EXPECT_TRUE(parse_dialect(built_in_source(each.name).value())) << each.name;
  }
  EXPECT_EQ(built_in_dialects().front().name, "parley");
  for (const char* name : {"parley-chat", "parley-test", "echo", "nchan", "socketio", "fastapi"})
    EXPECT_TRUE(names.contains(name)) << name;
}

TEST(dialect, parley_speaks_the_contract) {
  const dialect& parley = built_in("parley");
  EXPECT_TRUE(parley.uses_tokens());
  EXPECT_FALSE(parley.room_from_start());
  EXPECT_EQ(parley.join.send.fill({.room = 3}), R"({"type":"join_room","payload":{"room_id":3}})");
  EXPECT_EQ(parley.resume.send.fill({.room = 3, .last_id = 9}),
            R"({"type":"join_room","payload":{"room_id":3,"last_message_id":9}})");
  EXPECT_EQ(parley.publish.fill({.room = 3, .content = "hi"}),
            R"({"type":"send_message","payload":{"room_id":3,"content":"hi"}})");
  EXPECT_EQ(parley.tracked.fill({.room = 3, .content = "hi", .marker = "m"}),
            R"({"type":"send_message","payload":{"room_id":3,"client_msg_id":"m","content":"hi"}})");
  EXPECT_TRUE(parley.is_ack(R"({"type":"message_ack","payload":{"message_id":4}})"));
  EXPECT_EQ(parley.id_key, R"("id":)");
  const std::string refused = R"({"type":"room_join_error","payload":{"message":"x","code":"not_a_member"}})";
  EXPECT_TRUE(parley.is_error(refused));
  EXPECT_EQ(parley.error_shown(refused), "not_a_member");
}

TEST(dialect, an_error_is_found_wherever_it_stands_and_whatever_errors_have_in_common) {
  const auto alike = parse_dialect("errors = ['\"type\":\"error\"', '\"type\":\"refused\"']").value();
  EXPECT_EQ(alike.errors_prefix, "\"type\":\"");
  const auto unlike = parse_dialect("errors = ['error', 'refused']").value();
  EXPECT_EQ(unlike.errors_prefix, "");
  for (const dialect* each : {&alike, &unlike}) {
    EXPECT_TRUE(each->is_error(R"({"type":"error"})"));
    EXPECT_TRUE(each->is_error(R"({"a":{"type":"b"},"type":"refused"})"));
    EXPECT_FALSE(each->is_error(R"({"type":"message"})"));
    EXPECT_FALSE(each->is_error(R"({"type":")"));
    EXPECT_FALSE(each->is_error(""));
  }
  EXPECT_FALSE(parse_dialect("").value().is_error("error"));
}

TEST(dialect, a_long_error_without_a_code_shows_its_beginning) {
  EXPECT_EQ(built_in("socketio").error_shown(std::string(500, 'x')), std::string(120, 'x'));
}

TEST(dialect, a_heartbeat_is_the_whole_frame_unless_it_says_otherwise) {
  const dialect& socketio = built_in("socketio");
  EXPECT_TRUE(socketio.is_heartbeat("2"));
  EXPECT_FALSE(socketio.is_heartbeat("42[\"chat\"]"));
  const auto part = parse_dialect("heartbeat = { seen = '\"ping\"', whole = false, answer = 'pong' }").value();
  EXPECT_TRUE(part.is_heartbeat(R"({"type":"ping","t":1})"));
  EXPECT_FALSE(built_in("echo").is_heartbeat(""));
}

TEST(dialect, the_room_may_be_named_by_the_handshake_or_the_greeting) {
  EXPECT_TRUE(built_in("parley-chat").room_from_start());
  EXPECT_TRUE(built_in("graphql-ws").room_from_start());
  EXPECT_FALSE(built_in("phoenix").room_from_start());
}

TEST(dialect, a_clients_own_heartbeat_has_a_text_and_a_pace) {
  const auto own = parse_dialect("[heartbeat]\nevery_s = 30\nsend = '{\"me\":{member}}'").value();
  EXPECT_EQ(own.beat.every_s, 30);
  EXPECT_EQ(own.beat.send.fill({.member = 7}), R"({"me":7})");
  EXPECT_FALSE(own.is_heartbeat(""));
  EXPECT_TRUE(parse_dialect("[heartbeat]\nevery_s = 1\nsend = '{token}'")->uses_tokens());
}

TEST(dialect, half_a_heartbeat_of_ones_own_is_refused) {
  for (const auto* text : {"every_s = 30", "send = 'x'"})
    EXPECT_EQ(parse_dialect(std::string("[heartbeat]\n") + text).error(),
              "'heartbeat.every_s' and 'heartbeat.send' go together");
  for (const auto* text : {"0", "-1", "86401", "1.5", "'often'"})
    EXPECT_EQ(parse_dialect(std::string("[heartbeat]\nsend = 'x'\nevery_s = ") + text).error(),
              "'heartbeat.every_s' must be a whole number from 1 to 86400");
}

TEST(dialect, a_file_may_leave_out_nearly_everything) {
  const auto plain = parse_dialect("publish = '{content}'");
  ASSERT_TRUE(plain) << plain.error();
  EXPECT_TRUE(plain->echo_to_sender);
  EXPECT_FALSE(plain->alone);
  EXPECT_FALSE(plain->uses_tokens());
  EXPECT_FALSE(plain->join.there());
}

TEST(dialect, the_token_may_be_used_anywhere) {
  EXPECT_TRUE(parse_dialect("headers = ['Authorization: Bearer {token}']")->uses_tokens());
  EXPECT_TRUE(parse_dialect("[[first]]\nsend = 'auth {token}'\nexpect = 'ok'")->uses_tokens());
  EXPECT_TRUE(parse_dialect("[http_publish]\npath = '/p?t={token}'\nbody = '{content}'")->uses_tokens());
}

TEST(dialect, a_fault_names_its_key) {
  const std::pair<const char*, const char*> cases[] = {
    {"puplish = 'x'", "'puplish' is no key"},
    {"publish = 3", "'publish' must be a text"},
    {"publish = '{contents}'", "'publish' there is no place {contents}; \\{contents} would stand for itself"},
    {"publish = 'x'", "'publish' must hold {content} or {marker}"},
    {"tracked = '{content}'", "'tracked' must hold {marker}"},
    {"alone = 'yes'", "'alone' must be true or false"},
    {"errors = 'x'", "'errors' must be a list"},
    {"errors = ['x', 3]", "'errors' must be a text"},
    {"join = 'x'", "'join' must be a table"},
    {"[join]\nsent = 'x'", "'join.sent' is no key"},
    {"[join]", "'join' must send or expect something"},
    {"[[first]]\nexpected = 'x'", "'first.expected' is no key"},
    {"id_key = '\"id\":'", "'id_key' must be a plain name"},
    {"[http_publish]\npath = '/p'", "'http_publish.body' must hold"},
    {"publish = '{content}'\n[http_publish]\npath = '/p'\nbody = '{content}'", "exclude each other"},
    {"a = ", "line 1:"}};
  for (const auto& [text, fault] : cases) {
    const auto parsed = parse_dialect(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_NE(parsed.error().find(fault), std::string::npos) << text << ": " << parsed.error();
    EXPECT_EQ(parsed.error().find('\n'), std::string::npos) << parsed.error();
  }
}

TEST(dialect, a_name_that_is_none_is_told) {
  EXPECT_NE(find_dialect("nobody").error().find("'nobody'"), std::string::npos);
  EXPECT_NE(find_dialect("/nonexistent/x.toml").error().find("/nonexistent/x.toml"), std::string::npos);
}

TEST(dialect, the_path_of_the_url_stands_before_that_of_the_dialect_but_not_twice) {
  const fillings with{.room = 3, .member = 1, .token = "t"};
  EXPECT_EQ(handshake_target(built_in("parley"), "/ws", "", with), "/ws?token=t");
  EXPECT_EQ(handshake_target(built_in("parley"), "", "", with), "/ws?token=t");
  EXPECT_EQ(handshake_target(built_in("parley-chat"), "/ws", "", with), "/ws/chat/3/?token=t");
  EXPECT_EQ(handshake_target(built_in("parley-chat"), "/proxy", "", with), "/proxy/ws/chat/3/?token=t");
  EXPECT_EQ(handshake_target(built_in("parley-test"), "/w", "", with), "/w/ws/test/3-1");
  EXPECT_EQ(handshake_target(built_in("echo"), "/echo", "", with), "/echo");
  EXPECT_EQ(handshake_target(built_in("echo"), "", "", with), "/");
  EXPECT_EQ(handshake_target(built_in("parley"), "/ws", "a=1&b", with), "/ws?token=t&a=1&b");
  EXPECT_EQ(handshake_target(built_in("echo"), "", "a=1", with), "/?a=1");
}

} // namespace
} // namespace parley::load
