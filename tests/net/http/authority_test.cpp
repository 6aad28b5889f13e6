#include "net/http/authority.hpp"
#include "net/http/target.hpp"

#include <gtest/gtest.h>

#include <string>

namespace parley::net {
namespace {

TEST(an_authority, is_a_host_with_a_port_or_without) {
  for (const auto* text : {"a",
                           "a:80",
                           "a:",
                           "a.example",
                           "a.example.",
                           "xn--bcher-kva.example",
                           "under_score",
                           "127.0.0.1",
                           "127.0.0.1:8000",
                           "[::1]",
                           "[::1]:80",
                           "[::1]:",
                           "[2001:db8::1]",
                           "[::ffff:192.0.2.1]",
                           "[v1.a:b]",
                           "[vF0.x]:1",
                           "a%C3%A9",
                           "!$&'()*+;=~-._",
                           "a:65535",
                           "a:0",
                           "a:00080"})
    EXPECT_TRUE(is_authority(text)) << text;
}

TEST(an_authority, is_nothing_else) {
  for (const auto* text :
       {"",      ":80", "a:b",          "a:80:80",     "a:-1",      "a:+80", "a:65536", "a:99999999999999999999",
        "a: 80", " a",  "a b",          "a\t",         "[::1",      "::1",   "[::1]x",  "[::1]80",
        "[]",    "[a]", "[::1%25eth0]", "[::g]",       "[1.2.3.4]", "[v.x]", "[vg.x]",  "[v1.]",
        "a]",    "[a",  "\"a\"",        "<>",          "a{}",       "a|b",   "a^b",     "a`b",
        "a\\b",  "a,b", "user@a",       "user:p@a:80", "a/b",       "a?b",   "a#b",     "%zz",
        "%4",    "%",   "a%",           "\xff",        "\xc3\xa9",  "a\x7f"})
    EXPECT_FALSE(is_authority(text)) << text;
}

TEST(an_authority, holds_no_nul) {
  EXPECT_FALSE(is_authority({"a\0b", 3}));
  EXPECT_FALSE(is_authority({"[::1\0]", 6}));
}

TEST(a_target, of_absolute_form_names_whom_it_is_meant_for) {
  const auto parts = split_target("HTTP://a.example:8000/x/y?z=/?");
  EXPECT_EQ(parts.authority, "a.example:8000");
  EXPECT_EQ(parts.path, "/x/y");
  EXPECT_EQ(parts.query, "z=/?");
  EXPECT_EQ(split_target("https://[::1]?x").path, "/");
  EXPECT_EQ(split_target("https://[::1]?x").query, "x");
  EXPECT_EQ(split_target("/x?y").authority, "");
}

TEST(a_target, is_refused_where_its_authority_is_none) {
  for (const auto* text : {"http://", "http:///x", "http://?x", "http://user@a/", "http://a:b/", "http://[::1/",
                           "http://a b/", "http://a%zz/", "ftp://a/", "a/b", "*", ""})
    EXPECT_EQ(split_target(text).path, "") << text;
}

TEST(a_target, has_no_fragment_and_nothing_that_every_client_encodes) {
  for (const auto* text : {"/x#y", "/x?y#z", "/#", "/x?<", "/>", "/\"", "http://a/#", "http://a#"})
    EXPECT_EQ(split_target(text).path, "") << text;
}

TEST(a_target, may_hold_what_browsers_and_curl_send_as_it_is) {
  EXPECT_EQ(split_target("/x[y]{z}|\\^`").path, "/x[y]{z}|\\^`");
  EXPECT_EQ(split_target("/users/?search=\xe4\xbd\xa0").query, "search=\xe4\xbd\xa0");
}

} // namespace
} // namespace parley::net
