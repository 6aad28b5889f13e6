#include "config/check.hpp"
#include "config/host_port.hpp"

#include <gtest/gtest.h>

namespace parley::config {
namespace {

settings production() {
  settings s;
  s.server.environment = environment_name::production;
  s.auth.secret = std::string(32, 's');
  return s;
}

std::string_view broken_key(const settings& s) {
  auto broken = check(s);
  return broken ? broken->key : "";
}

TEST(check, lets_the_defaults_and_a_sound_production_pass) {
  EXPECT_EQ(broken_key({}), "");
  EXPECT_EQ(broken_key(production()), "");
}

TEST(check, wants_a_secret_of_32_bytes_in_production) {
  auto s = production();
  s.auth.secret = "";
  EXPECT_EQ(broken_key(s), "auth.secret");
  s.auth.secret = std::string(31, 's');
  EXPECT_EQ(broken_key(s), "auth.secret");
}

TEST(check, lets_development_do_with_a_short_secret) {
  settings s;
  s.auth.secret = "short";
  EXPECT_EQ(broken_key(s), "");
}

TEST(check, wants_a_bcrypt_cost_of_10_in_production) {
  auto s = production();
  s.auth.bcrypt_cost = 10;
  EXPECT_EQ(broken_key(s), "");
  s.auth.bcrypt_cost = 9;
  EXPECT_EQ(broken_key(s), "auth.bcrypt_cost");
  s.server.environment = environment_name::development;
  EXPECT_EQ(broken_key(s), "");
}

TEST(check, wants_passwords_of_8_bytes_in_production) {
  auto s = production();
  s.limits.texts.password_min_bytes = 7;
  EXPECT_EQ(broken_key(s), "limits.password_min_bytes");
  s.server.environment = environment_name::development;
  EXPECT_EQ(broken_key(s), "");
}

TEST(check, wants_the_least_length_to_be_no_more_than_the_greatest) {
  settings s;
  s.limits.texts.username_min = s.limits.texts.username_max = 5;
  s.limits.texts.password_min_bytes = s.limits.texts.password_max_bytes = 9;
  EXPECT_EQ(broken_key(s), "");
  s.limits.texts.username_min = 6;
  EXPECT_EQ(broken_key(s), "limits.username_min");
  s.limits.texts.username_min = 5;
  s.limits.texts.password_min_bytes = 10;
  EXPECT_EQ(broken_key(s), "limits.password_min_bytes");
}

TEST(check, takes_any_origin_in_development_only) {
  auto s = production();
  s.http.origins = {"https://a.example", "*"};
  EXPECT_EQ(broken_key(s), "http.origins");
  s.server.environment = environment_name::development;
  EXPECT_EQ(broken_key(s), "");
  s = production();
  s.http.origins = {"https://a.example"};
  EXPECT_EQ(broken_key(s), "");
}

TEST(check, wants_both_files_of_tls_or_none_and_names_the_one_that_is_missing) {
  settings s;
  s.tls.certificate = {"cert.pem"};
  EXPECT_EQ(broken_key(s), "tls.key");
  s.tls.key = {"key.pem"};
  EXPECT_EQ(broken_key(s), "");
  s.tls.certificate = {};
  EXPECT_EQ(broken_key(s), "tls.certificate");
}

TEST(check, wants_one_base_path_where_two_settings_name_it) {
  settings s;
  s.http.public_url = "https://a.example/parley";
  EXPECT_EQ(broken_key(s), "");
  s.http.base_path = "/parley/";
  EXPECT_EQ(broken_key(s), "");
  s.http.base_path = "/other";
  EXPECT_EQ(broken_key(s), "http.base_path");
  s.http.public_url = "https://a.example";
  EXPECT_EQ(broken_key(s), "");
}

TEST(check, lets_origins_of_applications_pass_in_production) {
  auto s = production();
  s.http.origins = {"capacitor://localhost", "null", "https://*.a.example", "chrome-extension://abc"};
  EXPECT_EQ(broken_key(s), "");
}

TEST(check, wants_to_know_whose_tokens_and_for_whom_where_a_provider_s_are_taken) {
  settings s;
  s.auth.provision = true;
  EXPECT_EQ(broken_key(s), "auth.jwks");
  s.auth.jwks = "keys.json";
  EXPECT_EQ(broken_key(s), "auth.issuer");
  s.auth.issuer = "https://id.example.org";
  EXPECT_EQ(broken_key(s), "auth.audience");
  s.auth.audience = "parley";
  EXPECT_EQ(broken_key(s), "");
}

settings node() {
  settings s;
  s.cluster.enabled = true;
  s.storage.url = "postgresql://u@h/d";
  s.auth.secret = "the same on all nodes";
  s.files.dir = "/srv/files";
  return s;
}

TEST(check, takes_a_node_that_has_what_all_have_in_common) {
  EXPECT_EQ(broken_key(node()), "");
}

TEST(check, refuses_a_node_without_what_all_nodes_have_in_common) {
  auto s = node();
  s.storage.url = "sqlite:///parley.db";
  EXPECT_EQ(broken_key(s), "storage.url");
  s = node();
  s.auth.secret.clear();
  EXPECT_EQ(broken_key(s), "auth.secret");
  s = node();
  s.files.dir.clear();
  EXPECT_EQ(broken_key(s), "files.dir");
}

TEST(check, refuses_nodes_without_certificates_beyond_loopback) {
  auto s = node();
  s.cluster.listen = "10.0.0.1:7000";
  EXPECT_EQ(broken_key(s), "cluster.certificate");
  s = node();
  s.cluster.advertise = "a.example:7000";
  EXPECT_EQ(broken_key(s), "cluster.certificate");
  s.cluster.certificate = "c.pem";
  EXPECT_EQ(broken_key(s), "cluster.key");
  s.cluster.key = "k.pem";
  EXPECT_EQ(broken_key(s), "cluster.ca");
  s.cluster.ca = "ca.pem";
  EXPECT_EQ(broken_key(s), "");
}

TEST(check, refuses_an_address_that_other_nodes_cannot_use) {
  auto s = node();
  s.cluster.certificate = s.cluster.key = s.cluster.ca = "x.pem";
  s.cluster.listen = "0.0.0.0:7000";
  EXPECT_EQ(broken_key(s), "cluster.advertise");
  s.cluster.advertise = "a.example:0";
  EXPECT_EQ(broken_key(s), "cluster.advertise");
  s.cluster.advertise = "a.example:7000";
  EXPECT_EQ(broken_key(s), "");
}

TEST(check, looks_at_no_other_key_of_a_cluster_that_is_off) {
  settings s;
  s.cluster.listen = "10.0.0.1:7000";
  EXPECT_EQ(broken_key(s), "");
}

TEST(host_port, takes_a_name_an_address_and_an_ipv6_address_in_brackets) {
  EXPECT_EQ(parse_host_port("a.example:7000"), (host_port{"a.example", 7000}));
  EXPECT_EQ(parse_host_port("127.0.0.1:0"), (host_port{"127.0.0.1", 0}));
  EXPECT_EQ(parse_host_port("[::1]:9"), (host_port{"::1", 9}));
  for (const auto* no : {"", ":1", "a", "a:", "a:65536", "a b:1", "::1:9", "[::1:9", "[]:1", "a:1:2", "[a.example]:1x"})
    EXPECT_FALSE(parse_host_port(no)) << no;
}

TEST(host_port, knows_loopback) {
  for (const auto* yes : {"127.0.0.1:1", "127.8.0.1:1", "localhost:1", "[::1]:1"})
    EXPECT_TRUE(parse_host_port(yes)->is_loopback()) << yes;
  for (const auto* no : {"10.0.0.1:1", "0.0.0.0:1", "127.0.0.1.example.org:1", "[::]:1"})
    EXPECT_FALSE(parse_host_port(no)->is_loopback()) << no;
}

} // namespace
} // namespace parley::config
