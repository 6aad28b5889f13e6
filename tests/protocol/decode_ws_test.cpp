#include "protocol/text.hpp"
#include "tests/protocol/generators.hpp"
#include "tests/protocol/ws_frames.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck/gtest.h>

namespace parley {
namespace {

using nlohmann::json;

using test::refusal;
using test::taken;

std::string request_id(std::string_view text) {
  const auto request = decode_ws(text);
  return request ? request->request_id : request.error().request_id;
}

// -- what is taken -------------------------------------------------------------------

TEST(a_ping, keeps_the_clients_timestamp_of_any_kind) {
  const auto echo = [](std::string_view text) { return taken<ping_command>(text).timestamp; };
  EXPECT_EQ(echo(R"({"type":"ping","payload":{"timestamp":17}})"), "17");
  EXPECT_EQ(echo(R"({"type":"ping","payload":{"timestamp":"a\"b"}})"), R"("a\"b")");
  EXPECT_EQ(echo(R"({"type":"ping","payload":{"timestamp":{"a":[1,null]}}})"), R"({"a":[1,null]})");
}

TEST(a_ping, keeps_the_timestamp_as_it_was_written) {
  EXPECT_EQ(taken<ping_command>(R"({"type":"ping","payload": {"timestamp" : {"b":1.50, "a":1E2} }})").timestamp,
            R"({"b":1.50, "a":1E2})");
  EXPECT_EQ(taken<ping_command>(R"({"timestamp":1,"payload":{"x":{"timestamp":2},"timestamp":12345678901234567890123},)"
                                R"("type":"ping"})")
              .timestamp,
            "12345678901234567890123");
}

TEST(a_ping, needs_neither_timestamp_nor_payload) {
  for (const char* text : {R"({"type":"ping"})", R"({"type":"ping","payload":{}})", R"({"type":"ping","payload":null})",
                           R"({"type":"ping","payload":{"timestamp":null}})"})
    EXPECT_EQ(taken<ping_command>(text).timestamp, "null") << text;
}

TEST(an_auth, has_a_token) {
  EXPECT_EQ(taken<auth_command>(R"({"type":"auth","payload":{"token":"t.t.t"}})").token, "t.t.t");
}

TEST(a_join_room, may_say_which_changes_it_knows_and_that_it_is_for_members_only) {
  const auto join = [](const std::string& more) {
    return taken<join_room_command>(R"({"type":"join_room","payload":{"room_id":7)" + more + "}}");
  };
  EXPECT_EQ(join("").last_change, std::nullopt);
  EXPECT_EQ(join(R"(,"last_change":null,"members_only":null)").last_change, std::nullopt);
  EXPECT_EQ(join(R"(,"last_change":0)").last_change, 0);
  EXPECT_EQ(join(R"(,"last_change":41)").last_change, 41);
  EXPECT_FALSE(join("").members_only);
  EXPECT_FALSE(join(R"(,"members_only":false)").members_only);
  EXPECT_TRUE(join(R"(,"members_only":true)").members_only);
}

TEST(a_join_room, may_say_where_it_left_off) {
  const auto last = [](std::string_view text) { return taken<join_room_command>(text).last_message; };
  EXPECT_EQ(last(R"({"type":"join_room","payload":{"room_id":7}})"), std::nullopt);
  EXPECT_EQ(last(R"({"type":"join_room","payload":{"room_id":7,"last_message_id":null}})"), std::nullopt);
  EXPECT_EQ(last(R"({"type":"join_room","payload":{"room_id":7,"last_message_id":0}})"), message_id{0});
  EXPECT_EQ(last(R"({"type":"join_room","payload":{"room_id":7,"last_message_id":41}})"), message_id{41});
}

TEST(a_leave_room, names_the_room) {
  EXPECT_EQ(taken<leave_room_command>(R"({"type":"leave_room","payload":{"room_id":9223372036854775807}})").room,
            room_id{9223372036854775807});
}

TEST(a_send_message, has_a_draft) {
  const auto all = taken<send_message_command>(
    R"({"type":"send_message","payload":{"room_id":3,"content":"嗨","message_type":"file","client_msg_id":"c1"}})");
  EXPECT_EQ(all.room, room_id{3});
  EXPECT_EQ(all.draft.content, "嗨");
  EXPECT_EQ(all.draft.type, message_type::file);
  EXPECT_EQ(all.draft.client_msg_id, "c1");
  const auto least = taken<send_message_command>(
    R"({"type":"send_message","payload":{"room_id":3,"content":".","message_type":null,"client_msg_id":null}})");
  EXPECT_EQ(least.draft.content, ".");
  EXPECT_EQ(least.draft.type, message_type::text);
  EXPECT_EQ(least.draft.client_msg_id, std::nullopt);
}

TEST(a_typing, says_whether) {
  EXPECT_TRUE(taken<typing_command>(R"({"type":"typing","payload":{"room_id":1,"is_typing":true}})").is_typing);
  EXPECT_FALSE(taken<typing_command>(R"({"type":"typing","payload":{"room_id":1,"is_typing":false}})").is_typing);
}

TEST(a_frame, may_hold_members_that_nobody_knows) {
  taken<ping_command>(R"({"x":[{}],"type":"ping","payload":{"y":1},"z":null})");
}

TEST(a_frame, with_a_member_twice_counts_the_last) {
  EXPECT_EQ(taken<leave_room_command>(R"({"type":"x","type":"leave_room","payload":{"room_id":1,"room_id":2}})").room,
            room_id{2});
}

TEST(the_types_of_ws, are_all_known_and_those_of_the_contract) {
  const std::vector<std::string_view> types{ws_command_types().begin(), ws_command_types().end()};
  EXPECT_EQ(types, (std::vector<std::string_view>{"ping", "auth", "join_room", "leave_room", "send_message", "typing",
                                                  "sync_load", "sync_play", "sync_pause", "sync_seek", "sync_rate",
                                                  "sync_buffering", "sync_request", "clock_ping"}));
  for (const auto type : types)
    EXPECT_NE(refusal(R"({"type":")" + std::string{type} + "\"}"), error_code::unknown_type) << type;
}

