#include "protocol/whole_number.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <limits>
#include <string>

namespace parley {
namespace {

TEST(whole_number, is_the_whole_text) {
  EXPECT_EQ(whole_number<int>("0"), 0);
  EXPECT_EQ(whole_number<int>("007"), 7);
  EXPECT_EQ(whole_number<int>("-5"), -5);
  for (const char* text : {"", "-", "+5", " 5", "5 ", "5.0", "5e3", "0x5", "five", "--5", "99999999999999999999x"})
    EXPECT_EQ(whole_number<int>(text).error(), number_fault::not_an_integer) << text;
}

TEST(whole_number, fits_its_type) {
  EXPECT_EQ(whole_number<std::uint16_t>("65535"), 65535);
  EXPECT_EQ(whole_number<std::uint16_t>("65536").error(), number_fault::out_of_range);
  EXPECT_EQ(whole_number<std::uint16_t>("-1").error(), number_fault::not_an_integer);
  EXPECT_EQ(whole_number<std::int64_t>("9223372036854775808").error(), number_fault::out_of_range);
  EXPECT_EQ(whole_number<std::int64_t>("-9223372036854775809").error(), number_fault::out_of_range);
}

RC_GTEST_PROP(whole_number, gives_back_any_number, (std::int64_t number)) {
  RC_ASSERT(whole_number<std::int64_t>(std::to_string(number)) == number);
}

} // namespace
} // namespace parley
