#include "net/http/proxy_header.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace parley::net {
namespace {

using namespace std::string_literals;
using state = proxy_header::state;

struct reading {
  state how = state::unfinished;
  std::string client; ///< empty where it is the socket's own
  std::size_t taken = 0;
};

/// What comes of `bytes` that arrive `piece` at a time.
reading read_header(std::string_view bytes, std::size_t piece = 1'000'000) {
  proxy_header header;
  reading out;
  while (out.how == state::unfinished && out.taken < bytes.size()) {
    const auto size = std::min({header.wanted(), piece, bytes.size() - out.taken});
    EXPECT_GE(header.wanted(), 1U);
    out.how = header.take(bytes.substr(out.taken, size));
    out.taken += size;
  }
  if (header.client())
    out.client = header.client()->to_string();
  return out;
}

const std::string signature("\r\n\r\n\0\r\nQUIT\n", 12);

std::string binary(char command, char family, const std::string& rest) {
  return signature + command + family + static_cast<char>(rest.size() / 256) + static_cast<char>(rest.size() % 256) +
         rest;
}

const std::string v4_pair("\xcb\x00\x71\x07\xc0\x00\x02\x01\x13\x88\x00\x50", 12); // 203.0.113.7 to 192.0.2.1
const std::string v6_pair =
  "\x20\x01\x0d\xb8"s + std::string(11, '\0') + "\x07" + std::string(16, '\0') + std::string(4, '\1');
const std::string next = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

void expect_client(const std::string& header, std::string_view client) {
  for (const std::size_t piece : {1U, 2U, 7U, 13U, 1000U}) {
    const auto it = read_header(header + next, piece);
    EXPECT_EQ(it.how, state::complete) << piece;
    EXPECT_EQ(it.client, client) << piece;
    EXPECT_EQ(it.taken, header.size()) << "nothing behind the header is touched; " << piece;
  }
}

void expect_broken(const std::string& header) {
  for (const std::size_t piece : {1U, 5U, 1000U})
    EXPECT_EQ(read_header(header + next, piece).how, state::broken) << testing::PrintToString(header) << piece;
}

TEST(a_proxy_header_of_version_1, names_the_client) {
  expect_client("PROXY TCP4 203.0.113.7 192.0.2.1 5000 80\r\n", "203.0.113.7");
  expect_client("PROXY TCP6 2001:db8::7 2001:db8::1 65535 0\r\n", "2001:db8::7");
  expect_client("PROXY TCP6 ::ffff:203.0.113.7 ::1 1 2\r\n", "203.0.113.7");
}

TEST(a_proxy_header_of_version_1, may_know_no_client) {
  expect_client("PROXY UNKNOWN\r\n", "");
  expect_client("PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n", "");
}

TEST(a_proxy_header_of_version_1, may_have_107_bytes_and_no_more) {
  expect_client("PROXY UNKNOWN " + std::string(107 - 16, 'x') + "\r\n", "");
  expect_broken("PROXY UNKNOWN " + std::string(107 - 15, 'x') + "\r\n");
}

TEST(a_proxy_header_of_version_1, is_written_in_one_way_only) {
  for (const auto* line :
       {"PROXY TCP4 203.0.113.7 192.0.2.1 5000\r\n", "PROXY TCP4 203.0.113.7 192.0.2.1 5000 80 1\r\n",
        "PROXY TCP4 203.0.113.7 192.0.2.1 5000 80 \r\n", "PROXY TCP4  203.0.113.7 192.0.2.1 5000 80\r\n",
        "PROXY TCP4 203.0.113.7 192.0.2.1 65536 80\r\n", "PROXY TCP4 203.0.113.7 192.0.2.1 05 80\r\n",
        "PROXY TCP4 203.0.113.7 192.0.2.1 -1 80\r\n", "PROXY TCP4 203.0.113 192.0.2.1 5000 80\r\n",
        "PROXY TCP4 2001:db8::7 2001:db8::1 5000 80\r\n", "PROXY TCP6 203.0.113.7 192.0.2.1 5000 80\r\n",
        "PROXY TCP6 fe80::1%eth0 ::1 5000 80\r\n", "PROXY UDP4 203.0.113.7 192.0.2.1 5000 80\r\n",
        "PROXY tcp4 203.0.113.7 192.0.2.1 5000 80\r\n", "PROXY TCP4 203.0.113.7 192.0.2.1 5000 80\n",
        "PROXY UNKNOWNX\r\n", "proxy UNKNOWN\r\n", "PROXY  UNKNOWN\r\n"})
    expect_broken(line);
}

TEST(a_proxy_header_of_version_2, names_the_client) {
  expect_client(binary('\x21', '\x11', v4_pair), "203.0.113.7");
  expect_client(binary('\x21', '\x21', v6_pair), "2001:db8::7");
}

TEST(a_proxy_header_of_version_2, may_say_more_than_we_need) {
  const auto note = "\x05\x00\x03"s + "abc";
  expect_client(binary('\x21', '\x11', v4_pair + note), "203.0.113.7");
  expect_client(binary('\x21', '\x11', v4_pair + std::string(4096 - v4_pair.size(), 'x')), "203.0.113.7");
}

TEST(a_proxy_header_of_version_2, may_know_no_client) {
  expect_client(binary('\x20', '\0', ""), "");
  expect_client(binary('\x20', '\x11', v4_pair), "");
  expect_client(binary('\x21', '\0', ""), "");
  expect_client(binary('\x21', '\0', "whatever"), "");
  expect_client(binary('\x21', '\x12', v4_pair), "");
  expect_client(binary('\x21', '\x31', std::string(216, 'u')), "");
}

TEST(a_proxy_header_of_version_2, has_room_for_what_it_announces) {
  expect_broken(binary('\x21', '\x11', v4_pair.substr(1)));
  expect_broken(binary('\x21', '\x21', v6_pair.substr(1)));
  expect_broken(binary('\x21', '\x31', std::string(215, 'u')));
}

TEST(a_proxy_header_of_version_2, is_of_no_other_version_command_or_size) {
  expect_broken(binary('\x11', '\x11', v4_pair));
  expect_broken(binary('\x31', '\x11', v4_pair));
  expect_broken(binary('\x22', '\x11', v4_pair));
  expect_broken(binary('\x21', '\x11', v4_pair + std::string(4097 - v4_pair.size(), 'x')));
}

TEST(what_is_no_proxy_header, is_known_by_its_first_byte_that_differs) {
  EXPECT_EQ(read_header("G").how, state::broken);
  EXPECT_EQ(read_header("PROXZ").how, state::broken);
  EXPECT_EQ(read_header("POST / HTTP/1.1", 1).taken, 2U);
  EXPECT_EQ(read_header("\x16\x03\x01").how, state::broken) << "TLS without it";
  EXPECT_EQ(read_header("\r\n\r\n\0\r\nQUIX"s, 1).taken, 11U);
}

TEST(a_part_of_a_proxy_header, is_waited_with) {
  for (const auto& whole : {"PROXY TCP4 203.0.113.7 192.0.2.1 5000 80\r\n"s, binary('\x21', '\x11', v4_pair)})
    for (std::size_t size = 1; size < whole.size(); ++size)
      EXPECT_EQ(read_header(whole.substr(0, size)).how, state::unfinished) << size;
}

} // namespace
} // namespace parley::net
