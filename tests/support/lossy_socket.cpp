#include "tests/support/lossy_socket.hpp"

#include <array>
#include <cstring>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace parley::test {

namespace {

constexpr const char* socket_name = ".s.PGSQL.5432";

sockaddr_un address_of(const std::filesystem::path& file) {
  sockaddr_un out{};
  out.sun_family = AF_UNIX;
  std::strncpy(out.sun_path, file.c_str(), sizeof out.sun_path - 1);
  return out;
}

const sockaddr* raw(const sockaddr_un& x) {
  return reinterpret_cast<const sockaddr*>(&x); // as the socket interface wants it
}

/// False at the end of `from`.
bool copy_some(int from, int to) {
  std::array<char, 65'536> piece{};
  const auto got = ::read(from, piece.data(), piece.size());
  for (ssize_t sent = 0; sent < got;) {
    const auto now = ::send(to, piece.data() + sent, static_cast<std::size_t>(got - sent), MSG_NOSIGNAL);
    if (now <= 0)
      return false;
    sent += now;
  }
  return got > 0;
}

} // namespace

lossy_socket::lossy_socket(std::filesystem::path behind)
  : behind_(std::move(behind)), listener_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  std::string name = (std::filesystem::temp_directory_path() / "parley-lossy-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr)
    throw std::runtime_error("no temporary folder");
  folder_ = name;
  const auto here = address_of(folder_ / socket_name);
  if (::bind(listener_, raw(here), sizeof here) != 0 || ::listen(listener_, 16) != 0)
    throw std::runtime_error("the lossy socket cannot listen");
  acceptor_ = std::thread([this] { accept_all(); });
}

lossy_socket::~lossy_socket() {
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  for (auto& x : lines_)
    x.join();
  ::close(listener_);
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void lossy_socket::accept_all() {
  for (;;) {
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0)
      return;
    const std::lock_guard lock(mutex_);
    lines_.emplace_back([this, client] { pass_on(client); });
  }
}

void lossy_socket::pass_on(int client) {
  const int server = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto there = address_of(behind_ / socket_name);
  bool open = ::connect(server, raw(there), sizeof there) == 0;
  bool silent = false; // its answer is to be lost
  while (open) {
    std::array<pollfd, 3> ends{pollfd{client, POLLIN, 0}, pollfd{server, POLLIN, 0}, pollfd{listener_, 0, 0}};
    ::poll(ends.data(), ends.size(), -1);
    if (ends[2].revents != 0)
      break; // the end of the test
    if (ends[1].revents != 0)
      open = !silent && copy_some(server, client);
    if (open && ends[0].revents != 0) {
      const auto what = next_.exchange(loss::none);
      silent = silent || what == loss::answer;
      open = what != loss::question && copy_some(client, server);
    }
  }
  ::close(client);
  ::close(server);
}

} // namespace parley::test
