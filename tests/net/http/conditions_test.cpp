// RFC 9110 §13: which of a request's conditions counts, and what comes of it.
#include "net/http/conditions.hpp"
#include "net/http/http_date.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace parley::net {
namespace {

class a_condition : public testing::Test {
protected:
  precondition check(header_list fields, std::string method = "GET") const {
    request_head head;
    head.method = std::move(method);
    head.fields = std::move(fields);
    return check_conditions(head, {"\"a\"", modified_});
  }

  const timestamp modified_{std::chrono::milliseconds(784'111'777'250)};
  const std::string date_ = http_date(modified_);
  const std::string earlier_ = http_date(modified_ - std::chrono::seconds(1));
  const std::string later_ = http_date(modified_ + std::chrono::seconds(1));
};

TEST_F(a_condition, that_is_not_there_holds) {
  EXPECT_EQ(check({}), precondition::holds);
  EXPECT_EQ(check({{"Range", "bytes=0-"}}), precondition::holds);
}

TEST_F(a_condition, on_a_match_wants_the_very_tag) {
  for (const auto* list :
       {"\"a\"", "\"b\", \"a\"", "\"b\",W/\"a\" , \"a\"", "*", " * ", ",, \"a\" ,", "\"x,y\", \"a\""})
    EXPECT_EQ(check({{"If-Match", list}}), precondition::holds) << list;
  for (const auto* list : {"\"b\"", "W/\"a\"", "a", "\"a", "", "\"b\", \"c\"", "w/\"a\"", "\"\"", "**"})
    EXPECT_EQ(check({{"If-Match", list}}), precondition::failed) << list;
}

TEST_F(a_condition, on_a_match_may_come_in_several_fields) {
  EXPECT_EQ(check({{"If-Match", "\"b\""}, {"if-match", "\"a\""}}), precondition::holds);
  EXPECT_EQ(check({{"If-Match", "\"b\""}, {"if-match", "\"c\""}}), precondition::failed);
}

TEST_F(a_condition, on_no_change_counts_seconds) {
  EXPECT_EQ(check({{"If-Unmodified-Since", date_}}), precondition::holds);
  EXPECT_EQ(check({{"If-Unmodified-Since", later_}}), precondition::holds);
  EXPECT_EQ(check({{"If-Unmodified-Since", earlier_}}), precondition::failed);
  EXPECT_EQ(check({{"If-Unmodified-Since", "yesterday"}}), precondition::holds) << "a date that is none is not sent";
}

TEST_F(a_condition, on_a_match_goes_before_one_on_no_change) {
  EXPECT_EQ(check({{"If-Match", "\"a\""}, {"If-Unmodified-Since", earlier_}}), precondition::holds);
  EXPECT_EQ(check({{"If-Match", "\"b\""}, {"If-Unmodified-Since", later_}}), precondition::failed);
}

TEST_F(a_condition, on_no_match_tells_the_reader_that_it_has_it) {
  for (const auto* list : {"\"a\"", "W/\"a\"", "\"b\", W/\"a\"", "*"}) {
    EXPECT_EQ(check({{"If-None-Match", list}}), precondition::not_modified) << list;
    EXPECT_EQ(check({{"If-None-Match", list}}, "HEAD"), precondition::not_modified) << list;
    EXPECT_EQ(check({{"If-None-Match", list}}, "PUT"), precondition::failed) << list;
  }
  for (const auto* list : {"\"b\"", "a", "", "\"a"})
    EXPECT_EQ(check({{"If-None-Match", list}}), precondition::holds) << list;
}

TEST_F(a_condition, on_a_change_is_for_readers_without_a_tag) {
  EXPECT_EQ(check({{"If-Modified-Since", date_}}), precondition::not_modified);
  EXPECT_EQ(check({{"If-Modified-Since", later_}}), precondition::not_modified);
  EXPECT_EQ(check({{"If-Modified-Since", earlier_}}), precondition::holds);
  EXPECT_EQ(check({{"If-Modified-Since", "1994-11-06"}}), precondition::holds);
  EXPECT_EQ(check({{"If-Modified-Since", later_}}, "PUT"), precondition::holds);
  EXPECT_EQ(check({{"If-None-Match", "\"b\""}, {"If-Modified-Since", later_}}), precondition::holds);
}

TEST_F(a_condition, that_fails_goes_before_what_the_reader_has) {
  EXPECT_EQ(check({{"If-None-Match", "\"a\""}, {"If-Match", "\"b\""}}), precondition::failed);
  EXPECT_EQ(check({{"If-None-Match", "\"a\""}, {"If-Match", "\"a\""}}), precondition::not_modified);
  EXPECT_EQ(check({{"If-Modified-Since", later_}, {"If-Unmodified-Since", earlier_}}), precondition::failed);
}

TEST_F(a_condition, on_time_says_nothing_of_what_has_none) {
  request_head head;
  head.method = "GET";
  for (const auto* name : {"If-Unmodified-Since", "If-Modified-Since"}) {
    head.fields = {{name, earlier_}};
    EXPECT_EQ(check_conditions(head, {"\"a\"", std::nullopt}), precondition::holds) << name;
  }
}

} // namespace
} // namespace parley::net
