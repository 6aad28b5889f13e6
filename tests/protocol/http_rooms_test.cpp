#include "protocol/http_codec.hpp"
#include "tests/protocol/printing.hpp"

#include <gtest/gtest.h>

#include <string>

namespace parley {
namespace {

using test::code_of;
using test::faults;
using test::faults_of;

// -- new rooms ------------------------------------------------------------------------------

TEST(a_new_room, needs_a_name_only) {
  const auto x = decode_new_room(R"({"name":"general","description":null,"config":null})");
  ASSERT_TRUE(x);
  EXPECT_EQ(x->name, "general");
  EXPECT_EQ(x->description, "");
  EXPECT_EQ(x->config, room_config{});
}

TEST(a_new_room, may_set_members_of_its_config) {
  const auto x = decode_new_room(
    R"({"name":"x","description":"d","config":{"is_public":true,"join_policy":"invite","history":null}})");
  ASSERT_TRUE(x);
  EXPECT_EQ(x->description, "d");
  room_config expected;
  expected.is_public = true;
  expected.join = join_policy::invite;
  EXPECT_EQ(x->config, expected);
}

TEST(a_new_room, hears_of_all_its_faults_at_once) {
  EXPECT_EQ(faults_of(decode_new_room("{}")), (faults{{"name", fault::required}}));
  EXPECT_EQ(
    faults_of(decode_new_room(R"({"name":7,"description":[],"config":5})")),
    (faults{{"name", fault::not_a_string}, {"description", fault::not_a_string}, {"config", fault::not_an_object}}));
  EXPECT_EQ(
    faults_of(decode_new_room(
      R"({"name":"","config":{"is_public":1,"join_policy":"x","history":2,"allow_guests":"no","sync_mode":"ON"}})")),
    (faults{{"name", fault::too_short},
            {"config.is_public", fault::not_a_boolean},
            {"config.join_policy", fault::not_a_choice},
            {"config.history", fault::not_a_string},
            {"config.allow_guests", fault::not_a_boolean},
            {"config.sync_mode", fault::not_a_choice}}));
}

TEST(a_rooms_name, is_1_to_100_characters_and_not_blank) {
  const auto of = [](int count) {
    std::string out = R"({"name":")";
    for (int i = 0; i < count; ++i)
      out += "室";
    return out + "\"}";
  };
  EXPECT_TRUE(decode_new_room(of(1)));
  EXPECT_TRUE(decode_new_room(of(100)));
  EXPECT_EQ(faults_of(decode_new_room(of(101))), (faults{{"name", fault::too_long}}));
  EXPECT_EQ(faults_of(decode_new_room(R"({"name":" \t\u3000"})")), (faults{{"name", fault::blank}}));
  EXPECT_EQ(faults_of(decode_new_room(R"({"name":"a\u0000"})")), (faults{{"name", fault::bad_characters}}));
}

TEST(a_rooms_name, has_the_configured_bound) {
  text_limits bounds;
  bounds.room_name_characters = 3;
  EXPECT_TRUE(decode_new_room(R"({"name":"室室室"})", bounds));
  EXPECT_EQ(faults_of(decode_new_room(R"({"name":"four"})", bounds)), (faults{{"name", fault::too_long}}));
  EXPECT_EQ(faults_of(decode_room_patch(R"({"name":"four"})", bounds)), (faults{{"name", fault::too_long}}));
}

TEST(a_description, is_at_most_1000_characters) {
  const auto of = [](std::size_t count) { return R"({"description":")" + std::string(count, 'd') + "\"}"; };
  EXPECT_TRUE(decode_room_patch(of(1000)));
  EXPECT_EQ(faults_of(decode_room_patch(of(1001))), (faults{{"description", fault::too_long}}));
}

// -- changes ----------------------------------------------------------------------------------

TEST(a_room_patch, changes_what_it_names) {
  const auto nothing = decode_room_patch(R"({"name":null})");
  ASSERT_TRUE(nothing);
  EXPECT_FALSE(nothing->name || nothing->description);
  const auto both = decode_room_patch(R"({"name":"n","description":""})");
  ASSERT_TRUE(both);
  EXPECT_EQ(both->name, "n");
  EXPECT_EQ(both->description, "");
  EXPECT_EQ(faults_of(decode_room_patch(R"({"name":" "})")), (faults{{"name", fault::blank}}));
}

TEST(a_config_patch, leaves_alone_what_it_does_not_name) {
  const auto patch = decode_config_patch(R"({"allow_guests":true,"sync_mode":"off","unknown":1})");
  ASSERT_TRUE(patch);
  room_config before;
  before.is_public = true;
  before.history = history_policy::none;
  auto expected = before;
  expected.allow_guests = true;
  expected.sync = sync_mode::off;
  EXPECT_EQ(apply(*patch, before), expected);
  EXPECT_EQ(apply(config_patch{}, before), before);
}

TEST(a_config_patch, names_its_faults_without_a_prefix) {
  EXPECT_EQ(faults_of(decode_config_patch(R"({"is_public":"yes","history":"some"})")),
            (faults{{"is_public", fault::not_a_boolean}, {"history", fault::not_a_choice}}));
}

// -- references ---------------------------------------------------------------------------------

