#include "protocol/http_codec.hpp"
#include "tests/protocol/generators.hpp"
#include "tests/protocol/printing.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck/gtest.h>

namespace parley {
namespace {

using test::faults;
using test::faults_of;

TEST(a_post, needs_content_only) {
  const auto x = decode_post(R"({"content":" . ","message_type":null,"client_msg_id":null})");
  ASSERT_TRUE(x);
  EXPECT_EQ(x->content, " . ");
  EXPECT_EQ(x->type, message_type::text);
  EXPECT_FALSE(x->client_msg_id);
}

TEST(a_post, keeps_what_it_was_given) {
  const auto x = decode_post(R"({"content":"c","message_type":"file","client_msg_id":"m"})");
  ASSERT_TRUE(x);
  EXPECT_EQ(x->type, message_type::file);
  EXPECT_EQ(x->client_msg_id, "m");
}

TEST(a_post, hears_of_all_its_faults_at_once) {
  EXPECT_EQ(faults_of(decode_post("{}")), (faults{{"content", fault::required}}));
  EXPECT_EQ(faults_of(decode_post(R"({"content":"","message_type":"gif","client_msg_id":""})")),
            (faults{{"content", fault::too_short},
                    {"message_type", fault::not_a_choice},
                    {"client_msg_id", fault::too_short}}));
  EXPECT_EQ(faults_of(decode_post(R"({"content":1,"message_type":1,"client_msg_id":1})")),
            (faults{{"content", fault::not_a_string},
                    {"message_type", fault::not_a_string},
                    {"client_msg_id", fault::not_a_string}}));
  EXPECT_EQ(faults_of(decode_post(R"({"content":"\u0000","client_msg_id":"\u0000"})")),
            (faults{{"content", fault::bad_characters}, {"client_msg_id", fault::bad_characters}}));
}

TEST(a_post, has_bounds) {
  const auto post = [](std::size_t content, std::size_t id) {
    return R"({"content":")" + std::string(content, 'c') + R"(","client_msg_id":")" + std::string(id, 'i') + "\"}";
  };
  EXPECT_TRUE(decode_post(post(4000, 128)));
  EXPECT_EQ(faults_of(decode_post(post(4001, 129))),
            (faults{{"content", fault::too_long}, {"client_msg_id", fault::too_long}}));
}

TEST(a_post, and_an_edit_have_something_to_see) {
  for (const char* content : {" ", R"(\n\t)", R"(\u200b\u200d\ufeff)", R"(\u2800)", R"(\u3164)", R"(\u202e)",
                              R"(\ufe0f)", R"(\udb40\udc41)", "\u2800\u3000"}) {
    const auto body = std::string(R"({"content":")") + content + "\"}";
    EXPECT_EQ(faults_of(decode_post(body)), (faults{{"content", fault::blank}})) << body;
    EXPECT_EQ(faults_of(decode_message_edit(body)), (faults{{"content", fault::blank}})) << body;
  }
}

TEST(a_post, and_an_edit_have_the_configured_bound) {
  text_limits bounds;
  bounds.content_characters = 3;
  EXPECT_TRUE(decode_post(R"({"content":"字字字"})", bounds));
  EXPECT_EQ(faults_of(decode_post(R"({"content":"four"})", bounds)), (faults{{"content", fault::too_long}}));
  EXPECT_EQ(faults_of(decode_message_edit(R"({"content":"four"})", bounds)), (faults{{"content", fault::too_long}}));
}

TEST(an_edit, has_the_content_of_a_post) {
  const auto x = decode_message_edit(R"({"content":"c","content":"d","message_type":5})");
  ASSERT_TRUE(x);
  EXPECT_EQ(x->content, "d");
  EXPECT_TRUE(decode_message_edit(R"({"content":")" + std::string(4000, 'c') + "\"}"));
  EXPECT_EQ(faults_of(decode_message_edit(R"({"content":")" + std::string(4001, 'c') + "\"}")),
            (faults{{"content", fault::too_long}}));
  EXPECT_EQ(faults_of(decode_message_edit(R"({"content":""})")), (faults{{"content", fault::too_short}}));
  EXPECT_EQ(faults_of(decode_message_edit(R"({"content":null})")), (faults{{"content", fault::required}}));
  EXPECT_EQ(faults_of(decode_message_edit(R"({"content":["c"]})")), (faults{{"content", fault::not_a_string}}));
  EXPECT_EQ(faults_of(decode_message_edit(R"({"content":"\u0000"})")), (faults{{"content", fault::bad_characters}}));
}

message hello() {
  message out;
  out.id = message_id{9};
  out.room = room_id{3};
  out.sender = user_id{2};
  out.sender_username = "alice";
  out.content = "hello";
  return out;
}

const std::string hello_json =
  R"({"id":9,"room_id":3,"sender_id":2,"sender_username":"alice","content":"hello","message_type":"text",)"
  R"("timestamp":"1970-01-01T00:00:00.000Z","edited_at":null,"deleted":false,"client_msg_id":null,"attachments":[]})";

TEST(a_message, is_written_with_all_members) {
  EXPECT_EQ(encode(hello()), hello_json);
}

TEST(a_deleted_message, is_written_without_its_content) {
  auto x = hello();
  x.deleted = true;
  const auto document = nlohmann::json::parse(encode(x));
  EXPECT_EQ(document.at("content"), "");
  EXPECT_EQ(document.at("deleted"), true);
}

RC_GTEST_PROP(a_message, of_any_text_parses_back, ()) {
  auto x = hello();
  x.content = *test::utf8_text();
  RC_ASSERT(nlohmann::json::parse(encode(x)).at("content").get<std::string>() == x.content);
}

TEST(a_stretch_of_history, says_whether_there_is_more) {
  EXPECT_EQ(encode(history_page{{hello(), hello()}, true}),
            R"({"items":[)" + hello_json + "," + hello_json + R"(],"has_more":true})");
  EXPECT_EQ(encode(history_page{}), R"({"items":[],"has_more":false})");
}

TEST(a_receipt, thanks_in_the_clients_language) {
  EXPECT_EQ(
    encode(post_receipt{message_id{9}, 4, timestamp{}}, language::zh),
    R"({"message":"消息发送成功","message_id":9,"sent_to_online_users":4,"timestamp":"1970-01-01T00:00:00.000Z"})");
}

TEST(a_read_mark, names_the_message_that_was_asked_for) {
  EXPECT_EQ(encode(read_mark{room_id{3}, user_id{2}, message_id{12}}, message_id{9}),
            R"({"message_id":9,"room_id":3,"last_read_id":12})");
}

} // namespace
} // namespace parley