// -- the client's id -------------------------------------------------------------------

TEST(the_id_of_a_frame, is_kept_as_json) {
  EXPECT_EQ(request_id(R"({"type":"ping"})"), "");
  EXPECT_EQ(request_id(R"({"type":"ping","id":null})"), "");
  EXPECT_EQ(request_id(R"({"type":"ping","id":7})"), "7");
  EXPECT_EQ(request_id(R"({"type":"ping","id":-1.5})"), "-1.5");
  for (const std::string number : {"101.0", "1.50", "1E2", "9007199254740993", "123456789012345678901234567890"})
    EXPECT_EQ(request_id(R"({"type":"ping","id":)" + number + "}"), number) << "digit for digit";
  EXPECT_EQ(request_id(R"({"type":"ping","id":"a\"\u00e9\n"})"), "\"a\\\"é\\n\"");
}

TEST(the_id_of_a_frame, is_kept_where_the_frame_is_refused) {
  EXPECT_EQ(request_id(R"({"id":"q"})"), R"("q")");
  EXPECT_EQ(request_id(R"({"type":"nope","id":5})"), "5");
  EXPECT_EQ(request_id(R"({"type":"auth","payload":{"token":"\u0000"},"id":5})"), "5");
  EXPECT_EQ(request_id(R"({"type":"ping","id":5)"), "");
}

TEST(the_id_of_a_frame, is_a_short_string_or_a_number) {
  for (const char* id : {"true", "[]", "{}", "[1]"})
    EXPECT_EQ(refusal(std::string{R"({"type":"ping","id":)"} + id + "}"), error_code::bad_message) << id;
  const auto with_id = [](std::size_t size) { return R"({"type":"ping","id":")" + std::string(size, 'i') + "\"}"; };
  EXPECT_EQ(refusal(with_id(126)), error_code::none); // and two quotes
  EXPECT_EQ(refusal(with_id(127)), error_code::bad_message);
  EXPECT_EQ(request_id(with_id(127)), "");
}

// -- what is refused ---------------------------------------------------------------------

struct bad_frame {
  const char* text;
  error_code code;
};

class a_bad_frame : public testing::TestWithParam<bad_frame> {};

TEST_P(a_bad_frame, is_refused_with_its_code) {
  EXPECT_EQ(refusal(GetParam().text), GetParam().code) << GetParam().text;
}

constexpr auto bad = error_code::bad_message;
constexpr auto invalid = error_code::validation_failed;

