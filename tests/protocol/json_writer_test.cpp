#include "protocol/json_writer.hpp"
#include "tests/protocol/generators.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <cstring>
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
  out.begin_array("numbers");
  out.number(-1);
  out.number(2);
  out.end_array();
  out.number_or_null("user", std::optional<user_id>{});
  out.number_or_null("room", std::optional{room_id{3}});
  out.number_or_null("size", std::optional<std::int64_t>{});
  out.time_or_null("never", std::nullopt);
  out.end_object();
  EXPECT_EQ(out.take(),
            R"({"least":-9223372036854775808,"text":"{","empty":[],"objects":[{},{"yes":true}],"texts":["[","b"],)"
            R"("inner":{"none":null,"some":"x","nothing":null,"raw":[1],"time":"1970-01-01T00:00:00.000Z"},"no":false,)"
            R"("numbers":[-1,2],"user":null,"room":3,"size":null,"never":null})");
}

std::string real(double x) {
  json_writer out{16};
  out.real("x", x);
  return out.take();
}

RC_GTEST_PROP(a_written_document, has_keys_of_any_length, (std::uint8_t length)) {
  const std::string key(length, 'k');
  json_writer w{16};
  w.begin_object();
  w.number("first", 1);
  w.number(key, 2);
  w.begin_object(key + "o");
  w.end_object();
  w.end_object();
  RC_ASSERT(w.take() == R"({"first":1,")" + key + R"(":2,")" + key + R"(o":{}})");
}

TEST(a_real_number, is_as_short_as_it_can_be) {
  EXPECT_EQ(real(0), R"("x":0)");
  EXPECT_EQ(real(0.1), R"("x":0.1)");
  EXPECT_EQ(real(-12.5), R"("x":-12.5)");
  EXPECT_EQ(real(604800), R"("x":604800)");
  EXPECT_EQ(real(0.1 + 0.2), R"("x":0.30000000000000004)");
  EXPECT_EQ(real(std::numeric_limits<double>::lowest()), R"("x":-1.7976931348623157e+308)");
}

RC_GTEST_PROP(a_real_number, of_any_size_parses_back_to_itself, (std::uint64_t bits)) {
  double x = 0;
  std::memcpy(&x, &bits, sizeof x);
  RC_PRE(std::isfinite(x));
  RC_ASSERT(json::parse("{" + real(x) + "}").at("x").get<double>() == x);
}

} // namespace
} // namespace parley
