#include "auth/signed_url.hpp"
#include "protocol/base64.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <string>
#include <utility>

namespace parley::auth {
namespace {

constexpr timestamp expiry{std::chrono::seconds(1'900'000'000)};
constexpr std::string_view path = "/videos/7/content";
constexpr std::string_view secret = "a secret of thirty-two bytes....";

/// `expires` and `signature` of what was signed.
std::pair<std::string, std::string> parts(const std::string& url) {
  const auto expires = url.find("?expires=") + 9;
  const auto amp = url.find("&signature=");
  return {url.substr(expires, amp - expires), url.substr(amp + 11)};
}

TEST(a_signed_path, is_good_until_its_expiry_and_no_longer) {
  const path_signer signer(secret);
  const auto [expires, signature] = parts(signer.sign(path, expiry));
  EXPECT_TRUE(signer.is_good(path, expires, signature, expiry - std::chrono::hours(7)));
  EXPECT_TRUE(signer.is_good(path, expires, signature, expiry - std::chrono::milliseconds(1)));
  EXPECT_FALSE(signer.is_good(path, expires, signature, expiry));
  EXPECT_FALSE(signer.is_good(path, expires, signature, expiry + std::chrono::hours(1)));
}

TEST(a_signed_path, is_good_as_it_was_signed_and_in_no_other_way) {
  const path_signer signer(secret);
  const auto [expires, signature] = parts(signer.sign(path, expiry));
  const auto now = expiry - std::chrono::hours(1);
  EXPECT_FALSE(signer.is_good("/videos/8/content", expires, signature, now));
  EXPECT_FALSE(signer.is_good("/videos/7/content/", expires, signature, now));
  for (const auto* other : {"1900000001", "01900000000", "+1900000000", " 1900000000", "1900000000x", "", "-1"})
    EXPECT_FALSE(signer.is_good(path, other, signature, now)) << other;
  for (std::size_t i = 0; i < signature.size(); ++i) {
    auto changed = signature;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(signer.is_good(path, expires, changed, now)) << i;
    EXPECT_FALSE(signer.is_good(path, expires, signature.substr(0, i), now)) << i;
  }
  EXPECT_FALSE(path_signer("another secret").is_good(path, expires, signature, now));
}

TEST(a_signed_path, is_signed_by_another_key_than_tokens) {
  // What the secret itself signs, as it does for tokens, is no signature of a path.
  const auto text = std::string(path) + "\n1900000000";
  std::array<unsigned char, 32> mac{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac.data(), &size);
  const auto forged = encode_base64url({reinterpret_cast<const char*>(mac.data()), size});
  ASSERT_EQ(forged.size(), parts(path_signer(secret).sign(path, expiry)).second.size());
  EXPECT_FALSE(path_signer(secret).is_good(path, "1900000000", forged, expiry - std::chrono::hours(1)));
}

} // namespace
} // namespace parley::auth
