// Where a node listens: addresses in both families, files of Unix sockets, sockets that were passed.
#include "net/listening.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace parley::net {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using asio::ip::tcp;
using testing::AllOf;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

bool has_ipv6() {
  asio::io_context loop;
  boost::system::error_code fault;
  tcp::acceptor probe(loop);
  probe.open(tcp::v6(), fault);
  if (!fault)
    probe.bind({asio::ip::address_v6::loopback(), 0}, fault);
  return !fault;
}

class listening : public testing::Test {
protected:
  open_listeners open(const listen_wish& wish) { return listen_on(wish, loops_); }

  open_listeners open(std::vector<listen_place> places, std::uint16_t port = 0) {
    return open({.places = std::move(places), .port = port, .passed = {}});
  }

  /// Why it does not listen there; empty where it does.
  std::string fault(const listen_wish& wish) {
    try {
      open(wish);
      return {};
    } catch (const std::runtime_error& reason) {
      return reason.what();
    }
  }

  std::string fault(std::vector<listen_place> places, std::uint16_t port = 0) {
    return fault(listen_wish{.places = std::move(places), .port = port, .passed = {}});
  }

  static listen_place unix_socket(const fs::path& path) {
    return {.what = listen_place::form::unix_path, .text = path.string()};
  }

  /// A socket of this kind, bound to a file; whoever asks for it closes it.
  static int bind_to(const fs::path& path, int type = SOCK_STREAM) {
    const int out = ::socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.string().copy(address.sun_path, sizeof address.sun_path - 1);
    EXPECT_EQ(::bind(out, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    return out;
  }

  static std::vector<std::string> names(const open_listeners& x) {
    std::vector<std::string> out;
    for (const auto& place : x.places)
      out.push_back(place.name);
    return out;
  }

  test::temporary_folder folder_;
  asio::io_context first_;
  asio::io_context second_;
  std::array<asio::io_context*, 2> loops_{&first_, &second_};
};

TEST_F(listening, opens_a_socket_a_thread_on_one_address) {
  const auto opened = open({{.text = "127.0.0.1"}});
  ASSERT_THAT(opened.places, SizeIs(1));
  EXPECT_EQ(opened.places.front().name, "127.0.0.1:" + std::to_string(opened.places.front().port));
  for (const auto& own : opened.own) {
    ASSERT_THAT(own, SizeIs(1));
    EXPECT_EQ(own.front().local_endpoint().port(), opened.places.front().port);
  }
}

TEST_F(listening, takes_one_free_port_for_both_families_and_writes_ipv6_in_brackets) {
  if (!has_ipv6())
    GTEST_SKIP() << "this machine has no IPv6";
  for (int i = 0; i < 50; ++i) { // with luck alone, two ports are never the same so often
    const auto opened = open({{.text = "127.0.0.1"}, {.text = "::1"}});
    const auto port = std::to_string(opened.places.front().port);
    EXPECT_THAT(names(opened), testing::ElementsAre("127.0.0.1:" + port, "[::1]:" + port));
  }
}

TEST_F(listening, takes_ipv4_by_the_wildcard_of_ipv6_unless_that_is_listened_to_by_itself) {
  if (!has_ipv6())
    GTEST_SKIP() << "this machine has no IPv6";
  const auto both = open({{.text = "::"}});
  tcp::socket client(first_);
  EXPECT_NO_THROW(client.connect({asio::ip::address_v4::loopback(), both.places.front().port}));
  const auto apart = open({{.text = "0.0.0.0"}, {.text = "::"}});
  EXPECT_THAT(apart.places, SizeIs(2));
}

TEST_F(listening, opens_a_place_once_that_is_named_twice) {
  const auto opened =
    open({{.text = "127.0.0.1"}, {.text = "127.0.0.1"}, unix_socket(folder_ / "s"), unix_socket(folder_ / "s")});
  EXPECT_THAT(opened.places, SizeIs(2));
}

TEST_F(listening, passes_over_an_address_that_may_be_absent_as_long_as_there_is_another) {
  const listen_place absent{.text = "192.0.2.1", .may_be_absent = true};
  EXPECT_THAT(open({{.text = "127.0.0.1"}, absent}).places, SizeIs(1));
  EXPECT_THAT(open({absent, {.text = "127.0.0.1"}}).places, SizeIs(1));
  EXPECT_THAT(fault({absent}), AllOf(StartsWith("cannot listen on 192.0.2.1:"), HasSubstr("no interface")));
  EXPECT_THAT(fault({{.text = "127.0.0.1"}, {.text = "192.0.2.1"}}), HasSubstr("192.0.2.1"));
}

TEST_F(listening, says_in_one_line_what_is_wrong_and_how_to_mend_it) {
  const auto taken = open({{.text = "127.0.0.1"}});
  const auto port = taken.places.front().port;
  const auto in_use = fault({{.text = "127.0.0.1"}}, port);
  EXPECT_THAT(in_use, AllOf(StartsWith("cannot listen on 127.0.0.1:" + std::to_string(port) + ": "),
                            HasSubstr("in use"), HasSubstr("--port")));
  EXPECT_THAT(in_use, testing::Not(HasSubstr("\n")));
  EXPECT_THAT(fault({{.text = "no-such-host.invalid"}}),
              AllOf(StartsWith("cannot listen on no-such-host.invalid: "), HasSubstr("--host")));
  EXPECT_THAT(fault({unix_socket(folder_ / "missing" / "s")}),
              AllOf(StartsWith("cannot listen on unix:"), HasSubstr("there is no folder")));
}

TEST_F(listening, makes_the_file_of_a_unix_socket_with_its_mode_and_takes_it_along) {
  const auto path = folder_ / "s";
  {
    auto opened = open({.places = {unix_socket(path)}, .unix_mode = 0640, .passed = {}});
    EXPECT_THAT(names(opened), testing::ElementsAre("unix:" + path.string()));
    EXPECT_TRUE(opened.places.front().is_unix());
    struct stat about {};
    ASSERT_EQ(::stat(path.c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777U, 0640U);
    EXPECT_THAT(opened.shared, SizeIs(1));
  }
  EXPECT_FALSE(fs::exists(path));
}

TEST_F(listening, replaces_the_file_of_a_dead_server_and_leaves_that_of_a_live_one) {
  const auto path = folder_ / "s";
  ::close(bind_to(path)); // its file stays, as after a crash
  ASSERT_TRUE(fs::exists(path));
  const auto alive = open({unix_socket(path)});
  EXPECT_THAT(fault({unix_socket(path)}), HasSubstr("another program listens there"));
  EXPECT_TRUE(fs::exists(path));
}

TEST_F(listening, never_removes_what_is_no_socket) {
  const auto path = folder_ / "s";
  std::ofstream(path) << "precious";
  EXPECT_THAT(fault({unix_socket(path)}), HasSubstr("no socket"));
  EXPECT_TRUE(fs::is_regular_file(path));
}

TEST_F(listening, leaves_a_file_alone_that_has_taken_the_name_of_its_own) {
  const auto path = folder_ / "s";
  {
    const auto opened = open({unix_socket(path)});
    fs::rename(path, folder_ / "moved");
    ::close(bind_to(path));
  }
  EXPECT_TRUE(fs::exists(path)) << "that is somebody else's by now";
}

TEST_F(listening, takes_over_what_was_passed_and_nothing_else) {
  tcp::acceptor given(first_, {asio::ip::address_v4::loopback(), 0});
  const auto port = given.local_endpoint().port();
  const auto opened = open({.places = {{.text = "192.0.2.1"}}, .port = 1, .passed = {given.release()}});
  EXPECT_THAT(names(opened), testing::ElementsAre("127.0.0.1:" + std::to_string(port)));
  EXPECT_THAT(opened.shared, SizeIs(1));
  EXPECT_EQ(::fcntl(const_cast<stream::acceptor&>(opened.shared.front()).native_handle(), F_GETFD), FD_CLOEXEC);
}

TEST_F(listening, takes_over_unix_sockets_and_leaves_their_files_to_whoever_made_them) {
  const auto path = folder_ / "s";
  const int given = bind_to(path);
  ASSERT_EQ(::listen(given, 1), 0);
  EXPECT_THAT(names(open({.places = {}, .passed = {given}})), testing::ElementsAre("unix:" + path.string()));
  EXPECT_TRUE(fs::exists(path));
}

TEST_F(listening, refuses_passed_descriptors_that_do_not_listen) {
  const int datagrams = bind_to(folder_ / "d", SOCK_DGRAM);
  const int deaf = bind_to(folder_ / "s");
  for (const int bad : {datagrams, deaf, 9999})
    EXPECT_THAT(fault(listen_wish{.places = {}, .passed = {bad}}),
                AllOf(HasSubstr("LISTEN_FDS"), HasSubstr("descriptor " + std::to_string(bad))));
  ::close(datagrams);
  ::close(deaf);
}

} // namespace
} // namespace parley::net
