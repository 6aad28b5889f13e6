// A refresh token has one successor, which nobody else finds.
#include "auth/refresh.hpp"
#include "protocol/base64.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

namespace parley::auth {
namespace {

constexpr std::string_view secret = "a secret of at least 32 bytes ......";

TEST(a_successor, is_the_same_each_time) {
  const auto first = derive_successor("a token", secret);
  const auto again = derive_successor("a token", secret);
  EXPECT_EQ(first.refresh_token, again.refresh_token);
  EXPECT_EQ(first.access_id, again.access_id);
}

TEST(a_successor, is_as_long_as_a_random_token) {
  const auto next = derive_successor("a token", secret);
  EXPECT_EQ(decode_base64url(next.refresh_token).value().size(), 32U);
  EXPECT_EQ(decode_base64url(next.access_id).value().size(), 16U);
}

TEST(a_successor, depends_on_the_token_and_on_the_secret) {
  std::set<std::string> seen;
  for (const auto* token : {"", "a", "b", "a token"})
    for (const auto* key : {"one", "two"}) {
      const auto next = derive_successor(token, key);
      EXPECT_TRUE(seen.insert(next.refresh_token).second);
      EXPECT_TRUE(seen.insert(next.access_id).second);
    }
}

TEST(a_successor, does_not_tell_the_id_of_its_access_token) {
  const auto next = derive_successor("a token", secret);
  EXPECT_NE(decode_base64url(next.refresh_token)->substr(0, 16), decode_base64url(next.access_id));
}

RC_GTEST_PROP(a_chain_of_successors, never_comes_back, (const std::string& begin)) {
  std::set<std::string> seen{begin};
  auto token = begin;
  for (int i = 0; i < 20; ++i) {
    token = derive_successor(token, secret).refresh_token;
    RC_ASSERT(seen.insert(token).second);
  }
}

} // namespace
} // namespace parley::auth
