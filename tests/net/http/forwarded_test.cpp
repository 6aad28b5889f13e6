#include "net/http/forwarded.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace parley::net {
namespace {

constexpr std::string_view proxy_address = "10.0.0.1";
constexpr std::string_view client_address = "203.0.113.7";

/// A request that came from `peer` to a server that trusts 10.0.0.0/8 and fd00::/8.
client_view seen(header_list fields, std::string_view peer = proxy_address) {
  const std::vector<std::string> trusted{"10.0.0.0/8", "fd00::/8"};
  request_head head;
  head.fields = std::move(fields);
  return see_client(head, peer, ip_list(trusted));
}

std::string by_x(std::string list, std::string_view peer = proxy_address) {
  return seen({{"X-Forwarded-For", std::move(list)}}, peer).address;
}

std::string by_standard(std::string list, std::string_view peer = proxy_address) {
  return seen({{"Forwarded", std::move(list)}}, peer).address;
}

TEST(the_client, is_the_peer_where_no_proxy_is_trusted) {
  request_head head;
  head.fields = {{"X-Forwarded-For", "1.1.1.1"},
                 {"Forwarded", "for=1.1.1.1;host=evil.example"},
                 {"X-Forwarded-Host", "evil.example"}};
  const auto it = see_client(head, "127.0.0.1", ip_list());
  EXPECT_EQ(it.address, "127.0.0.1");
  EXPECT_EQ(it.host, "");
}

TEST(the_client, is_the_peer_where_that_is_no_trusted_proxy) {
  const auto it =
    seen({{"X-Forwarded-For", "1.1.1.1"}, {"X-Forwarded-Host", "evil.example"}, {"X-Forwarded-Proto", "https"}},
         client_address);
  EXPECT_EQ(it.address, client_address);
  EXPECT_EQ(it.host, "");
  EXPECT_EQ(it.scheme, "");
  EXPECT_EQ(by_standard("for=1.1.1.1", client_address), client_address);
}

TEST(the_client, is_the_proxy_itself_where_that_says_nothing) {
  EXPECT_EQ(seen({}).address, proxy_address);
  EXPECT_EQ(by_x(""), proxy_address);
  EXPECT_EQ(by_standard(""), proxy_address);
  EXPECT_EQ(by_standard("host=a.example"), proxy_address);
}

TEST(the_client, is_the_right_most_address_that_is_no_trusted_proxy) {
  EXPECT_EQ(by_x("203.0.113.7"), client_address);
  EXPECT_EQ(by_x("203.0.113.7, 10.0.0.2"), client_address);
  EXPECT_EQ(by_x("1.1.1.1, 203.0.113.7"), client_address) << "the client wrote the first one";
  EXPECT_EQ(by_x("10.0.0.9, 203.0.113.7, 10.0.0.2"), client_address);
  EXPECT_EQ(by_x("10.0.0.3, 10.0.0.2"), "10.0.0.3") << "all are proxies: the farthest";
  EXPECT_EQ(by_standard("for=203.0.113.7"), client_address);
  EXPECT_EQ(by_standard("for=1.1.1.1, for=203.0.113.7;by=10.0.0.2, For=10.0.0.2"), client_address);
}

TEST(the_client, is_the_last_believable_address_before_one_that_cannot_be_read) {
  EXPECT_EQ(by_x("203.0.113.7, unknown, 10.0.0.2"), "10.0.0.2");
  EXPECT_EQ(by_x("unknown"), proxy_address);
  EXPECT_EQ(by_x("203.0.113.7, 999.1.1.1"), proxy_address);
  EXPECT_EQ(by_x("<script>, 10.0.0.2"), "10.0.0.2");
  EXPECT_EQ(by_standard("for=203.0.113.7, for=unknown"), proxy_address);
  EXPECT_EQ(by_standard("for=203.0.113.7, for=_hidden, for=10.0.0.2"), "10.0.0.2");
  EXPECT_EQ(by_standard("for=\"203.0.113.7:_a.B-9\""), "203.0.113.7");
  EXPECT_EQ(by_standard("for=\"[2001:db8::17]:_x\""), "2001:db8::17");
  EXPECT_EQ(by_standard("for=203.0.113.7, proto=https"), proxy_address)
    << "who wrote the last one does not say for whom";
  EXPECT_EQ(by_standard("for=\"203.0.113.7"), proxy_address) << "an open quotation";
  EXPECT_EQ(by_standard("for"), proxy_address);
}

TEST(the_client, is_read_in_every_form_that_proxies_write) {
  EXPECT_EQ(by_x("203.0.113.7:4711"), client_address);
  EXPECT_EQ(by_x("2001:db8::7"), "2001:db8::7");
  EXPECT_EQ(by_x("[2001:DB8::7]"), "2001:db8::7");
  EXPECT_EQ(by_x("[2001:db8::7]:443"), "2001:db8::7");
  EXPECT_EQ(by_x("::ffff:203.0.113.7"), client_address);
  EXPECT_EQ(by_x(" ,, 203.0.113.7 ,,\t"), client_address);
  EXPECT_EQ(by_standard("for=\"203.0.113.7:4711\""), client_address);
  EXPECT_EQ(by_standard("for=\"[2001:db8::7]\""), "2001:db8::7");
  EXPECT_EQ(by_standard("FOR=\"[2001:db8::7]:4711\";proto=https"), "2001:db8::7");
  EXPECT_EQ(by_standard("proto=https ; for = 203.0.113.7"), client_address);
  EXPECT_EQ(by_standard("by=\"a,b;for=1.1.1.1\";for=203.0.113.7"), client_address)
    << "marks inside of quotations mean nothing";
  EXPECT_EQ(by_standard(R"(for="203.0.113\.7")"), client_address);
}

TEST(the_client, is_not_what_only_looks_like_an_address) {
  for (const auto* node : {"[]", "[203.0.113.7]", "[2001:db8::7]x", "[2001:db8::7]:", "[2001:db8::7",
                           "203.0.113.7:", "203.0.113.7:x", "203.0.113.7/32", "-", "\"", "["})
    EXPECT_EQ(by_x(node), proxy_address) << node;
}

TEST(the_client, may_be_spread_over_several_fields) {
  EXPECT_EQ(
    seen({{"X-Forwarded-For", "1.1.1.1"}, {"x-forwarded-for", "203.0.113.7"}, {"X-Forwarded-For", "10.0.0.2"}}).address,
    client_address);
  EXPECT_EQ(seen({{"Forwarded", "for=1.1.1.1"}, {"forwarded", "for=203.0.113.7"}}).address, client_address);
}

TEST(the_client, comes_through_proxies_of_either_family) {
  EXPECT_EQ(by_x("203.0.113.7", "::ffff:10.0.0.1"), client_address);
  EXPECT_EQ(by_x("203.0.113.7", "fd00::1"), client_address);
  EXPECT_EQ(by_x("203.0.113.7", "fe80::1%eth0"), "fe80::1");
  EXPECT_EQ(by_x("203.0.113.7, ::ffff:10.0.0.2"), client_address);
}

TEST(the_client, behind_a_proxy_on_a_unix_socket_is_believed_where_loopback_is_trusted) {
  const std::vector<std::string> loopback{"loopback"};
  request_head head;
  head.fields = {{"X-Forwarded-For", std::string(client_address)}};
  EXPECT_EQ(see_client(head, "", ip_list(loopback)).address, client_address);
  EXPECT_EQ(by_x("1.1.1.1", ""), "");
}

TEST(the_client, is_nobody_else_where_both_kinds_of_header_disagree) {
  const auto it = seen({{"Forwarded", "for=1.1.1.1;host=evil.example"},
                        {"X-Forwarded-For", "203.0.113.7"},
                        {"X-Forwarded-Host", "a.example"}});
  EXPECT_EQ(it.address, proxy_address) << "one of both was made up by the client";
  EXPECT_EQ(it.host, "");
}

TEST(the_client, is_who_both_kinds_of_header_name) {
  const auto it = seen({{"Forwarded", "for=203.0.113.7;host=a.example"},
                        {"X-Forwarded-For", "203.0.113.7"},
                        {"X-Forwarded-Host", "b.example"},
                        {"X-Forwarded-Proto", "https"}});
  EXPECT_EQ(it.address, client_address);
  EXPECT_EQ(it.host, "a.example") << "the standard goes first";
  EXPECT_EQ(it.scheme, "https") << "and what it leaves out is taken from the other";
}

TEST(what_the_client_called_us, is_told_by_trusted_proxies) {
  const auto x = seen({{"X-Forwarded-For", "203.0.113.7"},
                       {"X-Forwarded-Host", "chat.example.org:8443"},
                       {"X-Forwarded-Proto", "HTTPS"}});
  EXPECT_EQ(x.host, "chat.example.org:8443");
  EXPECT_EQ(x.scheme, "https");
  EXPECT_EQ(seen({{"X-Forwarded-Host", "chat.example.org"}}).host, "chat.example.org") << "also without the address";
  const auto standard = seen({{"Forwarded", "for=203.0.113.7;host=\"[2001:db8::1]:8443\";proto=https"}});
  EXPECT_EQ(standard.host, "[2001:db8::1]:8443");
  EXPECT_EQ(standard.scheme, "https");
}

TEST(what_the_client_called_us, is_not_what_the_client_wrote_itself) {
  EXPECT_EQ(seen({{"X-Forwarded-Host", "evil.example, chat.example.org"}}).host, "chat.example.org");
  EXPECT_EQ(seen({{"Forwarded", "for=1.1.1.1;host=evil.example, for=203.0.113.7;host=chat.example.org"}}).host,
            "chat.example.org");
  EXPECT_EQ(seen({{"Forwarded", "for=203.0.113.7;host=chat.example.org, for=10.0.0.2;host=inner"}}).host,
            "chat.example.org")
    << "a chain of proxies: that nearest to the client";
}

TEST(what_the_client_called_us, is_left_out_where_it_is_no_host) {
  for (const auto* host : {"a b", "a/b", "a?b", "a@b", "a\"b", "<a>", ""})
    EXPECT_EQ(seen({{"X-Forwarded-Host", host}}).host, "") << host;
  EXPECT_EQ(seen({{"X-Forwarded-Proto", "gopher"}}).scheme, "");
}

TEST(a_quotation_of_the_client, does_not_swallow_what_the_proxy_wrote_behind_it) {
  for (const auto* own : {"for=9.9.9.9;x=\"", "for=9.9.9.9;x=\"\\", "for=9.9.9.9;x=\"a\\\"", "for=\""})
    for (const auto* proxys :
         {", for=203.0.113.7", ", for=\"203.0.113.7:4711\"", ", for=\"203.0.113.7\";host=\"a.example\""})
      EXPECT_EQ(by_standard(std::string(own) + proxys), proxy_address) << own << proxys;
  EXPECT_EQ(by_x("9.9.9.9, \", 203.0.113.7"), client_address);
}

TEST(a_long_list, is_read_from_its_end) {
  std::string list;
  for (int i = 0; i < 2000; ++i)
    list += "1.1.1.1,";
  EXPECT_EQ(by_x(list + "203.0.113.7,10.0.0.2"), client_address);
}

} // namespace
} // namespace parley::net
