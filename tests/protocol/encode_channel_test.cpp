#include "protocol/events.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <set>

namespace parley {
namespace {

using nlohmann::json;

constexpr timestamp noon{std::chrono::milliseconds{1'795'228'685'123}};
constexpr moment even_noon{noon.time_since_epoch()};
const user_brief alice{user_id{2}, "alice", "/avatars/x.png"};

std::string channel(const channel_reply& x, language lang = language::zh) {
  return encode_channel(x, lang);
}

// -- /ws/{client_id} ---------------------------------------------------------------------

TEST(a_connected_client, hears_who_it_is) {
  EXPECT_EQ(channel(client_connected_reply{"c1", user_id{2}, auth_status::authenticated}),
            R"({"type":"connected","client_id":"c1","message":"连接成功","user_id":2,"auth_status":"authenticated"})");
  EXPECT_EQ(
    channel(client_connected_reply{"c1", std::nullopt, auth_status::invalid_token}),
    R"({"type":"connected","client_id":"c1","message":"连接成功","user_id":null,"auth_status":"invalid_token"})");
}

TEST(a_hello_to_a_client, says_whom_it_is_for) {
  EXPECT_EQ(channel(hello_reply{"Привет", "c\"1", alice}),
            R"({"type":"hello","message":"Привет","client_id":"c\"1","user":{"id":2,"username":"alice"}})");
  EXPECT_EQ(channel(hello_reply{"", "c1", std::nullopt}),
            R"({"type":"hello","message":"","client_id":"c1","user":null})");
}

TEST(a_push_to_a_client, is_as_it_was_sent) {
  EXPECT_EQ(channel(push_reply{R"({"b": 1.50})"}), R"({"type":"push","data":{"b": 1.50}})");
}

TEST(a_pong_to_a_client, repeats_its_timestamp) {
  EXPECT_EQ(channel(pong_reply{"1.50", even_noon}),
            R"({"type":"pong","timestamp":1.50,"server_time_ms":1795228685123})");
  EXPECT_EQ(channel(pong_reply{"", even_noon}), R"({"type":"pong","timestamp":null,"server_time_ms":1795228685123})");
}

TEST(an_error_to_a_client, is_flat_and_lists_what_clients_may_send) {
  EXPECT_EQ(channel(error_reply{error_code::unknown_type, std::nullopt}, language::en),
            R"({"type":"error","message":"Unknown message type","code":"unknown_type",)"
            R"("supported_types":["hello","ping"]})");
  EXPECT_EQ(channel(error_reply{error_code::rate_limited, 250}, language::en),
            R"({"type":"error","message":"Too many requests, try again later","code":"rate_limited",)"
            R"("retry_after_ms":250})");
  EXPECT_EQ(channel(server_draining_reply{1200}), R"({"type":"server_draining","reconnect_after_ms":1200})");
}

// -- tasks and checks ----------------------------------------------------------------------

TEST(a_connected_task_channel, says_who_listens) {
  EXPECT_EQ(channel(task_connected_reply{"a/b", user_id{2}, auth_status::authenticated}),
            R"({"type":"connected","message":"WebSocket连接成功","connection_id":"a/b","user_id":2,)"
            R"("auth_status":"authenticated"})");
  EXPECT_EQ(channel(task_connected_reply{"a", anonymous_user, auth_status::auth_error}),
            R"({"type":"connected","message":"WebSocket连接成功","connection_id":"a","user_id":1,)"
            R"("auth_status":"auth_error"})");
}

TEST(a_task_status, without_progress_and_data_has_nulls) {
  EXPECT_EQ(channel(task_status_reply{{"a", "queued", std::nullopt, "", "", noon}}),
            R"({"type":"task_status","connection_id":"a","status":"queued","progress":null,"message":"","data":null,)"
            R"("timestamp":"2026-11-21T02:38:05.123Z"})");
}

TEST(echoes, are_counted) {
  EXPECT_EQ(channel(simple_connected_reply{"s"}), R"({"type":"connected","connection_id":"s"})");
  EXPECT_EQ(channel(echo_reply{"s", "a\"b", 2}), R"({"type":"echo","connection_id":"s","data":"a\"b","count":2})");
}

TEST(a_test_channel, greets_in_each_language) {
  std::set<std::string> greetings;
  for (language lang : all_languages) {
    const auto frame = json::parse(channel(test_reply{"t"}, lang));
    EXPECT_EQ(frame.at("type"), "test");
    EXPECT_EQ(frame.at("connection_id"), "t");
    EXPECT_EQ(frame.size(), 3);
    greetings.insert(frame.at("message").get<std::string>());
  }
  EXPECT_EQ(greetings.size(), all_languages.size());
}

} // namespace
} // namespace parley
