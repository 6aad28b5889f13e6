#include "protocol/base64.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace parley {
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

TEST(standard_base64, spells_the_vectors_of_rfc_4648_with_padding) { // §10
  EXPECT_EQ(encode_base64(""), "");
  EXPECT_EQ(encode_base64("f"), "Zg==");
  EXPECT_EQ(encode_base64("fo"), "Zm8=");
  EXPECT_EQ(encode_base64("foo"), "Zm9v");
  EXPECT_EQ(encode_base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(encode_base64("\xfb\xff\xfe"), "+//+");
}

TEST(standard_base64, refuses_every_other_spelling) {
  for (const char* text : {"Zg", "Zg=", "Zg===", "Zg==\n", "-__-", "Zh==", "Zm9=", "Z===", "====", "Z=g=", "Zg==Zg=="})
    EXPECT_EQ(decode_base64(text), std::nullopt) << text;
}

RC_GTEST_PROP(standard_base64, has_one_spelling_a_byte_string, (const std::string& text)) {
  RC_ASSERT(decode_base64(encode_base64(text)) == text);
  if (auto bytes = decode_base64(text))
    RC_ASSERT(encode_base64(*bytes) == text);
}

RC_GTEST_PROP(base64url, gives_back_any_bytes, (const std::string& bytes)) {
  RC_ASSERT(decode_base64url(encode_base64url(bytes)) == bytes);
}

RC_GTEST_PROP(base64url, accepts_one_spelling_a_byte_string, (const std::string& text)) {
  if (auto bytes = decode_base64url(text))
    RC_ASSERT(encode_base64url(*bytes) == text);
}

} // namespace
} // namespace parley
