#include "config/check.hpp"

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

TEST(check, refuses_a_cluster) {
  settings s;
  s.cluster.enabled = true;
  ASSERT_EQ(broken_key(s), "cluster.enabled");
  EXPECT_NE(check(s)->what.find("not in this version"), std::string::npos);
}

} // namespace
} // namespace parley::config
