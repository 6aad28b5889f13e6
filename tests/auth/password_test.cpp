#include "auth/password.hpp"
#include "protocol/base64.hpp"
#include "protocol/text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>
#include <set>
#include <stdexcept>

namespace parley::auth {
namespace {

constexpr int cost = 4;

/// Processor time of this thread, which other processes do not disturb as they do the wall clock.
double cpu_seconds() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

TEST(hash_password, makes_a_2b_hash_of_the_given_cost) {
  auto hash = hash_password("correct horse", cost);
  EXPECT_EQ(hash.size(), 60u);
  EXPECT_EQ(hash.substr(0, 7), "$2b$04$");
  EXPECT_EQ(hash_password("correct horse", 5).substr(0, 7), "$2b$05$");
}

TEST(hash_password, salts_each_hash_anew) {
  EXPECT_NE(hash_password("correct horse", cost), hash_password("correct horse", cost));
}

TEST(hash_password, throws_on_a_cost_that_bcrypt_does_not_have) {
  EXPECT_THROW(hash_password("correct horse", 3), std::runtime_error);
  EXPECT_THROW(hash_password("correct horse", 32), std::runtime_error);
}

TEST(check_password, knows_the_password_and_no_other) {
  auto hash = hash_password("correct horse", cost);
  EXPECT_TRUE(check_password("correct horse", hash, cost));
  EXPECT_FALSE(check_password("correct horsf", hash, cost));
  EXPECT_FALSE(check_password("", hash, cost));
}

TEST(check_password, agrees_with_another_implementation) {
  // a vector of Solar Designer's crypt_blowfish
  EXPECT_TRUE(check_password("U*U", "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", cost));
}

TEST(check_password, reads_all_72_bytes) {
  std::string longest(72, 'x');
  auto hash = hash_password(longest, cost);
  EXPECT_TRUE(check_password(longest, hash, cost));
  EXPECT_FALSE(check_password(std::string(71, 'x') + 'y', hash, cost));
}

TEST(check_password, refuses_what_bcrypt_would_cut_off) {
  std::string longest(72, 'x');
  EXPECT_FALSE(check_password(longest + 'x', hash_password(longest, cost), cost));
  using namespace std::string_literals;
  EXPECT_FALSE(check_password("abcdefgh\0tail"s, hash_password("abcdefgh", cost), cost));
}

TEST(check_password, takes_passwords_of_any_script) {
  auto hash = hash_password("пароль密码", cost);
  EXPECT_TRUE(check_password("пароль密码", hash, cost));
  EXPECT_FALSE(check_password("пароль密碼", hash, cost));
}

TEST(check_password, knows_hashes_of_other_applications) {
  for (const char* prefix : {"$2a$", "$2b$", "$2y$"})
    for (const char* password : {"correct horse", "пароль密码"}) {
      const auto hash = prefix + hash_password(password, cost).substr(4);
      EXPECT_TRUE(check_password(password, hash, cost)) << hash;
      EXPECT_FALSE(check_password("correct horsf", hash, cost)) << hash;
    }
  // made by htpasswd -nbBC 5 (Apache) and by crypt_blowfish's own test
  EXPECT_TRUE(check_password("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", cost));
  for (const char* prefix : {"$2x$", "$2$", "$2c$", "$1$"})
    EXPECT_FALSE(check_password("correct horse", prefix + hash_password("correct horse", cost).substr(4), cost))
      << prefix;
}

TEST(check_password, takes_a_password_in_either_normal_form) {
  const std::string composed = "\u017dlu\u0165 k\u016f\u0148 7";
  const std::string decomposed = "Z\u030clut\u030c ku\u030an\u030c 7";
  const std::string odd_space = "\u017dlu\u0165\u00a0k\u016f\u0148 7";
  const auto now_made = hash_password(prepare_password(decomposed), cost);
  const auto made_before = hash_password(decomposed, cost); // when passwords were hashed as they came
  for (const auto& typed : {composed, decomposed, odd_space})
    EXPECT_TRUE(check_password(typed, now_made, cost)) << typed;
  EXPECT_TRUE(check_password(decomposed, made_before, cost));
  EXPECT_FALSE(check_password(composed, made_before, cost)) << "until the hash is renewed";
  EXPECT_FALSE(check_password("Zlut kun 7", now_made, cost)) << "an accent is not nothing";
}

TEST(check_password, says_which_hashes_are_outdated) {
  const std::string decomposed = "correct ho\u0301rse";
  const auto good = hash_password("correct horse", cost);
  EXPECT_FALSE(check_password("correct horse", good, cost).outdated);
  EXPECT_FALSE(check_password("correct horse", good, cost - 1).outdated) << "nobody's hash is made weaker";
  EXPECT_TRUE(check_password("correct horse", good, cost + 1).outdated);
  EXPECT_TRUE(check_password("correct horse", "$2a$" + good.substr(4), cost).outdated);
  EXPECT_TRUE(check_password("correct horse", "$2y$" + good.substr(4), cost).outdated);
  EXPECT_TRUE(check_password(decomposed, hash_password(decomposed, cost), cost).outdated);
  EXPECT_FALSE(check_password(decomposed, hash_password(prepare_password(decomposed), cost), cost).outdated);
  EXPECT_FALSE(check_password("a wrong one", "$2a$" + good.substr(4), cost).outdated);
}

TEST(check_password, renews_no_hash_of_a_password_that_would_be_too_long) {
  std::string longest; // U+0958 is 3 bytes, and 6 in normal form C
  for (int i = 0; i < 24; ++i)
    longest += "\u0958";
  const auto verdict = check_password(longest, hash_password(longest, cost), cost);
  EXPECT_TRUE(verdict.right);
  EXPECT_FALSE(verdict.outdated);
}

TEST(check_password, refuses_a_missing_or_foreign_hash) {
  EXPECT_FALSE(check_password("correct horse", "", cost));
  EXPECT_FALSE(check_password("correct horse", "correct horse", cost));
  EXPECT_FALSE(check_password("correct horse", "$1$abcdefgh$G3gl4TwrzU2r2j8fXHgEr1", cost));
  EXPECT_FALSE(check_password("", "*0", cost));
  EXPECT_FALSE(check_password("correct horse", "$2b$", cost));
  EXPECT_FALSE(check_password("x", "$2b$99$" + std::string(53, '.'), cost))
    << "the shape of bcrypt, an impossible cost";
}

/// What one refusal costs.
double refusing(std::string_view password, std::string_view hash, int configured) {
  const auto begun = cpu_seconds();
  EXPECT_FALSE(check_password(password, hash, configured));
  return cpu_seconds() - begun;
}

TEST(check_password, works_as_long_for_an_unknown_user_as_for_a_known_one) {
  constexpr int slow = 8; // long enough to tell work from no work
  auto hash = hash_password("correct horse", slow);
  auto known = refusing("wrong password", hash, slow);
  auto unknown = refusing("wrong password", "", slow);
  auto too_long = refusing(std::string(100, 'x'), hash, slow);
  EXPECT_GT(unknown, known / 4);
  EXPECT_LT(unknown, known * 4);
  EXPECT_GT(too_long, known / 4);
}

TEST(check_password, works_as_long_for_an_unknown_user_whatever_is_typed) {
  constexpr int slow = 8;
  const std::string typed = "correct ho\u0301rse"; // tried in two forms
  const auto unknown = refusing(typed, "", slow);
  for (const auto& hash : {hash_password("another", slow), "$2a$" + hash_password("another", slow).substr(4)}) {
    const auto known = refusing(typed, hash, slow);
    EXPECT_GT(known, unknown / 2) << hash;
    EXPECT_LT(known, unknown * 2) << hash;
  }
}

TEST(check_password, works_as_long_for_a_hash_of_a_lower_cost_as_for_an_unknown_user) {
  constexpr int configured = 9; // 32 times the work of the hash below
  const auto unknown = refusing("wrong password", "", configured);
  for (const auto& hash : {hash_password("correct horse", cost), "$2b$03$" + std::string(53, '.')}) {
    const auto known = refusing("wrong password", hash, configured);
    EXPECT_GT(known, unknown / 2) << hash;
    EXPECT_LT(known, unknown * 2) << hash;
  }
}

TEST(random_token, holds_the_bytes_asked_for_in_base64url) {
  EXPECT_EQ(decode_base64url(random_token(32)).value().size(), 32u);
  EXPECT_EQ(random_token(32).size(), 43u);
  EXPECT_EQ(decode_base64url(random_token(1000)).value().size(), 1000u);
  EXPECT_EQ(random_token(0), "");
}

/// The least of a few tries to compare the two, which differ.
double comparing(const std::string& a, const std::string& b) {
  double least = 1e9;
  for (int i = 0; i < 20; ++i) {
    const auto begun = cpu_seconds();
    const bool same = same_secret(a, b);
    least = std::min(least, cpu_seconds() - begun);
    EXPECT_FALSE(same);
  }
  return least;
}

TEST(same_secret, takes_as_long_whichever_byte_differs) {
  // Long enough that one which stops at the first difference would be thousands of times faster.
  const std::string secret(4'000'000, 'x');
  auto first = secret;
  first.front() = 'y';
  auto last = secret;
  last.back() = 'y';
  EXPECT_GT(comparing(secret, first), comparing(secret, last) / 4);
  EXPECT_FALSE(same_secret(secret, secret.substr(1)));
}

TEST(random_token, never_repeats) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i)
    EXPECT_TRUE(seen.insert(random_token(16)).second);
}

TEST(digest, is_sha_256) {
  // FIPS 180-2, appendix B.1
  EXPECT_EQ(encode_base64url(digest("abc")), "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
  EXPECT_EQ(digest("").size(), 32u);
}

} // namespace
} // namespace parley::auth
