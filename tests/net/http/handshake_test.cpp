#include "net/http/handshake.hpp"
#include "protocol/public_place.hpp"

#include <gtest/gtest.h>

namespace parley::net {
namespace {

constexpr std::string_view rfc_key = "dGhlIHNhbXBsZSBub25jZQ==";

class handshake : public testing::Test {
protected:
  handshake() {
    head_.method = "GET";
    head_.target = "/ws";
    head_.fields = {{"Host", "chat.example:8000"},
                    {"Upgrade", "WebSocket"},
                    {"Connection", "keep-alive, Upgrade"},
                    {"Sec-WebSocket-Version", "13"},
                    {"Sec-WebSocket-Key", std::string(rfc_key)}};
  }

  void set(std::string_view name, std::string value) {
    std::erase_if(head_.fields, [&](const auto& field) { return field.first == name; });
    head_.fields.emplace_back(name, std::move(value));
  }

  void drop(std::string_view name) {
    std::erase_if(head_.fields, [&](const auto& field) { return field.first == name; });
  }

  error_code verdict() {
    auto out = check_handshake(head_, forwarded_, origins_, is_draining_);
    return out ? error_code::none : out.error().what.code;
  }

  std::vector<std::string> origins_;
  std::string forwarded_;
  bool is_draining_ = false;
  request_head head_;
};

TEST_F(handshake, accepts_the_example_of_the_rfc) {
  EXPECT_EQ(accept_key(rfc_key), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  EXPECT_EQ(check_handshake(head_, forwarded_, origins_, is_draining_), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST_F(handshake, asks_for_an_upgrade_where_there_is_none) {
  drop("Upgrade");
  EXPECT_EQ(verdict(), error_code::upgrade_required);
  set("Upgrade", "h2c");
  EXPECT_EQ(verdict(), error_code::upgrade_required);
  set("Upgrade", "websocket");
  set("Connection", "keep-alive");
  EXPECT_EQ(verdict(), error_code::upgrade_required);
  set("Connection", "upgrade");
  EXPECT_EQ(verdict(), error_code::none);
  head_.is_http_1_0 = true;
  EXPECT_EQ(verdict(), error_code::upgrade_required);
}

TEST_F(handshake, names_the_version_it_speaks_to_another_one) {
  set("Sec-WebSocket-Version", "8");
  const auto refused = check_handshake(head_, forwarded_, origins_, is_draining_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().what.code, error_code::upgrade_required);
  EXPECT_EQ(refused.error().extra.back(), (std::pair<std::string, std::string>("Sec-WebSocket-Version", "13")));
}

TEST_F(handshake, refuses_a_key_that_is_not_sixteen_bytes) {
  for (const auto* key : {"", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZQAA", "dGhlIHNhbXBs*SBub25jZQ=="}) {
    set("Sec-WebSocket-Key", key);
    EXPECT_EQ(verdict(), error_code::bad_request) << key;
  }
  drop("Sec-WebSocket-Key");
  EXPECT_EQ(verdict(), error_code::bad_request);
}

TEST_F(handshake, refuses_a_key_or_a_version_that_comes_twice) {
  head_.fields.emplace_back("sec-websocket-key", rfc_key);
  EXPECT_EQ(verdict(), error_code::bad_request);
  drop("sec-websocket-key");
  head_.fields.emplace_back("sec-websocket-version", "13");
  EXPECT_EQ(verdict(), error_code::bad_request);
}

TEST_F(handshake, refuses_a_foreign_origin) {
  set("Origin", "http://chat.example:8000");
  EXPECT_EQ(verdict(), error_code::none);
  set("Origin", "http://evil.example");
  EXPECT_EQ(verdict(), error_code::forbidden);
  origins_ = {"http://evil.example"};
  EXPECT_EQ(verdict(), error_code::none);
}

TEST_F(handshake, knows_its_own_page_where_a_proxy_drops_the_port) {
  set("Host", "chat.example");
  set("Origin", "https://chat.example:8443");
  EXPECT_EQ(verdict(), error_code::none);
  set("Origin", "https://evil.example:8443");
  EXPECT_EQ(verdict(), error_code::forbidden);
  set("Origin", "https://chat.example.evil.example");
  EXPECT_EQ(verdict(), error_code::forbidden);
}

TEST_F(handshake, knows_its_own_page_by_what_a_trusted_proxy_was_called) {
  set("Host", "127.0.0.1:8000");
  set("Origin", "https://chat.example:8443");
  EXPECT_EQ(verdict(), error_code::forbidden);
  forwarded_ = "chat.example:8443";
  EXPECT_EQ(verdict(), error_code::none);
  forwarded_ = "chat.example";
  EXPECT_EQ(verdict(), error_code::none);
  forwarded_ = "chat.example:9443";
  EXPECT_EQ(verdict(), error_code::forbidden);
}

TEST_F(handshake, knows_its_own_page_by_the_public_url) {
  set("Host", "127.0.0.1:8000");
  set("Origin", "https://chat.example");
  EXPECT_EQ(verdict(), error_code::forbidden);
  settle_at({"https://chat.example", "/parley"});
  EXPECT_EQ(verdict(), error_code::none);
  settle_at({});
}

TEST_F(handshake, is_put_off_while_draining) {
  is_draining_ = true;
  EXPECT_EQ(verdict(), error_code::draining);
}

} // namespace
} // namespace parley::net
