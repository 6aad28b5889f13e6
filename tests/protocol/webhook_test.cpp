// Addresses, secrets and choices of webhooks, and the bodies that are posted.
#include "protocol/base64.hpp"
#include "protocol/limits.hpp"
#include "protocol/webhook.hpp"
#include "protocol/webhook_event.hpp"

#include <gtest/gtest.h>

#include <string>

namespace parley {
namespace {

TEST(a_webhook_url, says_where_to_connect_and_what_to_ask_for) {
  const auto plain = parse_webhook_url("http://a.example:8080/x/y?z=1").value();
  EXPECT_FALSE(plain.secure);
  EXPECT_EQ(plain.host, "a.example");
  EXPECT_EQ(plain.port, 8080);
  EXPECT_EQ(plain.authority, "a.example:8080");
  EXPECT_EQ(plain.target, "/x/y?z=1");
  const auto secure = parse_webhook_url("https://[2001:db8::1]").value();
  EXPECT_TRUE(secure.secure);
  EXPECT_EQ(secure.host, "2001:db8::1");
  EXPECT_EQ(secure.port, 443);
  EXPECT_EQ(secure.authority, "[2001:db8::1]");
  EXPECT_EQ(secure.target, "/");
  EXPECT_EQ(parse_webhook_url("https://[::1]:444?q").value().port, 444);
  EXPECT_EQ(parse_webhook_url("https://[::1]:444?q").value().target, "/?q");
  EXPECT_EQ(parse_webhook_url("http://a").value().port, 80);
}

TEST(a_webhook_url, is_nothing_else) {
  for (const std::string url : {"", "a.example", "ftp://a.example/", "HTTPS://a.example/", "https://", "https://:80/",
                                "https://user@a.example/", "https://user:word@a.example/", "https://a.example/#part",
                                "https://a.example/\r\nX: y", "https://a.example/ y", "https://a.example:0/",
                                "https://a.example:65536/", "https://a.example:8x/", "https://例子.example/"})
    EXPECT_FALSE(parse_webhook_url(url)) << url;
  EXPECT_FALSE(parse_webhook_url("https://a/" + std::string(limits::url_max, 'x')));
}

TEST(a_webhook_secret, has_24_to_64_bytes_behind_its_prefix) {
  const auto spelled = [](std::size_t bytes) { return "whsec_" + encode_base64(std::string(bytes, 'k')); };
  EXPECT_EQ(webhook_key(spelled(24)), std::string(24, 'k'));
  EXPECT_EQ(webhook_key(spelled(64)), std::string(64, 'k'));
  for (const auto& wrong : {spelled(23), spelled(65), encode_base64(std::string(24, 'k')), std::string("whsec_"),
                            std::string("whsec_?"), "WHSEC_" + encode_base64(std::string(24, 'k'))})
    EXPECT_FALSE(webhook_key(wrong)) << wrong;
}

TEST(a_webhook, wants_what_its_kinds_and_rooms_say) {
  webhook all;
  EXPECT_TRUE(all.wants(webhook_kind::task_updated, std::nullopt));
  EXPECT_TRUE(all.wants(webhook_kind::message_posted, room_id{7}));
  webhook some;
  some.kinds = {webhook_kind::message_posted, webhook_kind::task_updated};
  some.rooms = {room_id{7}};
  EXPECT_TRUE(some.wants(webhook_kind::message_posted, room_id{7}));
  EXPECT_FALSE(some.wants(webhook_kind::message_posted, room_id{8}));
  EXPECT_FALSE(some.wants(webhook_kind::message_edited, room_id{7}));
  EXPECT_FALSE(some.wants(webhook_kind::task_updated, std::nullopt)) << "it is of no room";
}

constexpr timestamp told_at{std::chrono::milliseconds{1'800'000'000'123}};

TEST(the_body_of_a_webhook, has_type_timestamp_and_data) {
  EXPECT_EQ(encode_event(webhook_kind::member_left, told_at, room_id{3}, user_id{4}),
            R"({"type":"member.left","timestamp":"2027-01-15T08:00:00.123Z","data":{"room_id":3,"user_id":4}})");
  EXPECT_EQ(encode_event(webhook_kind::room_vacated, told_at, room_id{3}),
            R"({"type":"room.vacated","timestamp":"2027-01-15T08:00:00.123Z","data":{"room_id":3}})");
  EXPECT_EQ(encode_event(webhook_kind::test, told_at, webhook_id{5}),
            R"({"type":"webhook.test","timestamp":"2027-01-15T08:00:00.123Z","data":{"webhook_id":5}})");
}

TEST(the_body_of_a_webhook, shows_no_token_and_no_deleted_content) {
  notification asked;
  asked.token = "do not show";
  EXPECT_EQ(encode_event(webhook_kind::notification_created, told_at, asked).find("do not show"), std::string::npos);
  message gone;
  gone.content = "do not show";
  gone.deleted = true;
  EXPECT_EQ(encode_event(webhook_kind::message_deleted, told_at, gone).find("do not show"), std::string::npos);
}

} // namespace
} // namespace parley