INSTANTIATE_TEST_SUITE_P(
  that_is_no_object_with_a_type, a_bad_frame,
  testing::Values(bad_frame{"", bad}, bad_frame{"ping", bad}, bad_frame{"null", bad}, bad_frame{"[]", bad},
                  bad_frame{R"("ping")", bad}, bad_frame{"{}", bad}, bad_frame{R"({"type":1})", bad},
                  bad_frame{R"({"type":null})", bad}, bad_frame{R"({"type":"ping"}})", bad},
                  bad_frame{R"({"type":"ping",})", bad}, bad_frame{R"({'type':'ping'})", bad},
                  bad_frame{R"({"type":"ping"} {})", bad}, bad_frame{R"({"type":"ping","x":"\ud800"})", bad},
                  bad_frame{R"({"type":"ping","x":"\udc00\ud800"})", bad},
                  bad_frame{"{\"type\":\"ping\",\"x\":\"\x01\"}", bad},
                  bad_frame{"{\"type\":\"ping\",\"x\":\"\xff\"}", bad}, bad_frame{R"({"type":"ping","x":1e999})", bad},
                  bad_frame{R"({"type":"ping","x":NaN})", bad}, bad_frame{R"({"type":"ping","payload":[]})", bad},
                  bad_frame{R"({"type":"ping","payload":1})", bad}, bad_frame{R"({"type":"ping","x":"\u0000"})", bad},
                  bad_frame{R"({"type":"ping","a\u0000":1})", bad}, bad_frame{R"({"type":"ping","x":"\\\u0000"})", bad},
                  bad_frame{R"({"type":"ping","x":"\\u0000"})", error_code::none},
                  bad_frame{R"({"type":""})", error_code::unknown_type},
                  bad_frame{R"({"type":"PING"})", error_code::unknown_type},
                  bad_frame{R"({"type":"nope","payload":1})", error_code::unknown_type}));

INSTANTIATE_TEST_SUITE_P(
  with_a_missing_or_mistyped_member, a_bad_frame,
  testing::Values(bad_frame{R"({"type":"auth"})", bad}, bad_frame{R"({"type":"auth","payload":{"token":1}})", bad},
                  bad_frame{R"({"type":"auth","payload":{"token":null}})", bad},
                  bad_frame{R"({"type":"join_room"})", bad},
                  bad_frame{R"({"type":"join_room","payload":{"room_id":0}})", bad},
                  bad_frame{R"({"type":"join_room","payload":{"room_id":-1}})", bad},
                  bad_frame{R"({"type":"join_room","payload":{"room_id":1.5}})", bad},
                  bad_frame{R"({"type":"join_room","payload":{"room_id":"1"}})", bad},
                  bad_frame{R"({"type":"join_room","payload":{"room_id":true}})", bad},
                  bad_frame{R"({"type":"join_room","payload":{"room_id":9223372036854775808}})", bad},
                  bad_frame{R"({"type":"join_room","payload":{"room_id":18446744073709551616}})", bad},
                  bad_frame{R"({"type":"join_room","payload":{"room_id":1,"last_message_id":-1}})", bad},
                  bad_frame{R"({"type":"join_room","payload":{"room_id":1,"last_message_id":"5"}})", bad},
                  bad_frame{R"({"type":"join_room","payload":{"room_id":1,"last_message_id":0.5}})", bad},
                  bad_frame{R"({"type":"join_room","payload":{"room_id":1,"last_change":-1}})", bad},
                  bad_frame{R"({"type":"join_room","payload":{"room_id":1,"last_change":"5"}})", bad},
                  bad_frame{R"({"type":"join_room","payload":{"room_id":1,"members_only":1}})", bad},
                  bad_frame{R"({"type":"leave_room","payload":{}})", bad},
                  bad_frame{R"({"type":"typing","payload":{"room_id":1}})", bad},
                  bad_frame{R"({"type":"typing","payload":{"is_typing":true}})", bad},
                  bad_frame{R"({"type":"typing","payload":{"room_id":1,"is_typing":1}})", bad},
                  bad_frame{R"({"type":"send_message","payload":{"content":"x"}})", bad},
                  bad_frame{R"({"type":"send_message","payload":{"room_id":1}})", bad},
                  bad_frame{R"({"type":"send_message","payload":{"room_id":1,"content":5}})", bad},
                  bad_frame{R"({"type":"send_message","payload":{"room_id":1,"content":null}})", bad},
                  bad_frame{R"({"type":"send_message","payload":{"room_id":1,"content":"x","message_type":1}})", bad},
                  bad_frame{R"({"type":"send_message","payload":{"room_id":1,"content":"","client_msg_id":1}})", bad}));

