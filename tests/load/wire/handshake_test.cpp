#include "load/wire/handshake.hpp"

#include <gtest/gtest.h>

namespace parley::load {
namespace {

// The example of RFC 6455 §1.3.
constexpr std::string_view key = "dGhlIHNhbXBsZSBub25jZQ==";
constexpr std::string_view accepted =
  "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
  "sec-websocket-ACCEPT:  s3pPLMBiTxaQ9kYGzzhZRbK+xOo= \r\n\r\n";

TEST(handshake, takes_the_answer_of_the_standard) {
  EXPECT_EQ(handshake_fault(accepted, key), "");
}

TEST(handshake, refuses_an_answer_to_another_key) {
  EXPECT_NE(handshake_fault(accepted, "AAAAAAAAAAAAAAAAAAAAAA=="), "");
  EXPECT_NE(handshake_fault("HTTP/1.1 101 Switching Protocols\r\n\r\n", key), "");
}

TEST(handshake, a_refusal_shows_the_status) {
  EXPECT_EQ(handshake_fault("HTTP/1.1 503 Service Unavailable\r\n\r\n", key),
            "the handshake was refused: HTTP/1.1 503 Service Unavailable");
}

TEST(handshake, asks_for_the_target_with_the_key) {
  const std::string request = handshake_request({"localhost", 8000, "/ws"}, {"/ws?token=t", "X-A: b\r\n"}, key);
  EXPECT_TRUE(request.starts_with("GET /ws?token=t HTTP/1.1\r\nHost: localhost:8000\r\n"));
  EXPECT_NE(request.find("\r\nSec-WebSocket-Key: " + std::string(key) + "\r\n"), std::string::npos);
  EXPECT_TRUE(request.ends_with("\r\nX-A: b\r\n\r\n")) << request;
  EXPECT_EQ(request.find("Sec-WebSocket-Extensions"), std::string::npos);
  EXPECT_NE(handshake_request({"localhost", 8000, "/ws"}, {"/ws", ""}, key, true)
              .find("\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n"),
            std::string::npos);
}

TEST(handshake, a_key_is_sixteen_bytes_in_base64) {
  EXPECT_EQ(make_handshake_key({0, 0}), "AAAAAAAAAAAAAAAAAAAAAA==");
  EXPECT_NE(make_handshake_key({1, 2}), make_handshake_key({2, 1}));
}

TEST(url, takes_host_port_and_path) {
  const auto url = parse_url("ws://127.0.0.1:8000/ws/");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->host, "127.0.0.1");
  EXPECT_EQ(url->port, 8000);
  EXPECT_EQ(url->path, "/ws");
  EXPECT_FALSE(url->secure);
  EXPECT_EQ(parse_url("ws://localhost")->port, 80);
  EXPECT_EQ(parse_url("wss://localhost")->port, 443);
  EXPECT_TRUE(parse_url("wss://localhost")->secure);
}

TEST(url, takes_an_address_of_ipv6_and_a_query) {
  const auto url = parse_url("wss://[2001:db8::1]:8443/ws/?room=1&x=/?");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->host, "2001:db8::1");
  EXPECT_EQ(url->port, 8443);
  EXPECT_EQ(url->path, "/ws");
  EXPECT_EQ(url->query, "room=1&x=/?");
  EXPECT_EQ(url->authority(), "[2001:db8::1]:8443");
  EXPECT_EQ(parse_url("ws://[::1]")->port, 80);
  EXPECT_EQ(parse_url("ws://h?a=1")->query, "a=1");
  EXPECT_EQ(parse_url("ws://h?a=1")->authority(), "h:80");
}

TEST(url, resolves_to_ipv4_where_there_is_one) {
  const auto six = resolve(parse_url("ws://[::1]:5").value());
  ASSERT_TRUE(six);
  EXPECT_EQ(six->bytes.ss_family, AF_INET6);
  EXPECT_FALSE(six->is_loopback_of_many());
  const auto four = resolve(parse_url("ws://127.0.0.1").value());
  ASSERT_TRUE(four);
  EXPECT_EQ(four->bytes.ss_family, AF_INET);
  EXPECT_TRUE(four->is_loopback_of_many());
}

TEST(url, refuses_what_it_cannot_reach) {
  for (const char* text : {"", "http://h/ws", "wss:///ws", "ws://", "ws://:80/ws", "ws://h:0/ws", "ws://h:65536/",
                           "ws://h:8x/", "ws://h:/", "ws://user@h/", "ws://h/#part", "ws://::1/", "ws://::1:80/",
                           "ws://[::1/", "ws://[::1]x/", "ws://[::1]:/", "ws://[h]/", "ws://[]/"})
    EXPECT_FALSE(parse_url(text)) << text;
}

} // namespace
} // namespace parley::load
