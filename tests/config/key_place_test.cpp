// Where the keys of an identity provider may be.
#include "config/key_place.hpp"

#include <gtest/gtest.h>

namespace parley::config {
namespace {

TEST(key_place, is_an_address_by_tls) {
  const auto out = parse_key_place("https://id.example.org/realms/chat/certs?x=1");
  ASSERT_TRUE(out);
  EXPECT_TRUE(out->secure);
  EXPECT_EQ(out->file, "");
  EXPECT_EQ(out->server, (host_port{"id.example.org", 443}));
  EXPECT_EQ(out->authority, "id.example.org");
  EXPECT_EQ(out->target, "/realms/chat/certs?x=1");
  EXPECT_EQ(parse_key_place("https://id.example.org:8443")->server.port, 8443);
  EXPECT_EQ(parse_key_place("https://id.example.org")->target, "/");
  EXPECT_EQ(parse_key_place("https://id.example.org?x")->target, "/?x");
  EXPECT_EQ(parse_key_place("https://[2001:db8::1]/keys")->server, (host_port{"2001:db8::1", 443}));
}

TEST(key_place, is_plain_on_this_machine_only) {
  EXPECT_EQ(parse_key_place("http://127.0.0.1:8080/certs")->server, (host_port{"127.0.0.1", 8080}));
  EXPECT_TRUE(parse_key_place("http://localhost/certs"));
  EXPECT_TRUE(parse_key_place("http://[::1]:80/certs"));
  for (const auto* other : {"http://id.example.org/certs", "http://10.0.0.1/certs", "http://127.0.0.1.example.org/",
                            "http://localhost.example.org/"})
    EXPECT_FALSE(parse_key_place(other)) << other;
}

TEST(key_place, is_a_file) {
  EXPECT_EQ(parse_key_place("/etc/parley/keys.json")->file, "/etc/parley/keys.json");
  EXPECT_EQ(parse_key_place("keys.json")->file, "keys.json");
}

TEST(key_place, is_nothing_else) {
  for (const auto* other :
       {"", "ftp://a.example/", "file:///etc/keys", "https://", "https:///certs", "https://u:p@a.example/",
        "https://a.example:99999/", "https://a.example/#x", "https://a.example/a b", "https://a.example/\r\nX: y"})
    EXPECT_FALSE(parse_key_place(other)) << other;
}

} // namespace
} // namespace parley::config
