// How a stream begins TLS, whom it turns away, and what it does with a peer that would begin anew.
#include "tests/net/stream_pair.hpp"

#include <openssl/tls1.h>

namespace parley::net {
namespace {

using test::parts_of;
using test::tls_client;

class a_tls_stream : public test::tls_pair {};

TEST_F(a_tls_stream, shakes_hands_a_byte_at_a_time) {
  open();
  client_.emplace();
  bool of_client = false;
  bool of_server = false;
  until([&] {
    exchange();
    of_client = client_->shake();
    for (const char byte : client_->take()) {
      send({&byte, 1});
      const auto step = server_->handshake();
      EXPECT_TRUE(step.how == end::want_read || step.how == end::done);
      of_server = step.how == end::done;
    }
    return of_client && (of_server || (of_server = server_->handshake().how == end::done));
  });
  say("hello");
  EXPECT_EQ(read_all(5, 100), "hello");
}

TEST_F(a_tls_stream, waits_for_the_socket_while_bytes_are_wanting) {
  const auto is_ready_at_once = [this] {
    bool ready = false;
    server_->wait(direction::read, [&](boost::system::error_code fault) { ready = !fault; });
    loop_.restart();
    loop_.poll();
    const bool out = ready;
    server_->cancel();
    loop_.restart();
    loop_.poll();
    return out;
  };
  open();
  EXPECT_EQ(server_->handshake().how, end::want_read);
  EXPECT_FALSE(is_ready_at_once());
  wire_.close();
  open(tls_client::how());
  std::string buffer(100, '\0');
  EXPECT_EQ(server_->read_some(buffer.data(), buffer.size()).how, end::want_read);
  EXPECT_FALSE(is_ready_at_once());
  client_->write("half of it");
  const auto raw = client_->take();
  send(raw.substr(0, raw.size() / 2));
  await(direction::read);
  EXPECT_EQ(server_->read_some(buffer.data(), buffer.size()).how, end::want_read);
  EXPECT_FALSE(is_ready_at_once());
}

TEST_F(a_tls_stream, does_not_lose_what_comes_together_with_the_end_of_the_handshake) {
  open();
  client_.emplace();
  until([&] {
    server_->handshake();
    exchange();
    if (client_->shake())
      return true;
    send(client_->take());
    return false;
  });
  client_->write("early");
  send(client_->take());
  until([&] { return server_->handshake().how == end::done; });
  EXPECT_EQ(read_all(5, 100), "early");
}

TEST_F(a_tls_stream, refuses_another_negotiation_and_lives_on) {
  open({.version = TLS1_2_VERSION});
  client_->rekey();
  send(client_->take());
  std::string buffer(100, '\0');
  EXPECT_EQ(server_->read_some(buffer.data(), buffer.size()).how, end::want_read);
  until([&] {
    exchange();
    client_->read();
    return client_->has_failed(); // it was told no
  });
  EXPECT_EQ(server_->write_some({}).how, end::done);
}

TEST_F(a_tls_stream, changes_keys_while_it_is_full) {
  open({.version = TLS1_3_VERSION});
  const auto taken = fill();
  client_->rekey();
  say("new keys");
  EXPECT_EQ(read_all(8, 100), "new keys");
  const std::vector<std::string> answer{"answer"};
  EXPECT_EQ(pass(parts_of(answer)), taken + "answer");
}

TEST_F(a_tls_stream, refuses_a_version_before_1_2) {
  EXPECT_THROW(open({.version = TLS1_1_VERSION}), std::runtime_error);
  EXPECT_EQ(server_->handshake().how, end::failed);
}

TEST_F(a_tls_stream, agrees_on_http_1_1_and_refuses_who_speaks_nothing_of_it) {
  open({.protocols = "\x02h2\x08http/1.1"});
  EXPECT_EQ(client_->protocol(), "http/1.1");
  wire_.close();
  EXPECT_THROW(open({.protocols = "\x02h2"}), std::runtime_error);
}

TEST_F(a_tls_stream, fails_on_a_plain_request_and_drops_the_rest) {
  open();
  send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  until([&] { return server_->handshake().how != end::want_read; });
  EXPECT_EQ(server_->handshake().how, end::failed);
  server_->shutdown();
  send("more");
  wire_.shutdown(tcp::socket::shutdown_send);
  std::string dropped(100, '\0');
  until([&] { return server_->read_raw(dropped.data(), dropped.size()).how == end::closed; });
  server_->close();
  until([&] {
    receive();
    return was_ended_;
  });
}

TEST_F(a_tls_stream, fails_where_the_client_leaves_in_the_handshake) {
  open();
  client_.emplace();
  client_->shake();
  send(client_->take().substr(0, 20));
  wire_.close();
  until([&] { return server_->handshake().how != end::want_read; });
  EXPECT_EQ(server_->handshake().how, end::failed);
}

} // namespace
} // namespace parley::net
