// The server's end of a connection, in the hands of a test.
#pragma once

#include "load/wire/client.hpp"
#include "load/wire/handshake.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>

namespace parley::load {

/// Listens on a free port of loopback. One thread does it all: what a client sent can be read at once.
class loopback {
public:
  loopback() : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in any{};
    any.sin_family = AF_INET;
    any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof any;
    EXPECT_EQ(::bind(listener_, reinterpret_cast<const sockaddr*>(&any), size), 0);
    EXPECT_EQ(::listen(listener_, 16), 0);
    EXPECT_EQ(::getsockname(listener_, reinterpret_cast<sockaddr*>(&any), &size), 0);
    to.url = {"127.0.0.1", ntohs(any.sin_port), ""}; // without a name: faults are told without one
    to.address = socket_address::of(any);
  }
  ~loopback() {
    hang_up();
    refuse();
  }
  loopback(const loopback&) = delete;
  loopback& operator=(const loopback&) = delete;

  void accept() {
    hang_up();
    accepted_ = ::accept(listener_, nullptr, nullptr);
    EXPECT_GE(accepted_, 0);
  }
  void hang_up() {
    if (accepted_ >= 0)
      ::close(accepted_);
    accepted_ = -1;
  }
  /// From now on nobody can connect.
  void refuse() {
    if (listener_ >= 0)
      ::close(listener_);
    listener_ = -1;
  }
  /// What has come; waits until something has.
  std::string read() const { return receive(0); }
  /// What has come, if anything has.
  std::string read_now() const { return receive(MSG_DONTWAIT); }
  std::string receive(int flags) const {
    std::array<char, 4096> some{};
    const ssize_t got = ::recv(accepted_, some.data(), some.size(), flags);
    return {some.data(), got > 0 ? static_cast<std::size_t>(got) : 0};
  }
  void write(std::string_view bytes) const {
    EXPECT_EQ(::send(accepted_, bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
  }
  /// Turns of a loop until `done`, as many as a broken test may take.
  template <class Condition>
  static void turn_until(loop& on, Condition&& done) {
    for (int turns = 0; turns < 500 && !done(); ++turns)
      on.poll(10'000'000);
    EXPECT_TRUE(done());
  }

  dial to;

private:
  int listener_;
  int accepted_ = -1;
};

} // namespace parley::load
