#include "protocol/json_writer.hpp"
#include "tests/protocol/generators.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck/gtest.h>

#include <limits>

namespace parley {
namespace {

using nlohmann::json;

std::string json_string(std::string_view x) {
  std::string out;
  append_json_string(out, x);
  return out;
}

TEST(a_json_string, escapes_what_must_be_and_nothing_else) {
  EXPECT_EQ(json_string(""), R"("")");
  EXPECT_EQ(json_string("a\"b\\c"), R"("a\"b\\c")");
  EXPECT_EQ(json_string("\b\f\n\r\t"), R"("\b\f\n\r\t")");
  EXPECT_EQ(json_string(std::string_view{"\0\x1f\x7f", 3}), "\"\\u0000\\u001f\x7f\"");
  EXPECT_EQ(json_string("你好 / привет 🎉"), "\"你好 / привет 🎉\"");
}

RC_GTEST_PROP(a_json_string, of_any_utf8_parses_back_to_itself, ()) {
  const auto text = *test::utf8_text();
  RC_ASSERT(json::parse(json_string(text)).get<std::string>() == text);
}

TEST(a_written_document, has_its_members_in_order_and_its_commas_in_place) {
  json_writer out{16};
  out.begin_object();
  out.number("least", std::numeric_limits<std::int64_t>::min());
  out.text("text", "{");
  out.begin_array("empty");
  out.end_array();
  out.begin_array("objects");
  out.begin_object();
  out.end_object();
  out.begin_object();
  out.boolean("yes", true);
  out.end_object();
  out.end_array();
  out.begin_array("texts");
  out.text("[");
  out.text("b");
  out.end_array();
  out.begin_object("inner");
  out.null("none");
  out.text_or_null("some", "x");
  out.text_or_null("nothing", std::nullopt);
  out.raw("raw", "[1]");
  out.time("time", timestamp{});
  out.end_object();
  out.boolean("no", false);
  out.end_object();
  EXPECT_EQ(
    out.take(),
    R"({"least":-9223372036854775808,"text":"{","empty":[],"objects":[{},{"yes":true}],"texts":["[","b"],)"
    R"("inner":{"none":null,"some":"x","nothing":null,"raw":[1],"time":"1970-01-01T00:00:00.000Z"},"no":false})");
}

} // namespace
} // namespace parley
