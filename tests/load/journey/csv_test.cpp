#include "load/journey/script.hpp"

#include <gtest/gtest.h>

namespace parley::load {
namespace {

using table = std::vector<std::vector<std::string>>;

TEST(csv, has_fields_between_commas_and_rows_between_line_ends) {
  EXPECT_EQ(parse_csv("a,b\n1,2\n").value(), (table{{"a", "b"}, {"1", "2"}}));
  EXPECT_EQ(parse_csv("a,b\r\n1,\r\n,").value(), (table{{"a", "b"}, {"1", ""}, {"", ""}}));
  EXPECT_EQ(parse_csv("").value(), table());
}

TEST(csv, quotes_hold_what_would_end_a_field) {
  EXPECT_EQ(parse_csv("\"a,\"\"b\"\"\",\"x\ny\"\r\n1,2").value(), (table{{"a,\"b\"", "x\ny"}, {"1", "2"}}));
}

TEST(csv, what_is_no_table_is_refused_with_its_row) {
  EXPECT_EQ(parse_csv("a,b\n1").error(), "row 2 has 1 fields, the first one 2");
  for (const char* text : {"a\n\"b", "a\nb\"c", "a\n\"b\"c"})
    EXPECT_NE(parse_csv(text).error().find("row 2 has a double quote"), std::string::npos) << text;
}

} // namespace
} // namespace parley::load
