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

TEST(a_mark, is_read_or_unread) {
  EXPECT_TRUE(decode_notification_mark(R"({"status":"read"})")->read);
  EXPECT_FALSE(decode_notification_mark(R"({"status":"read","status":"unread"})")->read);
  for (const char* text : {R"({"status":"accepted"})", R"({"status":"rejected"})", R"({"status":""})"})
    EXPECT_EQ(faults_of(decode_notification_mark(text)), (faults{{"status", fault::not_a_choice}})) << text;
  EXPECT_EQ(faults_of(decode_notification_mark(R"({"status":null})")), (faults{{"status", fault::required}}));
  EXPECT_EQ(faults_of(decode_notification_mark(R"({"status":true})")), (faults{{"status", fault::not_a_string}}));
}

TEST(an_answer, accepts_or_rejects_with_the_token) {
  const auto yes = decode_notification_answer(R"({"action":"accept","token":"t"})");
  ASSERT_TRUE(yes);
  EXPECT_TRUE(yes->accept);
  EXPECT_EQ(yes->token, "t");
  const auto no = decode_notification_answer(R"({"action":"reject","token":"t"})");
  ASSERT_TRUE(no);
  EXPECT_FALSE(no->accept);
}

TEST(an_answer, hears_of_all_its_faults_at_once) {
  EXPECT_EQ(faults_of(decode_notification_answer("{}")),
            (faults{{"action", fault::required}, {"token", fault::required}}));
  EXPECT_EQ(faults_of(decode_notification_answer(R"({"action":1,"token":2})")),
            (faults{{"action", fault::not_a_string}, {"token", fault::not_a_string}}));
  EXPECT_EQ(faults_of(decode_notification_answer(R"({"action":"accepted","token":"\u0000"})")),
            (faults{{"action", fault::not_a_choice}, {"token", fault::bad_characters}}));
}

notification invitation() {
  notification x;
  x.id = notification_id{7};
  x.receiver = user_id{9};
  x.kind = notification_kind::owner_invitation;
  x.status = notification_status::read;
  x.room = room_id{3};
  x.room_name = "r";
  x.from = {user_id{2}, "alice", "/avatars/x.png"};
  x.token = "secret";
  return x;
}

const std::string invitation_json =
  R"({"id":7,"status":"read","created_at":"1970-01-01T00:00:00.000Z","content":{"type":"owner_invitation",)"
  R"("room_id":3,"room_name":"r","user_id":2,"username":"alice","token":"secret"}})";

TEST(a_notification, is_written_with_its_content) {
  EXPECT_EQ(encode(invitation()), invitation_json);
  EXPECT_EQ(encode(page<notification>{{invitation(), invitation()}, 2, 1, 20}),
            R"({"items":[)" + invitation_json + "," + invitation_json + R"(],"total":2,"page":1,"size":20})");
}

TEST(an_outcome, names_the_room) {
  EXPECT_EQ(encode(notification_outcome{notification_status::accepted, room_id{3}}),
            R"({"status":"accepted","room_id":3})");
  EXPECT_EQ(encode(notification_outcome{notification_status::rejected, room_id{3}}),
            R"({"status":"rejected","room_id":3})");
}

RC_GTEST_PROP(a_notification, of_any_text_parses_back, ()) {
  auto x = invitation();
  x.room_name = *test::utf8_text();
  x.from.username = *test::utf8_text();
  const auto content = nlohmann::json::parse(encode(x)).at("content");
  RC_ASSERT(content.at("room_name").get<std::string>() == x.room_name);
  RC_ASSERT(content.at("username").get<std::string>() == x.from.username);
}

} // namespace
} // namespace parley