INSTANTIATE_TEST_SUITE_P(
  out_of_bounds, a_bad_frame,
  testing::Values(
    bad_frame{R"({"type":"send_message","payload":{"room_id":1,"content":""}})", invalid},
    bad_frame{R"({"type":"send_message","payload":{"room_id":1,"content":" \u200b"}})", invalid},
    bad_frame{"{\"type\":\"send_message\",\"payload\":{\"room_id\":1,\"content\":\"\u2800\"}}", invalid},
    bad_frame{R"({"type":"send_message","payload":{"room_id":1,"content":"x","message_type":"gif"}})", invalid},
    bad_frame{R"({"type":"send_message","payload":{"room_id":1,"content":"x","client_msg_id":""}})", invalid}));

TEST(a_frame, ends_where_its_json_ends) {
  const std::string frame = R"({"type":"send_message","payload":{"room_id":1,"content":"a"}})";
  EXPECT_EQ(refusal(frame), error_code::none);
  EXPECT_EQ(refusal(frame + '\0'), bad);
  EXPECT_EQ(refusal(frame + '\0' + "and anything else"), bad);
  EXPECT_EQ(refusal(std::string(R"({"type":"ping"})") + '\0'), bad);
}

TEST(an_id_in_a_frame, is_an_integer_however_it_is_written) {
  const auto room_of = [](const std::string& number) {
    return taken<send_message_command>(R"({"type":"send_message","payload":{"content":"a","room_id":)" + number + "}}")
      .room;
  };
  EXPECT_EQ(room_of("101.0"), room_id{101});
  EXPECT_EQ(room_of("1.01e2"), room_id{101});
  const auto join = taken<join_room_command>(R"({"type":"join_room","payload":{"room_id":1e2,"last_message_id":0.0}})");
  EXPECT_EQ(join.room, room_id{100});
  EXPECT_EQ(join.last_message, message_id{0});
}

std::string send(const std::string& content, const std::string& client_msg_id) {
  return json{{"type", "send_message"},
              {"payload", {{"room_id", 1}, {"content", content}, {"client_msg_id", client_msg_id}}}}
    .dump();
}

TEST(content, has_at_most_4000_characters_however_many_bytes) {
  std::string four_bytes_each;
  for (int i = 0; i < 4000; ++i)
    four_bytes_each += "🎉";
  EXPECT_EQ(refusal(send(four_bytes_each, "c")), error_code::none);
  EXPECT_EQ(refusal(send(four_bytes_each + "!", "c")), invalid);
}

TEST(a_client_msg_id, has_at_most_128_bytes) {
  EXPECT_EQ(refusal(send("x", std::string(128, 'c'))), error_code::none);
  EXPECT_EQ(refusal(send("x", std::string(129, 'c'))), invalid);
}

RC_GTEST_PROP(content, arrives_as_it_was_sent, ()) {
  const auto text = *rc::gen::suchThat(
    test::utf8_text(), [](const std::string& x) { return !says_nothing(x) && x.find('\0') == std::string::npos; });
  const auto request = decode_ws(send(text, "c"));
  RC_ASSERT(request.has_value());
  RC_ASSERT(std::get<send_message_command>(request->command).draft.content == text);
}

// -- nesting --------------------------------------------------------------------------------

std::string ping_with_nesting(std::size_t depth) { // the frame and its payload are two more levels
  return R"({"type":"ping","payload":{"timestamp":)" + std::string(depth, '[') + std::string(depth, ']') + "}}";
}

TEST(a_frame, nests_at_most_64_levels) {
  EXPECT_EQ(refusal(ping_with_nesting(62)), error_code::none);
  EXPECT_EQ(refusal(ping_with_nesting(63)), bad);
}

TEST(a_frame, that_nests_a_million_levels_is_refused) {
  EXPECT_EQ(refusal(ping_with_nesting(1'000'000)), bad);
  EXPECT_EQ(refusal(std::string(1'000'000, '[')), bad);
  std::string objects;
  for (int i = 0; i < 200'000; ++i)
    objects += R"({"a":)";
  EXPECT_EQ(refusal(objects), bad);
}

TEST(a_frame, does_not_nest_by_brackets_within_its_texts) {
  EXPECT_EQ(refusal(R"({"type":"ping","x":"\")" + std::string(1000, '[') + "\"}"), error_code::none);
}

} // namespace
} // namespace parley
