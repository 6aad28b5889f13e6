#include "protocol/time.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace parley {
namespace {

using namespace std::chrono_literals;

timestamp at(std::int64_t ms) {
  return timestamp{std::chrono::milliseconds{ms}};
}

TEST(a_time, is_written_in_utc_with_milliseconds) {
  EXPECT_EQ(format_time(at(0)), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(format_time(at(1'795'228'685'123)), "2026-11-21T02:38:05.123Z");
  EXPECT_EQ(format_time(at(-1)), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(format_time(at(951'782'400'000)), "2000-02-29T00:00:00.000Z");
}

TEST(a_time, beyond_four_digits_of_the_year_is_written_as_the_nearest_within) {
  EXPECT_EQ(format_time(timestamp::max()), "9999-12-31T23:59:59.999Z");
  EXPECT_EQ(format_time(timestamp::min()), "0000-01-01T00:00:00.000Z");
}

TEST(a_time, is_appended_behind_what_is_there) {
  std::string out = "at ";
  append_time(out, at(5));
  EXPECT_EQ(out, "at 1970-01-01T00:00:00.005Z");
}

RC_GTEST_PROP(a_time, comes_back_from_its_text, ()) {
  const auto t = at(*rc::gen::inRange<std::int64_t>(-62'167'219'200'000, 253'402'300'800'000));
  const auto text = format_time(t);
  RC_ASSERT(text.size() == 24U);
  RC_ASSERT(parse_time(text) == t);
}

TEST(a_time, may_have_an_offset) {
  EXPECT_EQ(parse_time("2026-11-21T10:38:05+08:00"), parse_time("2026-11-21T02:38:05Z"));
  EXPECT_EQ(parse_time("2026-11-20T21:08:05-05:30"), parse_time("2026-11-21T02:38:05Z"));
  EXPECT_EQ(parse_time("1970-01-01T00:00:00-00:00"), at(0));
}

TEST(a_time, may_have_a_fraction_of_any_length) {
  EXPECT_EQ(parse_time("1970-01-01T00:00:00.5Z"), at(500));
  EXPECT_EQ(parse_time("1970-01-01T00:00:00.05Z"), at(50));
  EXPECT_EQ(parse_time("1970-01-01T00:00:00.123999999999999999Z"), at(123));
}

TEST(a_time, may_have_small_letters) {
  EXPECT_EQ(parse_time("1970-01-01t00:00:01z"), at(1000));
}

TEST(a_time, may_be_a_leap_second_at_the_end_of_a_utc_day_only) {
  EXPECT_EQ(parse_time("2016-12-31T23:59:60Z"), parse_time("2017-01-01T00:00:00Z"));
  EXPECT_EQ(parse_time("2017-01-01T07:59:60+08:00"), parse_time("2017-01-01T00:00:00Z"));
  EXPECT_FALSE(parse_time("2016-12-31T12:00:60Z"));
}

class not_a_time : public testing::TestWithParam<const char*> {};

TEST_P(not_a_time, is_refused) {
  EXPECT_FALSE(parse_time(GetParam())) << GetParam();
}

INSTANTIATE_TEST_SUITE_P(such_as, not_a_time,
                         testing::Values("", "now", "2026-11-21", "2026-11-21T02:38:05", "2026-11-21 02:38:05Z",
                                         "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-02-29T00:00:00Z",
                                         "2026-04-31T00:00:00Z", "2026-11-21T24:00:00Z", "2026-11-21T00:60:00Z",
                                         "2026-11-21T00:00:61Z", "2026-11-21T00:00:00.Z", "2026-11-21T00:00:00Zx",
                                         "2026-11-21T00:00:00+24:00", "2026-11-21T00:00:00+08:60",
                                         "2026-11-21T00:00:00+0800", "26-11-21T00:00:00Z", "+026-11-21T00:00:00Z",
                                         "0000-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "2026-11-21T00:00Z",
                                         "2026-11-21T00:00:00.5"));

} // namespace
} // namespace parley
