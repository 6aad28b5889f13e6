#include "load/measure/clock.hpp"
#include "tests/load/wire/tls_loopback.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/socket.h>

namespace parley::load {
namespace {

using progress = tls_session::progress;

class tls_link : public testing::Test {
protected:
  tls_link() {
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends_.data()), 0);
    server_ = std::make_unique<tls_peer>(certificate_, ends_[1]);
  }
  ~tls_link() override {
    for (const int each : ends_)
      ::close(each);
  }

  /// The client's last word on the handshake.
  progress shake_hands(const tls_trust& trust, const std::string& host) {
    client_ = std::make_unique<tls_session>(trust, host, ends_[0], loop_, false);
    for (int turns = 0; turns < 20; ++turns) {
      const progress now = client_->shake_hands();
      if (now == progress::failed)
        return now;
      if (server_->shake_hands() && now == progress::done)
        return now;
    }
    return progress::wants_read;
  }

  void greet() { ASSERT_EQ(shake_hands(tls_trust::of(certificate_.file()).value(), "localhost"), progress::done); }

  /// What is there to be read, and how often that is.
  std::string read_all() {
    std::string out;
    for (received got = read(); got.size > 0; got = read())
      out.append(buffer_.data(), static_cast<std::size_t>(got.size));
    return out;
  }
  received read() { return client_->read(buffer_.data(), buffer_.size()); }

  own_certificate certificate_{"DNS:localhost,IP:127.0.0.1"};
  std::array<int, 2> ends_{};
  loop loop_;
  std::string buffer_ = std::string(loop::read_size, ' ');
  std::unique_ptr<tls_peer> server_;
  std::unique_ptr<tls_session> client_;
};

TEST_F(tls_link, tells_the_name_and_carries_both_ways) {
  greet();
  EXPECT_EQ(server_->told_name(), "localhost");
  EXPECT_EQ(client_->write("there"), 5);
  EXPECT_EQ(server_->read(), "there");
  server_->write("and");
  server_->write(" back");
  const std::int64_t before = now_ns();
  const received got = read();
  EXPECT_EQ(std::string(buffer_.data(), static_cast<std::size_t>(std::max<ssize_t>(got.size, 0))), "and back")
    << "both records came with one read of the socket";
  EXPECT_GE(got.arrived_ns, before);
  EXPECT_LT(read().size, 0);
  EXPECT_EQ(errno, EAGAIN);
}

TEST_F(tls_link, an_address_is_no_name_to_tell_but_is_checked) {
  const tls_trust trust = tls_trust::of(certificate_.file()).value();
  EXPECT_EQ(shake_hands(trust, "127.0.0.1"), progress::done);
  EXPECT_EQ(server_->told_name(), "");
}

TEST_F(tls_link, a_certificate_of_another_host_is_not_trusted) {
  EXPECT_EQ(shake_hands(tls_trust::of(certificate_.file()).value(), "elsewhere.invalid"), progress::failed);
  EXPECT_EQ(client_->fault(), "the server's certificate is not trusted: hostname mismatch");
}

TEST_F(tls_link, a_certificate_that_nobody_knows_is_not_trusted_unless_blindly) {
  EXPECT_EQ(shake_hands(tls_trust::of("").value(), "localhost"), progress::failed);
  EXPECT_NE(client_->fault().find("not trusted: self"), std::string::npos) << client_->fault();
}

TEST_F(tls_link, anybody_is_trusted_blindly) {
  EXPECT_EQ(shake_hands(tls_trust::blind(), "elsewhere.invalid"), progress::done);
}

TEST_F(tls_link, a_file_without_certificates_is_told) {
  const auto made = tls_trust::of("/nonexistent.pem");
  ASSERT_FALSE(made);
  EXPECT_TRUE(made.error().starts_with("cannot read certificates from /nonexistent.pem: ")) << made.error();
}

TEST_F(tls_link, what_finds_no_room_goes_on_where_it_stopped_also_with_more_behind_it) {
  greet();
  std::string all;
  for (int i = 0; all.size() < 3'000'000; ++i)
    all.append(std::to_string(i));
  std::string waiting = all.substr(0, 2'000'000);
  std::string come;
  bool stopped = false;
  for (int turns = 0; turns < 2000 && come.size() < all.size(); ++turns) {
    const ssize_t sent = client_->write(waiting);
    waiting.erase(0, static_cast<std::size_t>(std::max<ssize_t>(sent, 0)));
    if (!waiting.empty() && !std::exchange(stopped, true))
      waiting.append(all.substr(2'000'000));
    come += server_->read();
  }
  EXPECT_TRUE(stopped);
  EXPECT_TRUE(come == all);
}

TEST_F(tls_link, a_record_that_comes_in_pieces_is_read_when_it_is_whole) {
  greet();
  std::array<int, 2> wire{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, wire.data()), 0);
  server_->write("whole");
  std::array<char, 4096> record{};
  const ssize_t size = ::recv(ends_[0], record.data(), record.size(), 0); // tickets, and the record
  ASSERT_GT(size, 8);
  ASSERT_EQ(::dup2(wire[0], ends_[0]), ends_[0]);
  ASSERT_EQ(::send(wire[1], record.data(), static_cast<std::size_t>(size) - 3, 0), size - 3);
  EXPECT_LT(read().size, 0);
  ASSERT_EQ(::send(wire[1], record.data() + size - 3, 3, 0), 3);
  EXPECT_EQ(read_all(), "whole");
  for (const int each : wire)
    ::close(each);
}

TEST_F(tls_link, an_end_that_comes_with_the_last_bytes_is_known_at_once) {
  greet();
  EXPECT_FALSE(client_->over());
  server_->write("last");
  server_->say_goodbye();
  EXPECT_EQ(read().size, 4);
  EXPECT_TRUE(client_->over());
  EXPECT_EQ(read().size, 0);
}

TEST_F(tls_link, a_socket_that_just_ends_is_an_end_as_without_tls) {
  greet();
  ::shutdown(ends_[1], SHUT_WR);
  received got = read(); // tickets
  if (got.size < 0)
    got = read();
  EXPECT_EQ(got.size, 0);
}

TEST_F(tls_link, who_does_not_speak_tls_is_told_so) {
  client_ = std::make_unique<tls_session>(tls_trust::blind(), "h", ends_[0], loop_, false);
  ASSERT_EQ(client_->shake_hands(), progress::wants_read);
  ASSERT_EQ(::send(ends_[1], "HTTP/1.1 400 Bad Request\r\n", 26, 0), 26);
  EXPECT_EQ(client_->shake_hands(), progress::failed);
  EXPECT_EQ(client_->fault(), "TLS failed: wrong version number");
}

TEST_F(tls_link, an_end_amid_the_handshake_is_told) {
  client_ = std::make_unique<tls_session>(tls_trust::blind(), "h", ends_[0], loop_, false);
  ASSERT_EQ(client_->shake_hands(), progress::wants_read);
  ::shutdown(ends_[1], SHUT_WR);
  EXPECT_EQ(client_->shake_hands(), progress::failed);
  EXPECT_EQ(client_->fault(), "the server hung up");
}

} // namespace
} // namespace parley::load
