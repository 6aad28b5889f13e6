// What a stream does over loopback TCP, plain and through TLS, whatever pieces the bytes come in.
#include "tests/net/stream_pair.hpp"

#include <openssl/tls1.h>

namespace parley::net {
namespace {

namespace asio = boost::asio;
using test::parts_of;
using test::pattern;
using tcp = asio::ip::tcp;

static_assert(sizeof(stream) <= sizeof(tcp::socket) + sizeof(void*), "every idle connection pays for it");

// -- plain ---------------------------------------------------------------------------------------

class a_plain_stream : public test::stream_pair {
protected:
  a_plain_stream() {
    connect();
    server_.emplace(std::move(*accepted_));
  }
};

TEST_F(a_plain_stream, has_no_handshake_and_keeps_nothing) {
  EXPECT_FALSE(server_->is_secure());
  EXPECT_EQ(server_->handshake().how, end::done);
  EXPECT_FALSE(server_->has_unsent());
  EXPECT_EQ(server_->address(), "127.0.0.1");
}

TEST_F(a_plain_stream, reads_what_is_there_and_wants_to_wait_where_nothing_is) {
  std::string buffer(100, '\0');
  EXPECT_EQ(server_->read_some(buffer.data(), buffer.size()).how, end::want_read);
  send("hello");
  await(direction::read);
  const auto got = server_->read_some(buffer.data(), buffer.size());
  EXPECT_EQ(got.how, end::done);
  EXPECT_EQ(buffer.substr(0, got.bytes), "hello");
}

TEST_F(a_plain_stream, gathers_writes_until_the_socket_is_full) {
  const std::vector<std::string> texts{pattern(3000, 1), "", pattern(5000, 2)};
  std::string expected;
  for (bool full = false; !full;) {
    const auto parts = parts_of(texts);
    const auto sent = server_->write_some(parts);
    full = sent.how == end::want_write;
    expected += (texts[0] + texts[2]).substr(0, sent.bytes);
  }
  std::string got;
  until([&] { return (got += receive()).size() >= expected.size(); });
  EXPECT_EQ(got, expected);
  await(direction::write);
}

TEST_F(a_plain_stream, tells_the_peers_end_from_a_reset_and_still_writes_behind_the_end) {
  std::string buffer(10, '\0');
  wire_.shutdown(tcp::socket::shutdown_send);
  EXPECT_EQ(read(buffer).how, end::closed);
  const std::vector<std::string> last{"last"};
  EXPECT_EQ(server_->write_some(parts_of(last)).bytes, 4U);
  until([&] { return receive() == "last"; });
  wire_.set_option(asio::socket_base::linger(true, 0));
  wire_.close();
  until([&] { return server_->write_some(parts_of(last)).how == end::failed; });
}

// -- TLS -------------------------------------------------------------------------------------------

class a_tls_stream_of_each_version : public test::tls_pair, public testing::WithParamInterface<int> {
protected:
  a_tls_stream_of_each_version() { open({.version = GetParam()}); }
};

INSTANTIATE_TEST_SUITE_P(of, a_tls_stream_of_each_version, testing::Values(TLS1_2_VERSION, TLS1_3_VERSION),
                         [](const auto& x) { return x.param == TLS1_2_VERSION ? "tls_1_2" : "tls_1_3"; });

TEST_P(a_tls_stream_of_each_version, passes_bytes_both_ways) {
  EXPECT_TRUE(server_->is_secure());
  say("question");
  EXPECT_EQ(read_all(8, 100), "question");
  const std::vector<std::string> answer{"ans", "", "wer"};
  EXPECT_EQ(pass(parts_of(answer)), "answer");
}

TEST_P(a_tls_stream_of_each_version, puts_together_what_comes_a_byte_at_a_time) {
  std::string buffer(1000, '\0');
  client_->write("drop by drop");
  const auto raw = client_->take();
  for (std::size_t i = 0; i + 1 < raw.size(); ++i) {
    send(raw.substr(i, 1));
    if (i % 8 == 0)
      await(direction::read);
    EXPECT_EQ(server_->read_some(buffer.data(), buffer.size()).how, end::want_read);
  }
  send(raw.substr(raw.size() - 1));
  const auto got = read(buffer);
  EXPECT_EQ(buffer.substr(0, got.bytes), "drop by drop");
}

TEST_P(a_tls_stream_of_each_version, gives_all_in_small_pieces_though_the_socket_is_long_silent) {
  std::string said;
  for (std::size_t i = 0; i < 5; ++i) {
    const auto text = pattern(1000, i);
    client_->write(text);
    said += text;
  }
  send(client_->take());
  EXPECT_EQ(read_all(said.size(), 7), said);
}

TEST_P(a_tls_stream_of_each_version, fills_a_large_buffer_from_many_records_and_then_has_no_more) {
  const auto said = pattern(60'000);
  client_->write(said);
  const auto raw = client_->take();
  send(raw);
  EXPECT_EQ(read_all(said.size(), 65'536), said);
  std::string buffer(10, '\0');
  EXPECT_EQ(server_->read_some(buffer.data(), buffer.size()).how, end::want_read);
}

TEST_P(a_tls_stream_of_each_version, passes_large_gathers_of_all_sizes_whole) {
  std::vector<std::string> texts;
  std::string expected;
  for (std::size_t i = 0; i < 300; ++i) {
    texts.push_back(pattern(i % 7 == 0 ? 40'000 : i % 50, i));
    expected += texts.back();
  }
  EXPECT_EQ(pass(parts_of(texts)), expected);
}

TEST_P(a_tls_stream_of_each_version, that_is_full_keeps_what_it_took_and_forgets_what_it_did_not) {
  auto taken = fill();
  EXPECT_TRUE(server_->has_unsent());
  // The outbox may drop what it has queued: what is offered next need not be what was offered before.
  const std::vector<std::string> other{"instead"};
  EXPECT_EQ(server_->write_some(parts_of(other)).how, end::want_write);
  EXPECT_EQ(server_->write_some({}).how, end::want_write);
  EXPECT_EQ(pass(parts_of(other)), taken + "instead");
}

TEST_P(a_tls_stream_of_each_version, that_is_full_is_waited_for_until_the_client_reads) {
  const auto taken = fill();
  bool ready = false;
  server_->wait(direction::write, [&](boost::system::error_code fault) { ready = !fault; });
  loop_.restart();
  loop_.poll();
  EXPECT_FALSE(ready);
  std::string got;
  until([&] {
    exchange();
    got += client_->read();
    return ready;
  });
  EXPECT_EQ(got + pass({}), taken);
}

TEST_P(a_tls_stream_of_each_version, reads_while_its_writes_are_stuck) {
  fill();
  say("still here");
  EXPECT_EQ(read_all(10, 100), "still here");
}

TEST_P(a_tls_stream_of_each_version, reads_the_clients_end_behind_its_last_bytes_and_still_writes) {
  client_->write("last");
  client_->close();
  send(client_->take());
  std::string buffer(100, '\0');
  std::string said;
  // The socket stays open: nothing but the stream itself can tell of the end.
  for (auto how = end::done; how != end::closed;) {
    await(direction::read);
    const auto got = server_->read_some(buffer.data(), buffer.size());
    how = got.how;
    said.append(buffer, 0, got.bytes);
  }
  EXPECT_EQ(said, "last");
  const std::vector<std::string> answer{"answer"};
  EXPECT_EQ(pass(parts_of(answer)), "answer");
}

TEST_P(a_tls_stream_of_each_version, takes_the_end_of_tcp_alone_for_an_end) {
  wire_.shutdown(tcp::socket::shutdown_send);
  std::string buffer(100, '\0');
  EXPECT_EQ(read(buffer).how, end::closed);
  const std::vector<std::string> answer{"answer"};
  EXPECT_EQ(pass(parts_of(answer)), "answer");
}

TEST_P(a_tls_stream_of_each_version, says_farewell_and_goes_on_reading) {
  server_->shutdown();
  until([&] {
    exchange();
    client_->read();
    return was_ended_ && client_->is_closed();
  });
  say("late");
  EXPECT_EQ(read_all(4, 100), "late");
}

TEST_P(a_tls_stream_of_each_version, fails_for_good_on_bytes_that_are_no_record) {
  send("this is no record at all");
  std::string buffer(100, '\0');
  EXPECT_EQ(read(buffer).how, end::failed);
  EXPECT_EQ(server_->read_some(buffer.data(), buffer.size()).how, end::failed);
  EXPECT_EQ(server_->write_some({}).how, end::failed);
  server_->shutdown();
}

TEST_P(a_tls_stream_of_each_version, fails_where_the_client_resets) {
  fill();
  wire_.set_option(asio::socket_base::linger(true, 0));
  wire_.close();
  until([&] { return server_->write_some({}).how == end::failed; });
}

} // namespace
} // namespace parley::net
