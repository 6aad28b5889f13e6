#include "protocol/http_codec.hpp"
#include "tests/protocol/printing.hpp"

#include <gtest/gtest.h>

#include <string>

namespace parley {
namespace {

using test::code_of;
using test::faults;
using test::faults_of;

constexpr timestamp noon{std::chrono::milliseconds{1'795'228'685'123}};

faults register_with(const std::string& username, const std::string& email, const std::string& password) {
  return faults_of(
    decode_registration(R"({"username":)" + username + R"(,"email":)" + email + R"(,"password":)" + password + "}"));
}

const std::string good_name = R"("alice")";
const std::string good_email = R"("a@b.example")";
const std::string good_password = R"("12345678")";

// -- registration ---------------------------------------------------------------------

TEST(a_registration, keeps_what_it_was_given) {
  const auto x = decode_registration(R"({"username":"Алиса","email":"a@b.example","password":" 7 bytes"})");
  ASSERT_TRUE(x);
  EXPECT_EQ(x->username, "Алиса");
  EXPECT_EQ(x->email, "a@b.example");
  EXPECT_EQ(x->password, " 7 bytes");
}

TEST(a_registration, composes_the_username) {
  const auto x = decode_registration(R"({"username":"rene\u0301","email":"a@b.example","password":"12345678"})");
  ASSERT_TRUE(x);
  EXPECT_EQ(x->username, "ren\u00e9");
}

TEST(a_registration, that_is_not_json_is_bad_json) {
  for (const char* text : {"", "x", "{", R"({"username":"\ud800"})", "{} {}"})
    EXPECT_EQ(code_of(decode_registration(text)), error_code::bad_json) << text;
  EXPECT_EQ(code_of(decode_registration(std::string(100'000, '['))), error_code::bad_json);
}

TEST(a_registration, that_is_no_object_is_told_so) {
  for (const char* text : {"[]", "1", "null", R"("x")"})
    EXPECT_EQ(faults_of(decode_registration(text)), (faults{{"", fault::not_an_object}})) << text;
}

TEST(a_registration, hears_of_all_its_faults_at_once) {
  const faults all_required{{"username", fault::required}, {"email", fault::required}, {"password", fault::required}};
  EXPECT_EQ(faults_of(decode_registration("{}")), all_required);
  EXPECT_EQ(register_with("null", "null", "null"), all_required);
  EXPECT_EQ(
    register_with("1", "[]", "true"),
    (faults{{"username", fault::not_a_string}, {"email", fault::not_a_string}, {"password", fault::not_a_string}}));
  EXPECT_EQ(
    register_with(R"("a!")", R"("a@b")", R"("short")"),
    (faults{{"username", fault::bad_characters}, {"email", fault::not_an_email}, {"password", fault::too_short}}));
}

TEST(a_username, is_2_to_32_characters_however_many_bytes) {
  const auto of = [](int count) {
    std::string out = "\"";
    for (int i = 0; i < count; ++i)
      out += "字";
    return out + '"';
  };
  EXPECT_EQ(register_with(of(1), good_email, good_password), (faults{{"username", fault::too_short}}));
  EXPECT_EQ(register_with(of(2), good_email, good_password), faults{});
  EXPECT_EQ(register_with(of(32), good_email, good_password), faults{});
  EXPECT_EQ(register_with(of(33), good_email, good_password), (faults{{"username", fault::too_long}}));
}

TEST(a_username, may_be_taken_by_itself_as_registration_takes_it) {
  EXPECT_EQ(decode_username("Zoe\xCC\x88"), "Zoë");
  EXPECT_EQ(decode_username(std::string(32, 'x')), std::string(32, 'x'));
  for (const auto& bad : {std::string("x"), std::string(33, 'x'), std::string("a b"), std::string(),
                          std::string("\xff"), std::string("ab\0c", 4)})
    EXPECT_EQ(decode_username(bad), std::nullopt) << bad;
}

TEST(a_password, is_8_to_72_bytes) {
  const auto of = [](std::size_t bytes) { return '"' + std::string(bytes, 'p') + '"'; };
  EXPECT_EQ(register_with(good_name, good_email, of(7)), (faults{{"password", fault::too_short}}));
  EXPECT_EQ(register_with(good_name, good_email, of(8)), faults{});
  EXPECT_EQ(register_with(good_name, good_email, of(72)), faults{});
  EXPECT_EQ(register_with(good_name, good_email, of(73)), (faults{{"password", fault::too_long}}));
  EXPECT_EQ(register_with(good_name, good_email, R"("密密密")"), faults{}); // 9 bytes
}

TEST(an_email, is_at_most_254_bytes) {
  EXPECT_EQ(register_with(good_name, '"' + std::string(250, 'a') + "@b.cd\"", good_password),
            (faults{{"email", fault::too_long}}));
}

TEST(a_zero_character, is_taken_in_no_text) {
  EXPECT_EQ(register_with(R"("ali\u0000ce")", R"("a\u0000@b.example")", R"("1234\u00005678")"),
            (faults{{"username", fault::bad_characters},
                    {"email", fault::bad_characters},
                    {"password", fault::bad_characters}}));
}

TEST(a_zero_character, is_taken_in_no_text_that_is_ignored_either) {
  const auto with = [](const std::string& more) {
    return faults_of(
      decode_registration(R"({"username":"alice","email":"a@b.example","password":"12345678",)" + more + "}"));
  };
  EXPECT_EQ(with(R"("ignored":"a\u0000b")"), (faults{{"ignored", fault::bad_characters}}));
  EXPECT_EQ(with(R"("ignored":[{"x":["\u0000"]}],"also":{"\u0000":1})"),
            (faults{{"also", fault::bad_characters}, {"ignored", fault::bad_characters}}));
  EXPECT_EQ(with(R"("a\u0000":1)"), (faults{{"", fault::bad_characters}}));
  EXPECT_EQ(with(R"("hidden":"\u0000","hidden":"")"), (faults{{"", fault::bad_characters}}));
  EXPECT_EQ(with(R"("ignored":"\\u0000")"), faults{}) << "a backslash and five characters";
}

TEST(a_password, is_counted_and_kept_in_one_normal_form) {
  const auto made = [](const std::string& password) {
    return decode_registration(R"({"username":"alice","email":"a@b.example","password":")" + password + "\"}");
  };
  EXPECT_EQ(made("Z\u030clut\u030c ku\u030an")->password, "\u017dlu\u0165 k\u016fn");
  std::string decomposed; // 36 letters: 108 bytes as they come, 72 in the normal form
  for (int i = 0; i < 36; ++i)
    decomposed += "e\u0301";
  EXPECT_TRUE(made(decomposed));
  EXPECT_EQ(faults_of(made("e\u0301e\u0301e\u0301")), (faults{{"password", fault::too_short}})) << "6 bytes";
}

TEST(names_and_passwords, have_the_configured_bounds) {
  text_limits bounds;
  bounds.username_min = 5;
  bounds.username_max = 6;
  bounds.password_min_bytes = 12;
  bounds.password_max_bytes = 13;
  const auto made = [&](std::size_t name, std::size_t password) {
    const auto body = R"("username":")" + std::string(name, 'n') + R"(","password":")" + std::string(password, 'p') +
                      R"(","current_password":"old")";
    const auto of_new = faults_of(decode_registration(R"({"email":"a@b.example",)" + body + "}", bounds));
    EXPECT_EQ(faults_of(decode_profile_patch("{" + body + "}", limits::avatar_bytes, bounds)), of_new);
    return of_new;
  };
  EXPECT_EQ(made(5, 12), faults{});
  EXPECT_EQ(made(6, 13), faults{});
  EXPECT_EQ(made(4, 11), (faults{{"username", fault::too_short}, {"password", fault::too_short}}));
  EXPECT_EQ(made(7, 14), (faults{{"username", fault::too_long}, {"password", fault::too_long}}));
}

// -- the rest -----------------------------------------------------------------------------

TEST(a_refresh, has_its_token) {
  const auto x = decode_refresh(R"({"refresh_token":"r"})");
  ASSERT_TRUE(x);
  EXPECT_EQ(x->refresh_token, "r");
  EXPECT_EQ(faults_of(decode_refresh("{}")), (faults{{"refresh_token", fault::required}}));
  EXPECT_EQ(faults_of(decode_refresh(R"({"refresh_token":5})")), (faults{{"refresh_token", fault::not_a_string}}));
}

TEST(a_profile_patch, may_change_nothing) {
  for (const char* text : {"{}", R"({"username":null,"email":null,"password":null,"current_password":null})"}) {
    const auto x = decode_profile_patch(text);
    ASSERT_TRUE(x) << text;
    EXPECT_FALSE(x->username || x->email || x->password || x->current_password);
  }
}

TEST(a_profile_patch, may_change_all) {
  const auto x =
    decode_profile_patch(R"({"username":"bob","email":"b@c.example","password":"12345678","current_password":"old"})");
  ASSERT_TRUE(x);
  EXPECT_EQ(x->username, "bob");
  EXPECT_EQ(x->email, "b@c.example");
  EXPECT_EQ(x->password, "12345678");
  EXPECT_EQ(x->current_password, "old");
}

TEST(a_profile_patch, asks_for_the_current_password_beside_a_new_one) {
  EXPECT_EQ(faults_of(decode_profile_patch(R"({"password":"12345678"})")),
            (faults{{"current_password", fault::required}}));
  EXPECT_EQ(faults_of(decode_profile_patch(R"({"username":"b","email":"x","password":"1","current_password":7})")),
            (faults{{"username", fault::too_short},
                    {"email", fault::not_an_email},
                    {"password", fault::too_short},
                    {"current_password", fault::not_a_string}}));
}

// -- answers --------------------------------------------------------------------------------

const user alice{user_id{2}, "alice", "a@b.example", std::nullopt, user_role::admin, noon};
const std::string alice_members = R"("id":2,"username":"alice","email":"a@b.example","avatar_url":null,"role":"admin",)"
                                  R"("created_at":"2026-11-21T02:38:05.123Z")";

TEST(a_user, is_written_with_all_members) {
  EXPECT_EQ(encode(alice), "{" + alice_members + "}");
}

TEST(an_own_profile, lists_the_rooms) {
  own_profile x{alice, {{room_id{1}, "a", true, 2}}, {}, 7};
  EXPECT_EQ(encode(x), "{" + alice_members +
                         R"(,"owned_rooms":[{"id":1,"name":"a","is_active":true,"unread":2}],"joined_rooms":[],)"
                         R"("unread_notifications":7})");
}

TEST(tokens, are_bearer_tokens) {
  EXPECT_EQ(encode(token_pair{"a", "r", 1800}),
            R"({"access_token":"a","refresh_token":"r","token_type":"bearer","expires_in":1800})");
  EXPECT_EQ(encode(token_state{user_id{2}, "alice", noon}),
            R"({"valid":true,"user_id":2,"username":"alice","expires_at":"2026-11-21T02:38:05.123Z"})");
}

} // namespace
} // namespace parley
