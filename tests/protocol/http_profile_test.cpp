// The avatar of a profile patch; its other members are in http_users_test.cpp.
#include "protocol/http_codec.hpp"
#include "tests/protocol/printing.hpp"

#include <gtest/gtest.h>

#include <string>

namespace parley {
namespace {

using test::code_of;
using test::faults;
using test::faults_of;

std::string with_avatar(const std::string& text) {
  return R"({"avatar":")" + text + "\"}";
}

TEST(an_avatar, is_spoken_of_or_not) {
  const auto silent = decode_profile_patch(R"({"username":"alice"})");
  ASSERT_TRUE(silent);
  EXPECT_FALSE(silent->avatar.has_value());
  const auto removed = decode_profile_patch(R"({"avatar":null})");
  ASSERT_TRUE(removed);
  ASSERT_TRUE(removed->avatar.has_value());
  EXPECT_FALSE(removed->avatar->has_value());
}

TEST(an_avatar, is_base64_or_a_data_url_of_a_picture) {
  for (const char* text :
       {"Zm9vYg==", "Zm9vYg", R"(Zm9v\r\nYg==\n)", "data:image/png;base64,Zm9vYg==", "data:image/jpeg;base64,Zm9vYg",
        "data:image/jpg;base64,Zm9vYg==", "data:image/webp;base64,Zm9vYg==", "DATA:image/PNG;Base64,Zm9vYg==",
        "data:image/gif;base64,Zm9vYg", "data:image/x-png;base64,Zm9vYg", "data:;base64,Zm9vYg",
        "data:application/octet-stream;base64,Zm9vYg", "data:image/png;charset=utf-8;base64,Zm9vYg",
        R"(data:image/png;name=\"a,b;base64.png\";base64,Zm9vYg)", R"( data:image/png ; a=b ; base64 , Zm9vYg\n)",
        "data:image/png;base64,Zm9v%59g%3d%3D"}) {
    const auto x = decode_profile_patch(with_avatar(text));
    ASSERT_TRUE(x) << text;
    EXPECT_EQ(x->avatar, std::optional<std::string>{"foob"}) << text;
  }
}

TEST(an_avatar, of_another_form_is_a_bad_image) {
  for (const char* text : {"",
                           " ",
                           "!",
                           "Zm9vYg=",
                           "data:image/png;base64,",
                           "data:image/png;base64,*",
                           "data:image/png,Zm9v",
                           "data:image/pngbase64,Zm9v",
                           "data:base64,Zm9v",
                           "data:image/png;base64",
                           "data:text/html;base64,Zm9v",
                           "data:text/plain;x=image/png;base64,Zm9v",
                           "data:image/png;base64,Zm9v%",
                           "data:image/png;base64,Zm9v%4",
                           "data:image/png;base64,Zm9v%ff",
                           "data:image/png;base64,data:image/png;base64,Zm9v",
                           "https://a.example/x.png",
                           "data:",
                           ":",
                           ","})
    EXPECT_EQ(code_of(decode_profile_patch(with_avatar(text))), error_code::bad_image) << text;
}

TEST(an_avatar, that_is_bad_is_named_beside_other_faults) {
  EXPECT_EQ(faults_of(decode_profile_patch(R"({"username":"a","avatar":"!"})")),
            (faults{{"username", fault::too_short}, {"avatar", fault::not_an_image}}));
}

TEST(an_avatar, of_another_type_is_not_valid) {
  EXPECT_EQ(faults_of(decode_profile_patch(R"({"avatar":5})")), (faults{{"avatar", fault::not_a_string}}));
  EXPECT_EQ(faults_of(decode_profile_patch(R"({"avatar":{"data":"Zm9v"}})")),
            (faults{{"avatar", fault::not_a_string}}));
  EXPECT_EQ(faults_of(decode_profile_patch(with_avatar("Zm9v\\u0000"))), (faults{{"avatar", fault::bad_characters}}));
}

TEST(an_avatar, has_at_most_as_many_bytes_as_are_allowed) {
  EXPECT_EQ(code_of(decode_profile_patch(with_avatar("Zm9vYg=="), 4)), error_code::none);
  EXPECT_EQ(faults_of(decode_profile_patch(with_avatar("Zm9vYg=="), 3)), (faults{{"avatar", fault::too_long}}));
}

TEST(an_avatar, has_at_most_2_mib_by_default) {
  const std::string two_mib((2 * 1024 * 1024 + 2) / 3 * 4 - 1, 'A'); // 2 MiB, and no padding
  EXPECT_EQ(code_of(decode_profile_patch(with_avatar(two_mib))), error_code::none);
  EXPECT_EQ(faults_of(decode_profile_patch(with_avatar(two_mib + "A"))), (faults{{"avatar", fault::too_long}}));
}

} // namespace
} // namespace parley
