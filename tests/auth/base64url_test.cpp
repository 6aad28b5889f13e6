#include "auth/base64url.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace parley::auth {
namespace {

TEST(base64url, spells_the_vectors_of_rfc_4648_without_padding) {
  EXPECT_EQ(encode_base64url(""), "");
  EXPECT_EQ(encode_base64url("f"), "Zg");
  EXPECT_EQ(encode_base64url("fo"), "Zm8");
  EXPECT_EQ(encode_base64url("foo"), "Zm9v");
  EXPECT_EQ(encode_base64url("foobar"), "Zm9vYmFy");
  EXPECT_EQ(encode_base64url("\xfb\xff\xfe"), "-__-");
}

TEST(base64url, refuses_every_other_spelling) {
  EXPECT_EQ(decode_base64url("Zg=="), std::nullopt);
  EXPECT_EQ(decode_base64url("Zg "), std::nullopt);
  EXPECT_EQ(decode_base64url("+//+"), std::nullopt);
  EXPECT_EQ(decode_base64url("Z"), std::nullopt) << "no byte string has this length";
  EXPECT_EQ(decode_base64url("Zh"), std::nullopt) << "the trailing bits are not zero";
  EXPECT_EQ(decode_base64url("Zm9"), std::nullopt) << "the trailing bits are not zero";
  EXPECT_EQ(decode_base64url("Zm\xff"), std::nullopt);
}

RC_GTEST_PROP(base64url, gives_back_any_bytes, (const std::string& bytes)) {
  RC_ASSERT(decode_base64url(encode_base64url(bytes)) == bytes);
}

RC_GTEST_PROP(base64url, accepts_one_spelling_a_byte_string, (const std::string& text)) {
  if (auto bytes = decode_base64url(text))
    RC_ASSERT(encode_base64url(*bytes) == text);
}

} // namespace
} // namespace parley::auth
