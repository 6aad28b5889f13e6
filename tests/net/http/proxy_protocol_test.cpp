// A connection behind a balancer: what must come first, from whom, and whose it is then.
#include "tests/net/http/loopback.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::net {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

constexpr std::string_view v1_header = "PROXY TCP4 203.0.113.7 192.0.2.1 5000 80\r\n";
constexpr std::string_view question = "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
constexpr std::string_view opening =
  "GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

class behind_a_balancer : public testing::Test {
protected:
  behind_a_balancer() { host_.options.proxy_protocol = true; }

  void trust(std::string proxy) {
    const std::vector<std::string> list{std::move(proxy)};
    host_.options.proxies = ip_list(list);
  }

  /// The address by which the socket goes that these bytes open.
  std::string address_behind(std::string_view bytes) {
    raw_client client(host_);
    client.send(bytes);
    EXPECT_EQ(status_of(client.read_until("\r\n\r\n")), 101);
    host_.stop();
    EXPECT_EQ(host_.sockets.size(), 1U);
    return host_.sockets.empty() ? "" : host_.sockets.front().socket.address();
  }

  loopback_host host_;
};

TEST_F(behind_a_balancer, a_connection_is_served_behind_its_header) {
  EXPECT_EQ(status_of(converse(host_, std::string(v1_header).append(question))), 200);
}

TEST_F(behind_a_balancer, a_header_may_come_in_any_pieces) {
  raw_client client(host_);
  const auto all = std::string(v1_header).append(question);
  for (const char one : all)
    client.send({&one, 1});
  EXPECT_EQ(status_of(client.read_to_close()), 200);
}

TEST_F(behind_a_balancer, a_socket_goes_by_the_clients_address) {
  EXPECT_EQ(address_behind(std::string(v1_header).append(opening).append("\r\n")), "203.0.113.7");
}

TEST_F(behind_a_balancer, a_socket_of_the_balancer_itself_goes_by_its_own) {
  EXPECT_EQ(address_behind(std::string("PROXY UNKNOWN\r\n").append(opening).append("\r\n")), "127.0.0.1");
}

TEST_F(behind_a_balancer, the_client_is_no_trusted_proxy_for_having_come_through_one) {
  trust("127.0.0.1");
  const auto bytes = std::string(v1_header).append(opening).append("X-Forwarded-For: 1.1.1.1\r\n\r\n");
  EXPECT_EQ(address_behind(bytes), "203.0.113.7");
}

TEST_F(behind_a_balancer, a_proxy_behind_it_is_believed_where_it_is_trusted) {
  const std::vector<std::string> list{"127.0.0.1", "203.0.113.7"};
  host_.options.proxies = ip_list(list);
  const auto bytes = std::string(v1_header).append(opening).append("X-Forwarded-For: 198.51.100.1\r\n\r\n");
  EXPECT_EQ(address_behind(bytes), "198.51.100.1");
}

TEST_F(behind_a_balancer, a_connection_without_a_header_is_closed_unanswered) {
  EXPECT_EQ(converse(host_, question), "");
  EXPECT_EQ(converse(host_, "PROXY TCP4 203.0.113 192.0.2.1 5000 80\r\n" + std::string(question)), "");
  EXPECT_EQ(converse(host_, std::string(200, 'P')), "");
}

TEST_F(behind_a_balancer, a_header_that_comes_too_slowly_is_not_waited_for) {
  host_.options.head = milliseconds(50);
  raw_client client(host_);
  client.send("PROXY TCP4 203.0.113.7");
  EXPECT_EQ(client.read_to_close(), "");
}

TEST_F(behind_a_balancer, nobody_but_a_trusted_proxy_writes_a_header) {
  trust("10.0.0.1");
  EXPECT_EQ(converse(host_, std::string(v1_header).append(question)), "");
}

TEST(before_no_balancer, a_header_is_a_bad_request) {
  loopback_host host;
  EXPECT_EQ(status_of(converse(host, std::string(v1_header).append(question))), 400);
}

TEST(before_no_balancer, a_socket_goes_by_the_address_that_a_trusted_proxy_tells) {
  loopback_host host;
  const std::vector<std::string> list{"loopback"};
  host.options.proxies = ip_list(list);
  raw_client client(host);
  client.send(std::string(opening).append("Forwarded: for=198.51.100.1\r\n\r\n"));
  EXPECT_EQ(status_of(client.read_until("\r\n\r\n")), 101);
  host.stop();
  ASSERT_EQ(host.sockets.size(), 1U);
  EXPECT_EQ(host.sockets.front().socket.address(), "198.51.100.1");
}

TEST(a_token_in_a_subprotocol, is_taken_before_that_of_the_query_and_behind_that_of_the_header) {
  const auto token_of = [](std::string_view target, std::string_view fields) {
    loopback_host host;
    raw_client client(host);
    auto bytes = std::string(opening);
    bytes.replace(bytes.find("/ws"), 3, target);
    client.send(bytes.append(fields).append("\r\n"));
    EXPECT_THAT(client.read_until("\r\n\r\n"), HasSubstr(" 101 "));
    host.stop();
    EXPECT_EQ(host.sockets.size(), 1U);
    return host.sockets.empty() ? std::nullopt : host.sockets.front().token;
  };
  EXPECT_EQ(token_of("/ws", "Sec-WebSocket-Protocol: bearer, carried\r\n"), "carried");
  EXPECT_EQ(token_of("/ws?token=asked", "Sec-WebSocket-Protocol: bearer, carried\r\n"), "carried");
  EXPECT_EQ(token_of("/ws?token=asked", "Sec-WebSocket-Protocol: parley.v1\r\n"), "asked");
  EXPECT_EQ(token_of("/ws?token=asked", "Sec-WebSocket-Protocol: bearer, carried\r\nAuthorization: Bearer sent\r\n"),
            "sent");
  EXPECT_EQ(token_of("/ws", "Sec-WebSocket-Protocol: chat\r\n"), std::nullopt);
}

} // namespace
} // namespace parley::net
