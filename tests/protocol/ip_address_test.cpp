#include "protocol/ip_address.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace parley {
namespace {

std::string read_back(std::string_view text) {
  const auto read = ip_address::parse(text);
  return read ? read->to_string() : "none";
}

bool is_in(std::string_view address, std::vector<std::string> entries) {
  const auto read = ip_address::parse(address);
  EXPECT_TRUE(read) << address;
  EXPECT_TRUE(std::ranges::all_of(entries, [](const std::string& x) { return ip_list::is_entry(x); })) << entries[0];
  return read && ip_list(entries).contains(*read);
}

TEST(an_ip_address, is_read_and_written_in_its_usual_form) {
  EXPECT_EQ(read_back("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(read_back("2001:DB8:0:0::1"), "2001:db8::1");
  EXPECT_EQ(read_back("::1"), "::1");
  EXPECT_EQ(read_back("::"), "::");
}

TEST(an_ip_address, that_is_mapped_is_the_ipv4_address) {
  EXPECT_EQ(read_back("::ffff:192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(read_back("::ffff:c000:201"), "192.0.2.1");
  EXPECT_EQ(ip_address::parse("::ffff:192.0.2.1"), ip_address::parse("192.0.2.1"));
}

TEST(an_ip_address, is_known_without_its_zone) {
  EXPECT_EQ(read_back("fe80::1%eth0"), "fe80::1");
}

TEST(an_ip_address, is_nothing_else) {
  using namespace std::string_literals;
  for (const auto& text : {""s, "unknown"s, "_hidden"s, "192.0.2"s, "192.0.2.256"s, "192.0.2.1:80"s, "192.0.2.1%eth0"s,
                           "[::1]"s, "::1%"s, ":::"s, "1::2::3"s, "192.0.2.1 "s, " 192.0.2.1"s, "192.0.2.1\0x"s,
                           "0x7f.0.0.1"s, "2130706433"s, std::string(300, ':')})
    EXPECT_EQ(read_back(text), "none") << text;
}

TEST(an_ip_range, has_the_addresses_that_begin_as_it_does) {
  EXPECT_TRUE(is_in("10.1.2.3", {"10.0.0.0/8"}));
  EXPECT_FALSE(is_in("11.0.0.0", {"10.0.0.0/8"}));
  EXPECT_TRUE(is_in("172.31.255.255", {"172.16.0.0/12"}));
  EXPECT_FALSE(is_in("172.32.0.0", {"172.16.0.0/12"}));
  EXPECT_TRUE(is_in("192.0.2.129", {"192.0.2.128/25"}));
  EXPECT_FALSE(is_in("192.0.2.127", {"192.0.2.128/25"}));
  EXPECT_TRUE(is_in("10.1.2.3", {"10.9.9.9/8"})) << "bits behind the length do not matter";
  EXPECT_TRUE(is_in("192.0.2.1", {"192.0.2.1"}));
  EXPECT_FALSE(is_in("192.0.2.2", {"192.0.2.1"}));
  EXPECT_FALSE(is_in("192.0.2.2", {"192.0.2.1/32"}));
  EXPECT_TRUE(is_in("2001:db8:1::5", {"2001:db8::/32"}));
  EXPECT_FALSE(is_in("2001:db9::", {"2001:db8::/32"}));
  EXPECT_FALSE(is_in("2001:db8::2", {"2001:db8::1"}));
}

TEST(an_ip_range, of_everything_is_of_its_own_family) {
  EXPECT_TRUE(is_in("203.0.113.9", {"0.0.0.0/0"}));
  EXPECT_FALSE(is_in("2001:db8::1", {"0.0.0.0/0"}));
  EXPECT_TRUE(is_in("2001:db8::1", {"::/0"}));
  EXPECT_FALSE(is_in("203.0.113.9", {"::/0"}));
}

TEST(an_ip_range, may_be_written_as_mapped) {
  EXPECT_TRUE(is_in("10.1.2.3", {"::ffff:10.0.0.0/104"}));
  EXPECT_FALSE(is_in("11.1.2.3", {"::ffff:10.0.0.0/104"}));
  EXPECT_TRUE(is_in("::ffff:10.1.2.3", {"10.0.0.0/8"}));
}

TEST(an_ip_list, knows_the_names_of_ranges) {
  for (const auto* one : {"127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"})
    EXPECT_TRUE(is_in(one, {"loopback"})) << one;
  for (const auto* one : {"10.0.0.1", "172.16.0.1", "192.168.1.1", "fd00::1", "fc00::1"})
    EXPECT_TRUE(is_in(one, {"private"})) << one;
  for (const auto* one : {"8.8.8.8", "172.15.0.1", "192.169.0.1", "fe80::1", "2001:db8::1"})
    EXPECT_FALSE(is_in(one, {"private", "loopback"})) << one;
  EXPECT_FALSE(is_in("127.0.0.1", {"private"}));
}

TEST(an_ip_list, takes_addresses_ranges_and_the_two_names) {
  for (const auto* one : {"127.0.0.1", "::1", "10.0.0.0/8", "2001:db8::/32", "::ffff:10.0.0.0/104", "0.0.0.0/0", "::/0",
                          "loopback", "private"})
    EXPECT_TRUE(ip_list::is_entry(one)) << one;
  for (const auto* one :
       {"", "localhost", "Loopback", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/8x", "10.0.0.0/-1", "10.0.0.0/+8",
        "10.0.0/8", "*", "fe80::1%eth0", "proxy.example", "10.0.0.0/8/8"})
    EXPECT_FALSE(ip_list::is_entry(one)) << one;
}

TEST(an_ip_list, counts_a_peer_without_an_address_as_loopback) {
  const std::vector<std::string> here{"loopback"};
  const std::vector<std::string> there{"10.0.0.0/8"};
  for (const auto* peer : {"", "unix"}) {
    EXPECT_TRUE(ip_list(here).contains_peer(peer));
    EXPECT_FALSE(ip_list(there).contains_peer(peer));
  }
  EXPECT_TRUE(ip_list(there).contains_peer("10.1.1.1"));
  EXPECT_FALSE(ip_list(there).contains_peer("127.0.0.1"));
  EXPECT_FALSE(ip_list().contains_peer("127.0.0.1"));
}

} // namespace
} // namespace parley
