// A node's threads behind TLS: who gets in, who is closed, and what answers say there.
#include "actors/messages.hpp"
#include "net/server.hpp"
#include "tests/net/certificate.hpp"
#include "tests/net/deadline.hpp"
#include "tests/net/tls_client.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>

namespace parley::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

constexpr std::string_view question = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr auto hsts = "\r\nStrict-Transport-Security: max-age=31536000\r\n";

/// One connection whose bytes the test chooses.
class raw_client {
public:
  explicit raw_client(std::uint16_t port) { socket_.connect({asio::ip::address_v4::loopback(), port}); }

  void send(std::string_view bytes) { asio::write(socket_, asio::buffer(bytes)); }

  /// What there is, at least a byte; empty at the end. Fails the test on a reset.
  std::string receive() {
    std::array<char, 16'384> piece{};
    boost::system::error_code fault;
    const auto size = socket_.read_some(asio::buffer(piece), fault);
    EXPECT_TRUE(!fault || fault == asio::error::eof) << fault.message();
    return {piece.data(), size};
  }

  std::string receive_to_the_end() {
    std::string out;
    for (auto piece = receive(); !piece.empty(); piece = receive())
      out += piece;
    return out;
  }

private:
  asio::io_context context_;
  tcp::socket socket_{context_};
};

class tls_talk {
public:
  explicit tls_talk(std::uint16_t port) : wire_(port) {
    while (!tls_.shake()) {
      wire_.send(tls_.take());
      tls_.feed(wire_.receive());
    }
    wire_.send(tls_.take());
  }

  void send(std::string_view bytes) {
    tls_.write(bytes);
    wire_.send(tls_.take());
  }

  /// All up to and with `mark`, or to the server's end.
  std::string read_until(std::string_view mark) {
    std::string out;
    while (out.find(mark) == std::string::npos && !tls_.is_closed()) {
      const auto raw = wire_.receive();
      if (raw.empty())
        break;
      tls_.feed(raw);
      out += tls_.read();
    }
    return out;
  }

  std::string ask() {
    send(question);
    return read_until("}");
  }

  bool was_told_the_end() {
    read_until("no such text");
    return tls_.is_closed();
  }

private:
  raw_client wire_;
  test::tls_client tls_;
};

class a_tls_server : public testing::Test {
protected:
  a_tls_server() : system_(prepared(config_)) {
    options_.max_connections = 100;
    options_.http.secret = std::string(32, 's');
    options_.tls = {certificate_.files()};
  }

  ~a_tls_server() override {
    if (server_)
      server_->stop();
  }

  std::uint16_t start() {
    server_.emplace(system_, 2, options_, [] { return timestamp(std::chrono::hours(500'000)); });
    node_actors actors;
    actors.hubs = server_->hubs();
    return server_->start({.places = {{.text = "127.0.0.1"}}, .passed = {}}, actors, {}).front().port;
  }

  test::certificate certificate_;
  std::optional<server> server_;
  worker_options options_;
  caf::actor_system_config config_;
  caf::actor_system system_;

private:
  static caf::actor_system_config& prepared(caf::actor_system_config& cfg) {
    add_messages(cfg);
    return cfg;
  }
};

TEST_F(a_tls_server, answers_on_a_kept_connection_and_asks_browsers_to_stay_with_tls) {
  const auto port = start();
  tls_talk client(port);
  for (int i = 0; i < 3; ++i) {
    const auto answer = client.ask();
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 "));
    EXPECT_THAT(answer, HasSubstr(hsts));
  }
}

TEST_F(a_tls_server, without_its_files_is_plain_and_says_nothing_of_tls) {
  options_.tls.clear();
  raw_client client(start());
  client.send("GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  const auto answer = client.receive_to_the_end();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(answer, Not(HasSubstr("Strict-Transport-Security")));
}

TEST_F(a_tls_server, says_farewell_behind_its_last_answer) {
  tls_talk client(start());
  client.send("GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(client.read_until("}"), StartsWith("HTTP/1.1 200 "));
  EXPECT_TRUE(client.was_told_the_end());
}

TEST_F(a_tls_server, closes_a_plain_request_without_an_answer_or_a_reset) {
  raw_client client(start());
  client.send(std::string(question) + std::string(5'000, 'x'));
  EXPECT_THAT(client.receive_to_the_end(), IsEmpty());
}

TEST_F(a_tls_server, closes_who_does_not_end_the_handshake_within_the_time_of_a_first_byte) {
  options_.http.first_byte = std::chrono::milliseconds(50);
  const auto port = start();
  raw_client silent(port);
  raw_client slow(port);
  test::tls_client half;
  half.shake();
  slow.send(half.take().substr(0, 100));
  EXPECT_THAT(silent.receive_to_the_end(), IsEmpty());
  EXPECT_THAT(slow.receive_to_the_end(), IsEmpty());
}

TEST_F(a_tls_server, closes_who_shakes_hands_and_then_says_nothing) {
  options_.http.idle = std::chrono::milliseconds(50);
  tls_talk client(start());
  EXPECT_THAT(client.ask(), StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(client.read_until("no such text"), "");
}

TEST_F(a_tls_server, that_is_full_says_so_through_tls) {
  options_.max_connections = 1;
  const auto port = start();
  tls_talk first(port);
  EXPECT_THAT(first.ask(), StartsWith("HTTP/1.1 200 "));
  const auto refused = tls_talk(port).ask();
  EXPECT_THAT(refused, StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(refused, HasSubstr(hsts));
  EXPECT_THAT(first.ask(), StartsWith("HTTP/1.1 200 "));
}

TEST_F(a_tls_server, is_not_made_with_files_that_are_no_good) {
  options_.tls.front().key = "nowhere";
  EXPECT_THROW(server(system_, 1, options_, [] { return timestamp(); }), std::runtime_error);
}

} // namespace
} // namespace parley::net
