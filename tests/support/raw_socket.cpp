#include "tests/support/raw_socket.hpp"

#include "tests/net/deadline.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <chrono>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace parley::test {
namespace {

/// Descriptors that a program has open besides: files, event queues, other sockets.
constexpr std::size_t other_descriptors = 64;

[[noreturn]] void fail(int code, const char* what) {
  throw std::system_error(code, std::generic_category(), what);
}

} // namespace

raw_socket::raw_socket(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
  if (fd_ < 0)
    fail(errno, "socket");
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  where.sin_port = htons(port);
  const int on = 1;
  if (::connect(fd_, reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0 ||
      ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0) {
    const int code = errno;
    ::close(fd_);
    fail(code, "connect");
  }
}

raw_socket::raw_socket(raw_socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

raw_socket::~raw_socket() {
  if (fd_ >= 0)
    ::close(fd_);
}

void raw_socket::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0)
      fail(errno, "send");
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

std::size_t raw_socket::receive(std::span<char> into) {
  const auto got = ::recv(fd_, into.data(), into.size(), MSG_DONTWAIT);
  if (got < 0 && errno != EAGAIN)
    fail(errno, "recv");
  return got > 0 ? static_cast<std::size_t>(got) : 0;
}

std::size_t raw_socket::await(std::span<char> into) {
  constexpr auto patience = std::chrono::duration_cast<std::chrono::milliseconds>(deadline);
  pollfd what{fd_, POLLIN, 0};
  if (::poll(&what, 1, static_cast<int>(patience.count())) != 1)
    fail(ETIMEDOUT, "the server says nothing");
  const auto got = receive(into);
  if (got == 0)
    fail(ECONNRESET, "the server ended the connection");
  return got;
}

bool allow_descriptors(std::size_t count) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
    return false;
  limit.rlim_cur = limit.rlim_max;
  return ::setrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur >= count + other_descriptors;
}

} // namespace parley::test
