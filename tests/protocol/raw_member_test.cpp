#include "protocol/json_reader.hpp"
#include "protocol/raw_member.hpp"
#include "tests/protocol/generators.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck/gtest.h>

#include <string>

namespace parley {
namespace {

using nlohmann::json;

TEST(a_raw_member, is_what_stands_between_its_name_and_the_next) {
  const std::string_view text = R"( { "a" : 1.50 , "b":"x\"},]" ,"c":[ {"a":2}, "]" ],"d":{},"e":true } )";
  EXPECT_EQ(raw_member(text, "a"), "1.50");
  EXPECT_EQ(raw_member(text, "b"), R"("x\"},]")");
  EXPECT_EQ(raw_member(text, "c"), R"([ {"a":2}, "]" ])");
  EXPECT_EQ(raw_member(text, "d"), "{}");
  EXPECT_EQ(raw_member(text, "e"), "true");
}

TEST(a_raw_member, that_is_not_there_is_empty) {
  EXPECT_EQ(raw_member("{}", "a"), "");
  EXPECT_EQ(raw_member(R"({"b":{"a":1},"c":"a"})", "a"), "");
  EXPECT_EQ(raw_member("[1]", "a"), "");
  EXPECT_EQ(raw_member("", "a"), "");
}

TEST(a_raw_member, that_is_there_twice_counts_the_last_time) {
  EXPECT_EQ(raw_member(R"({"a":1,"\u0061":2,"b":3})", "a"), "2");
}

TEST(a_raw_member, is_found_behind_a_byte_order_mark) {
  EXPECT_EQ(raw_member("\xef\xbb\xbf{\"a\":1}", "a"), "1");
}

json any_value(int depth) {
  switch (*rc::gen::inRange(0, depth > 0 ? 5 : 3)) {
  case 0:
    return *test::utf8_text();
  case 1:
    return *rc::gen::arbitrary<std::int64_t>();
  case 2:
    return nullptr;
  case 3:
    return json::array({any_value(depth - 1), any_value(depth - 1)});
  default:
    return json{{*test::utf8_text(), any_value(depth - 1)}, {"a", any_value(depth - 1)}};
  }
}

RC_GTEST_PROP(a_raw_member, is_the_value_that_the_parser_reads, ()) {
  json document = json::object();
  for (const auto& key : *rc::gen::container<std::vector<std::string>>(test::utf8_text()))
    document[key] = any_value(2);
  const auto text = document.dump(*rc::gen::element(-1, 2), ' ', *rc::gen::arbitrary<bool>());
  for (const auto& [key, value] : document.items())
    RC_ASSERT(json::parse(raw_member(text, key)) == value);
}

RC_GTEST_PROP(a_raw_member, of_any_bytes_ends, (const std::string& bytes)) {
  (void)raw_member(bytes, "a");
  (void)raw_member("{" + bytes, "a");
}

} // namespace
} // namespace parley
