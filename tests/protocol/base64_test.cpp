#include "protocol/base64.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

namespace parley {
namespace {

TEST(base64, is_read_with_and_without_padding) { // RFC 4648 §10
  EXPECT_EQ(decode_any_base64(""), "");
  EXPECT_EQ(decode_any_base64("Zg=="), "f");
  EXPECT_EQ(decode_any_base64("Zg"), "f");
  EXPECT_EQ(decode_any_base64("Zm8="), "fo");
  EXPECT_EQ(decode_any_base64("Zm8"), "fo");
  EXPECT_EQ(decode_any_base64("Zm9v"), "foo");
  EXPECT_EQ(decode_any_base64("Zm9vYmFy"), "foobar");
  EXPECT_EQ(decode_any_base64("+/+/"), "\xfb\xff\xbf");
}

TEST(base64, of_either_alphabet_is_read) { // RFC 4648 §4 and §5
  EXPECT_EQ(decode_any_base64("+/+/"), decode_any_base64("-_-_"));
  EXPECT_EQ(decode_any_base64("-_-_-w=="), "\xfb\xff\xbf\xfb");
}

TEST(base64, in_lines_is_read) { // RFC 2045 §6.8
  for (const char* text : {"Zm9vYg==\n", "Zm9v\r\nYg==\r\n", " Zm9vYg==", "Z m\t9\fvYg", "Zm9vYg\n==", "Zm9vYg=\n="})
    EXPECT_EQ(decode_any_base64(text), "foob") << text;
  EXPECT_EQ(decode_any_base64("\n"), "");
}

TEST(base64, of_another_form_is_none) {
  for (const char* text : {"Z", "Zm9vY", "Zg=", "Zg===", "=", "==", "====", "Zm9v====", "Zm8=Zm8=", "Zg==Zg==", "Z=g=",
                           "Zm9\xc3\xa9", "Zm9v=", "=Zm9v", "\n=", "Zm9v\v", "Zm9v\x7f", "Zm9v.", "Zm9v%3D"})
    EXPECT_EQ(decode_any_base64(text), std::nullopt) << text;
}

TEST(base64, with_bits_that_belong_to_no_byte_is_none) {
  EXPECT_EQ(decode_any_base64("Zh"), std::nullopt);
  EXPECT_EQ(decode_any_base64("Zh=="), std::nullopt);
  EXPECT_EQ(decode_any_base64("Zm9="), std::nullopt);
}

std::string encode_base64(const std::string& bytes) {
  const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bits;
  for (char c : bytes) {
    for (int i = 7; i >= 0; --i)
      bits += (static_cast<unsigned char>(c) >> i & 1) != 0 ? '1' : '0';
  }
  bits.resize((bits.size() + 5) / 6 * 6, '0');
  std::string out;
  for (std::size_t i = 0; i < bits.size(); i += 6)
    out += alphabet[std::stoul(bits.substr(i, 6), nullptr, 2)];
  return out;
}

RC_GTEST_PROP(base64, of_any_bytes_comes_back, (const std::string& bytes)) {
  auto text = encode_base64(bytes);
  RC_ASSERT(decode_any_base64(text) == bytes);
  text.resize((text.size() + 3) / 4 * 4, '=');
  RC_ASSERT(decode_any_base64(text) == bytes);
  for (std::size_t at = 76; at < text.size(); at += 78)
    text.insert(at, "\r\n");
  RC_ASSERT(decode_any_base64(text) == bytes);
}

} // namespace
} // namespace parley
