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

// -- changes to a member ----------------------------------------------------------------

TEST(a_member_patch, sets_a_role) {
  const auto x = decode_member_patch(R"({"role":"moderator"})");
  ASSERT_TRUE(x);
  EXPECT_EQ(x->role, member_role::moderator);
  EXPECT_FALSE(x->muted_until.has_value());
  EXPECT_EQ(decode_member_patch(R"({"role":"moderator","role":"member"})")->role, member_role::member);
}

TEST(a_member_patch, mutes_until_a_time_with_any_offset) {
  for (const char* time :
       {"2026-11-21T02:38:05.123Z", "2026-11-21T10:38:05.123+08:00", "2026-11-20t23:08:05.123-03:30"}) {
    const auto x = decode_member_patch(R"({"muted_until":")" + std::string{time} + "\"}");
    ASSERT_TRUE(x) << time;
    EXPECT_EQ(x->muted_until, std::optional{noon}) << time;
    EXPECT_FALSE(x->role);
  }
}

TEST(a_member_patch, lets_speak_again) {
  const auto x = decode_member_patch(R"({"muted_until":null})");
  ASSERT_TRUE(x);
  ASSERT_TRUE(x->muted_until.has_value());
  EXPECT_FALSE(x->muted_until->has_value());
}

TEST(a_member_patch, changes_exactly_one_thing) {
  for (const char* none : {"{}", R"({"role":null})", R"({"muted":true})"})
    EXPECT_EQ(faults_of(decode_member_patch(none)), (faults{{"role", fault::required}})) << none;
  for (const char* both :
       {R"({"role":"member","muted_until":null})", R"({"muted_until":"2026-11-21T02:38:05Z","role":"moderator"})"})
    EXPECT_EQ(faults_of(decode_member_patch(both)), (faults{{"muted_until", fault::exclusive}})) << both;
}

TEST(a_member_patch, makes_no_owner) {
  for (const char* role : {"owner", "admin", "Member", ""})
    EXPECT_EQ(faults_of(decode_member_patch(R"({"role":")" + std::string{role} + "\"}")),
              (faults{{"role", fault::not_a_choice}}))
      << role;
}

TEST(a_member_patch, that_is_mistyped_is_told_so) {
  EXPECT_EQ(faults_of(decode_member_patch(R"({"role":1})")), (faults{{"role", fault::not_a_string}}));
  EXPECT_EQ(faults_of(decode_member_patch(R"({"muted_until":1795228685})")),
            (faults{{"muted_until", fault::not_a_string}}));
  for (const char* time : {"tomorrow", "", "2026-11-21", "2026-11-21T02:38:05", "2026-02-30T00:00:00Z"})
    EXPECT_EQ(faults_of(decode_member_patch(R"({"muted_until":")" + std::string{time} + "\"}")),
              (faults{{"muted_until", fault::not_a_time}}))
      << time;
  EXPECT_EQ(faults_of(decode_member_patch(R"(["role"])")), (faults{{"", fault::not_an_object}}));
  EXPECT_EQ(code_of(decode_member_patch("")), error_code::bad_json);
}

TEST(a_user_reference, is_an_id) {
  const auto x = decode_user_reference(R"({"user_id":1,"user_id":7})");
  ASSERT_TRUE(x);
  EXPECT_EQ(x->user, user_id{7});
  EXPECT_EQ(faults_of(decode_user_reference("{}")), (faults{{"user_id", fault::required}}));
  EXPECT_EQ(faults_of(decode_user_reference(R"({"user_id":"7"})")), (faults{{"user_id", fault::not_an_integer}}));
  EXPECT_EQ(faults_of(decode_user_reference(R"({"user_id":0})")), (faults{{"user_id", fault::out_of_range}}));
  EXPECT_EQ(faults_of(decode_user_reference(R"({"user_id":9223372036854775808})")),
            (faults{{"user_id", fault::out_of_range}}));
}

// -- answers ------------------------------------------------------------------------------

const user_brief alice{user_id{2}, "alice", "/avatars/x.png"};

TEST(a_member, is_shown_after_a_change) {
  member_state x{{alice, member_role::moderator, noon, true}, std::nullopt};
  const std::string members = R"({"id":2,"username":"alice","avatar_url":"/avatars/x.png","role":"moderator",)"
                              R"("online":true,"joined_at":"2026-11-21T02:38:05.123Z","muted_until":)";
  EXPECT_EQ(encode(x), members + "null}");
  x.muted_until = noon;
  EXPECT_EQ(encode(x), members + R"("2026-11-21T02:38:05.123Z"})");
}

TEST(an_admission, is_at_once_or_pending) {
  EXPECT_EQ(encode(admission{}), R"({"status":"joined"})");
  notification asked;
  asked.id = notification_id{5};
  asked.kind = notification_kind::owner_invitation;
  EXPECT_EQ(encode(admission{asked}), R"({"status":"pending","notification_id":5,"type":"owner_invitation"})");
}

TEST(users, are_shown_in_pages) {
  EXPECT_EQ(encode(user_view{alice, true}),
            R"({"id":2,"username":"alice","avatar_url":"/avatars/x.png","online":true})");
  EXPECT_EQ(encode(page<user_view>{{{alice, false}}, 21, 2, 20}),
            R"({"items":[{"id":2,"username":"alice","avatar_url":"/avatars/x.png","online":false}],)"
            R"("total":21,"page":2,"size":20})");
  EXPECT_EQ(encode(page<user_brief>{{alice, {user_id{3}, "bob", std::nullopt}}, 2, 1, 20}),
            R"({"items":[{"id":2,"username":"alice","avatar_url":"/avatars/x.png"},)"
            R"({"id":3,"username":"bob","avatar_url":null}],"total":2,"page":1,"size":20})");
  EXPECT_EQ(encode(page<user_brief>{}), R"({"items":[],"total":0,"page":1,"size":20})");
}

} // namespace
} // namespace parley
