// What is JSON, and which numbers are integers.
#include "protocol/json_reader.hpp"
#include "tests/protocol/generators.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck/gtest.h>

#include <limits>
#include <string>

namespace parley {
namespace {

using nlohmann::json;
using namespace std::string_literals;

std::optional<std::int64_t> integer(const std::string& number) {
  const auto document = parse_json("[" + number + "]");
  EXPECT_TRUE(document) << number;
  return document ? to_integer(document->at(0), std::numeric_limits<std::int64_t>::min()) : std::nullopt;
}

TEST(a_json_text, ends_where_it_ends) {
  EXPECT_TRUE(parse_json("{\"a\":1} \r\n\t"));
  for (const auto& text : {"{\"a\":1}\0"s, "{\"a\":1}\0 this is not JSON {{{"s, "{\"a\":1}\n\0\n"s, "\0{\"a\":1}"s,
                           "{\0}"s, "[1,\0"s, "{\"a\":1} x"s, "{} {}"s, "\"a\0b\""s})
    EXPECT_FALSE(parse_json(text)) << testing::PrintToString(text);
}

RC_GTEST_PROP(a_json_text, has_nothing_behind_it, ()) {
  const auto text = json{{*test::utf8_text(), *rc::gen::arbitrary<std::int64_t>()}}.dump();
  RC_ASSERT(parse_json(text));
  RC_ASSERT(!parse_json(text + '\0' + *rc::gen::arbitrary<std::string>()));
}

json any_tree(int depth) {
  switch (*rc::gen::inRange(0, depth > 0 ? 7 : 5)) {
  case 0:
    return *test::utf8_text();
  case 1:
    return *rc::gen::arbitrary<std::int64_t>();
  case 2:
    return *rc::gen::arbitrary<bool>();
  case 3:
    return nullptr;
  case 4:
    return *rc::gen::arbitrary<std::uint32_t>() / 256.0 + 1.0 / 512; // no integer
  case 5:
    return json::array({any_tree(depth - 1), any_tree(depth - 1), any_tree(depth - 1)});
  default:
    return json{{*test::utf8_text(), any_tree(depth - 1)}, {"a", any_tree(depth - 1)}};
  }
}

RC_GTEST_PROP(a_json_text, is_read_as_the_library_reads_it, ()) {
  const auto tree = any_tree(3);
  RC_ASSERT(parse_json(tree.dump(*rc::gen::element(-1, 2))) == tree);
}

RC_GTEST_PROP(a_json_text, of_any_bytes_is_one_where_the_library_takes_it, ()) {
  auto text = any_tree(2).dump();
  text[*rc::gen::inRange<std::size_t>(0, text.size())] = *rc::gen::arbitrary<char>();
  RC_PRE(text.find('\0') == std::string::npos);
  RC_ASSERT(parse_json(text).has_value() == json::accept(text));
}

TEST(a_json_text, has_the_last_of_members_with_one_name) {
  EXPECT_EQ(parse_json(R"({"a":[1,{"b":2}],"a":{"c":[[],{}]},"d":null})"),
            json::parse(R"({"a":{"c":[[],{}]},"d":null})"));
}

TEST(an_integer, is_one_however_it_is_written) {
  EXPECT_EQ(integer("101"), 101);
  EXPECT_EQ(integer("101.0"), 101);
  EXPECT_EQ(integer("101.000"), 101);
  EXPECT_EQ(integer("1.01e2"), 101);
  EXPECT_EQ(integer("1e2"), 100);
  EXPECT_EQ(integer("1E+2"), 100);
  EXPECT_EQ(integer("1010e-1"), 101);
  EXPECT_EQ(integer("-7.0"), -7);
  EXPECT_EQ(integer("0.0"), 0);
  EXPECT_EQ(integer("-0.0"), 0);
  EXPECT_EQ(integer("0e99999999999999999999"), 0);
}

TEST(an_integer, keeps_digits_that_no_double_has) {
  EXPECT_EQ(integer("9007199254740993.0"), 9007199254740993);
  EXPECT_EQ(integer("9223372036854775807.0"), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(integer("922337203685477580700e-2"), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(integer("-9223372036854775808.0"), std::numeric_limits<std::int64_t>::min());
}

TEST(a_number, with_something_behind_the_point_is_no_integer) {
  for (const auto* text : {"101.5", "1.5", "1e-1", "1.01e1", "0.1", "101.0000000000000000000000001", "1e-999"})
    EXPECT_FALSE(integer(text)) << text;
}

TEST(a_number, beyond_64_bits_is_no_integer_of_ours) {
  for (const auto* text :
       {"9223372036854775808", "9223372036854775808.0", "1e19", "-9.3e18", "1e300", "18446744073709551615"})
    EXPECT_FALSE(integer(text)) << text;
}

RC_GTEST_PROP(an_integer, may_have_its_point_anywhere, (std::int64_t value)) {
  const auto digits = std::to_string(value);
  const std::size_t sign = value < 0 ? 1 : 0;
  const auto at = *rc::gen::inRange<std::size_t>(sign + 1, digits.size() + 1);
  const auto zeros = *rc::gen::inRange(1, 30);
  auto moved = digits.substr(0, at) + "." + digits.substr(at) + std::string(static_cast<std::size_t>(zeros), '0') +
               "e" + std::to_string(digits.size() - at);
  RC_PRE(digits[sign] != '0' || digits.size() == sign + 1);
  RC_ASSERT(integer(moved) == value);
}

} // namespace
} // namespace parley
