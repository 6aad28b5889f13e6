#include "protocol/events.hpp"
#include "protocol/http_codec.hpp"
#include "tests/protocol/generators.hpp"
#include "tests/protocol/printing.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck/gtest.h>

namespace parley {
namespace {

using test::code_of;
using test::faults;
using test::faults_of;

constexpr timestamp noon{std::chrono::milliseconds{1'795'228'685'123}};

// -- pushes -------------------------------------------------------------------------------

TEST(a_push, carries_any_json_as_it_was_written) {
  const auto data = [](const char* json) { return decode_push(json)->data; };
  EXPECT_EQ(data(R"({"data":null})"), "null");
  EXPECT_EQ(data(R"({"data":"x"})"), R"("x")");
  EXPECT_EQ(data(R"({"data" : {"b": 1.50, "a": [ ] } , "c":1})"), R"({"b": 1.50, "a": [ ] })");
  EXPECT_EQ(data(R"({"data":1,"data":12345678901234567890123})"), "12345678901234567890123");
}

TEST(a_push, needs_its_data) {
  EXPECT_EQ(faults_of(decode_push("{}")), (faults{{"data", fault::required}}));
  EXPECT_EQ(faults_of(decode_push(R"({"Data":1})")), (faults{{"data", fault::required}}));
  EXPECT_EQ(faults_of(decode_push("[]")), (faults{{"", fault::not_an_object}}));
  EXPECT_EQ(code_of(decode_push(R"({"data":})")), error_code::bad_json);
}

TEST(a_push, holds_no_zero_character) {
  for (const char* text : {R"({"data":"\u0000"})", R"({"data":[{"\u0000":1}]})"})
    EXPECT_EQ(faults_of(decode_push(text)), (faults{{"data", fault::bad_characters}})) << text;
  EXPECT_EQ(faults_of(decode_push(R"({"data":1,"other":"\u0000"})")), (faults{{"other", fault::bad_characters}}));
}

// -- tasks --------------------------------------------------------------------------------

TEST(a_task, needs_its_channel_and_its_status_only) {
  const auto x = decode_task(R"({"connection_id":"a/b","status":"running","progress":null,"message":null})");
  ASSERT_TRUE(x);
  EXPECT_EQ(*x, (task_status{"a/b", "running", std::nullopt, "", "null", {}}));
}

TEST(a_task, keeps_what_it_was_given) {
  const auto x = decode_task(R"({"connection_id":"c","status":"s","progress":99.5,"message":"m","data":{"a":[1]}})");
  ASSERT_TRUE(x);
  EXPECT_EQ(*x, (task_status{"c", "s", 99.5, "m", R"({"a":[1]})", {}}));
}

TEST(a_task, hears_of_all_its_faults_at_once) {
  EXPECT_EQ(faults_of(decode_task("{}")), (faults{{"connection_id", fault::required}, {"status", fault::required}}));
  EXPECT_EQ(faults_of(decode_task(R"({"connection_id":1,"status":[],"progress":"5","message":{},"data":"\u0000"})")),
            (faults{{"connection_id", fault::not_a_string},
                    {"status", fault::not_a_string},
                    {"progress", fault::not_a_number},
                    {"message", fault::not_a_string},
                    {"data", fault::bad_characters}}));
  EXPECT_EQ(faults_of(decode_task(R"({"connection_id":"","status":"","progress":100.1,"message":"\u0000"})")),
            (faults{{"connection_id", fault::too_short},
                    {"status", fault::too_short},
                    {"progress", fault::out_of_range},
                    {"message", fault::bad_characters}}));
}

TEST(a_task, has_bounds) {
  const auto task = [](const std::string& connection, const std::string& status, const char* progress) {
    return R"({"connection_id":")" + connection + R"(","status":")" + status + R"(","progress":)" + progress + "}";
  };
  const auto times = [](int n, const char* text) {
    std::string out;
    for (int i = 0; i < n; ++i)
      out += text;
    return out;
  };
  EXPECT_TRUE(decode_task(task(times(64, "é"), times(64, "字"), "0")));
  EXPECT_TRUE(decode_task(task("c", "s", "100")));
  EXPECT_EQ(
    faults_of(decode_task(task(times(64, "é") + "x", times(65, "字"), "-0.1"))),
    (faults{{"connection_id", fault::too_long}, {"status", fault::too_long}, {"progress", fault::out_of_range}}));
}

const std::string running_json = R"({"type":"task_status","connection_id":"c","status":"running","progress":12.5,)"
                                 R"("message":"m","data":{"b": 1},"timestamp":"2026-11-21T02:38:05.123Z"})";

TEST(a_task, looks_the_same_as_an_answer_and_as_a_frame) {
  const task_status x{"c", "running", 12.5, "m", R"({"b": 1})", noon};
  EXPECT_EQ(encode(x), running_json);
  EXPECT_EQ(encode_channel(task_status_reply{x}, language::ru), running_json);
}

RC_GTEST_PROP(a_task, is_read_as_it_was_written, ()) {
  const auto text = rc::gen::suchThat(test::utf8_text(), [](const std::string& x) {
    return !x.empty() && x.size() <= 64 && x.find('\0') == std::string::npos;
  });
  task_status x{*text, *text, std::nullopt, *text, *rc::gen::element<std::string>("null", "[1.50]", R"({"a":"}"})"),
                {}};
  if (*rc::gen::arbitrary<bool>())
    x.progress = *rc::gen::inRange(0, 100'000) / 1000.0;
  const auto again = decode_task(encode(x));
  RC_ASSERT(again.has_value());
  RC_ASSERT(*again == x);
}

// -- clients --------------------------------------------------------------------------------

TEST(clients, are_listed) {
  EXPECT_EQ(encode(std::vector<client_view>{}), R"({"items":[]})");
  EXPECT_EQ(encode(std::vector<client_view>{{"c\"1", noon, "n1"}}),
            R"({"items":[{"client_id":"c\"1","connected_at":"2026-11-21T02:38:05.123Z","node":"n1"}]})");
}

TEST(a_delivery, is_counted) {
  EXPECT_EQ(encode_delivered(3), R"({"delivered_to":3})");
}

} // namespace
} // namespace parley