TEST(a_room_reference, is_a_positive_integer) {
  const auto x = decode_room_reference(R"({"room_id":9223372036854775807})");
  ASSERT_TRUE(x);
  EXPECT_EQ(x->room, room_id{9223372036854775807});
  const auto fault_of = [](const std::string& value) {
    return faults_of(decode_room_reference(R"({"room_id":)" + value + "}"));
  };
  EXPECT_EQ(fault_of("null"), (faults{{"room_id", fault::required}}));
  for (const char* value : {"0", "-1", "0.0", "9223372036854775808", "9223372036854775808.0", "1e300"})
    EXPECT_EQ(fault_of(value), (faults{{"room_id", fault::out_of_range}})) << value;
  for (const char* value : {"1.5", "\"1\"", "true", "[]", "15e-1"})
    EXPECT_EQ(fault_of(value), (faults{{"room_id", fault::not_an_integer}})) << value;
}

TEST(a_room_reference, may_be_written_with_a_point_or_an_exponent) {
  EXPECT_EQ(decode_room_reference(R"({"room_id":101.0})")->room, room_id{101});
  EXPECT_EQ(decode_room_reference(R"({"room_id":1e2})")->room, room_id{100});
}

TEST(a_member_request, may_be_empty) {
  for (const char* text : {"", "{}", R"({"user_id":null})"}) {
    const auto x = decode_member_request(text);
    ASSERT_TRUE(x) << text;
    EXPECT_FALSE(x->user);
  }
  EXPECT_EQ(decode_member_request(R"({"user_id":4})")->user, user_id{4});
  EXPECT_EQ(code_of(decode_member_request(" ")), error_code::bad_json);
  EXPECT_EQ(faults_of(decode_member_request("[]")), (faults{{"", fault::not_an_object}}));
  EXPECT_EQ(faults_of(decode_member_request(R"({"user_id":0})")), (faults{{"user_id", fault::out_of_range}}));
}

// -- answers --------------------------------------------------------------------------------------

room_view lobby() {
  room_view out;
  out.value.id = room_id{3};
  out.value.name = "lobby";
  out.value.owner = user_id{2};
  out.value.members = 4;
  return out;
}

/// As a stranger sees it.
seen_room lobby_from_outside() {
  return {lobby(), {}};
}

const std::string lobby_members =
  R"("id":3,"name":"lobby","description":"","owner_id":2,"is_active":false,"active_users":0,)"
  R"("member_count":4,"config":{"is_public":false,"join_policy":"approval","history":"all","allow_guests":false,"sync_mode":"owner"},)"
  R"("created_at":"1970-01-01T00:00:00.000Z")";

const std::string stranger =
  R"(,"me":{"role":null,"muted_until":null,"joined_at":null,"last_read_id":0,"unread":0,"pending":null,"may":[]})";

TEST(a_room, is_written_with_its_config_and_with_what_it_is_to_a_stranger) {
  EXPECT_EQ(encode(lobby_from_outside()), "{" + lobby_members + stranger + "}");
}

TEST(a_room, is_written_with_what_it_is_to_a_member) {
  auto x = lobby_from_outside();
  x.me = {.role = member_role::moderator,
          .muted_until = timestamp{std::chrono::seconds(2)},
          .joined_at = timestamp{std::chrono::seconds(1)},
          .last_read = message_id{7},
          .unread = 12,
          .pending = notification_id{9},
          .may = {room_action::send, room_action::answer_requests}};
  EXPECT_EQ(encode(x), "{" + lobby_members +
                         R"(,"me":{"role":"moderator","muted_until":"1970-01-01T00:00:02.000Z",)"
                         R"("joined_at":"1970-01-01T00:00:01.000Z","last_read_id":7,"unread":12,"pending":9,)"
                         R"("may":["send","answer_requests"]}})");
}

TEST(a_room, tells_its_last_message_where_that_is_asked_for) {
  auto x = lobby_from_outside();
  x.last_message.emplace();
  EXPECT_EQ(encode(x), "{" + lobby_members + stranger + R"(,"last_message":null})");
  message last;
  last.id = message_id{5};
  last.content = "hi";
  x.last_message->emplace(last);
  EXPECT_NE(encode(x).find(R"("last_message":{"id":5,"room_id":0,)"), std::string::npos) << encode(x);
}

TEST(a_page_of_rooms, says_where_it_is) {
  EXPECT_EQ(encode(page<seen_room>{{lobby_from_outside(), lobby_from_outside()}, 12, 2, 10}),
            R"({"items":[{)" + lobby_members + stranger + "},{" + lobby_members + stranger +
              R"(}],"total":12,"page":2,"size":10})");
  EXPECT_EQ(encode(page<seen_room>{}), R"({"items":[],"total":0,"page":1,"size":20})");
}

TEST(the_details_of_a_room, add_owner_and_members) {
  const user_brief alice{user_id{2}, "alice", "/avatars/a.png"};
  room_details x{lobby(), {}, alice, {{alice, member_role::owner, timestamp{}, true}}};
  const std::string brief = R"("id":2,"username":"alice","avatar_url":"/avatars/a.png")";
  EXPECT_EQ(encode(x), "{" + lobby_members + stranger + R"(,"owner":{)" + brief + R"(},"members":[{)" + brief +
                         R"(,"role":"owner","online":true,"joined_at":"1970-01-01T00:00:00.000Z"}]})");
}

} // namespace
} // namespace parley
