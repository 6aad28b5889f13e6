#include "net/http/http_date.hpp"
#include "net/http/ranges.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <limits>

namespace parley::net {
namespace {

constexpr wished_range everything{};
constexpr wished_range unsatisfiable{.what = range_wish::unsatisfiable, .part = {}};

wished_range part(std::uint64_t first, std::uint64_t length) {
  return {range_wish::part, {first, length}};
}

// -- the field ---------------------------------------------------------------------

TEST(a_range, names_its_first_and_last_byte) {
  EXPECT_EQ(read_range("bytes=0-0", 100), part(0, 1));
  EXPECT_EQ(read_range("bytes=10-19", 100), part(10, 10));
  EXPECT_EQ(read_range("Bytes = 10-19 ", 100), part(10, 10));
}

TEST(a_range, may_be_open_or_too_long) {
  EXPECT_EQ(read_range("bytes=10-", 100), part(10, 90));
  EXPECT_EQ(read_range("bytes=99-100", 100), part(99, 1));
  EXPECT_EQ(read_range("bytes=0-99999999999999999999999", 100), part(0, 100));
}

TEST(a_range, may_count_from_the_end) {
  EXPECT_EQ(read_range("bytes=-1", 100), part(99, 1));
  EXPECT_EQ(read_range("bytes=-100", 100), part(0, 100));
  EXPECT_EQ(read_range("bytes=-101", 100), part(0, 100));
}

TEST(a_range, behind_the_end_cannot_be_satisfied) {
  for (const auto* field : {"bytes=100-", "bytes=100-100", "bytes=-0", "bytes=99999999999999999999999-"})
    EXPECT_EQ(read_range(field, 100), unsatisfiable) << field;
  EXPECT_EQ(read_range("bytes=0-", 0), unsatisfiable);
  EXPECT_EQ(read_range("bytes=-5", 0), unsatisfiable);
}

TEST(a_range, that_is_malformed_or_foreign_or_several_is_ignored) {
  for (const auto* field :
       {"", "bytes", "bytes=", "bytes=-", "bytes=5", "bytes=5-4", "bytes=a-b", "bytes=1-b", "bytes=+1-2", "bytes=1--2",
        "bytes=--2", "bytes=1-2,4-5", "bytes=1-,3", "bytes=-1,-2", "items=0-1", "bytes=0x1-2", "bytes=1 -2", "=0-1"})
    EXPECT_EQ(read_range(field, 100), everything) << field;
}

RC_GTEST_PROP(a_range, stays_within_the_file, ()) {
  const auto size = *rc::gen::oneOf(rc::gen::inRange<std::uint64_t>(0, 20), rc::gen::arbitrary<std::uint64_t>());
  const auto number = rc::gen::oneOf(rc::gen::inRange<std::uint64_t>(0, 25), rc::gen::arbitrary<std::uint64_t>());
  const auto edge = rc::gen::map(
    rc::gen::maybe(number), [](const rc::Maybe<std::uint64_t>& x) { return x ? std::to_string(*x) : std::string(); });
  const auto wish = read_range("bytes=" + *edge + "-" + *edge, size);
  if (wish.what != range_wish::part)
    return;
  RC_ASSERT(wish.part.length > 0U);
  RC_ASSERT(wish.part.first < size);
  RC_ASSERT(wish.part.length <= size - wish.part.first);
}

RC_GTEST_PROP(a_range, is_exactly_what_was_asked_where_it_fits, ()) {
  const auto size = *rc::gen::inRange<std::uint64_t>(1, 1000);
  const auto first = *rc::gen::inRange<std::uint64_t>(0, size);
  const auto last = *rc::gen::inRange<std::uint64_t>(first, size);
  RC_ASSERT(read_range("bytes=" + std::to_string(first) + "-" + std::to_string(last), size) ==
            part(first, last - first + 1));
  RC_ASSERT(read_range("bytes=-" + std::to_string(size - first), size) == part(first, size - first));
}

RC_GTEST_PROP(a_range, of_any_bytes_is_read_without_harm, (const std::string& field, std::uint64_t size)) {
  read_range(field, size);
  read_range("bytes=" + field, size);
}

// -- dates -------------------------------------------------------------------------

TEST(a_date, is_read_in_all_three_forms) {
  const timestamp want{std::chrono::seconds(784'111'777)}; // the example of RFC 9110 §5.6.7
  EXPECT_EQ(read_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), want);
  EXPECT_EQ(read_http_date("Sunday, 06-Nov-94 08:49:37 GMT"), want);
  EXPECT_EQ(read_http_date("Sun Nov  6 08:49:37 1994"), want);
}

TEST(a_date, is_nothing_else) {
  for (const auto* text : {"", "yesterday", "1994-11-06T08:49:37Z", "Sun, 06 Nov 1994 08:49:37 GMT+1",
                           "Sun, 06 Nov 1994", "Sun, 99 Nov 1994 08:49:37 GMT"})
    EXPECT_EQ(read_http_date(text), std::nullopt) << text;
}

RC_GTEST_PROP(a_date, that_was_written_is_read_again, ()) {
  const timestamp t{std::chrono::seconds(*rc::gen::inRange<std::int64_t>(0, 4'000'000'000))};
  RC_ASSERT(read_http_date(http_date(t)) == t);
}

// -- answers -----------------------------------------------------------------------

class a_served_file : public testing::Test {
protected:
  answer ask(header_list fields, std::string method = "GET") {
    request_head head;
    head.method = std::move(method);
    head.fields = std::move(fields);
    return serve_file(
      head,
      {.file = nullptr, .size = 1000, .content_type = "video/mp4", .etag = "\"a\"", .modified = modified_, .extra = {}},
      now_);
  }

  int status(header_list fields, std::string method = "GET") {
    const auto out = ask(std::move(fields), std::move(method));
    return out ? out->status : http_status(out.error().what.code);
  }

  static std::string value(const header_list& fields, std::string_view name) {
    const auto found = std::ranges::find(fields, name, &header_list::value_type::first);
    return found == fields.end() ? "none" : found->second;
  }

  const timestamp modified_{std::chrono::milliseconds(784'111'777'250)};
  const std::string date_ = http_date(modified_);
  timestamp now_ = modified_ + std::chrono::hours(1);
};

TEST_F(a_served_file, is_never_from_the_future) {
  now_ = modified_ - std::chrono::hours(1);
  const auto out = ask({});
  ASSERT_TRUE(out);
  EXPECT_EQ(value(out->extra, "Last-Modified"), http_date(now_));
}

TEST_F(a_served_file, is_not_sent_to_who_wants_another_version) {
  for (const header_list& fields :
       {header_list{{"If-Match", "\"b\""}}, header_list{{"If-Match", "W/\"a\""}},
        header_list{{"If-Unmodified-Since", http_date(modified_ - std::chrono::seconds(1))}},
        header_list{{"If-Match", "\"b\""}, {"Range", "bytes=5000-"}}}) {
    const auto out = ask(fields);
    ASSERT_FALSE(out);
    EXPECT_EQ(out.error().what.status, 412);
  }
  EXPECT_EQ(status({{"If-Match", "\"a\""}, {"Range", "bytes=0-1"}}), 206);
  EXPECT_EQ(status({{"If-Unmodified-Since", date_}}), 200);
}

TEST_F(a_served_file, is_sent_whole_and_names_its_version) {
  const auto out = ask({});
  ASSERT_TRUE(out);
  EXPECT_EQ(out->status, 200);
  EXPECT_EQ(out->content_type, "video/mp4");
  EXPECT_EQ(out->file->length, 1000U);
  EXPECT_EQ(value(out->extra, "Accept-Ranges"), "bytes");
  EXPECT_EQ(value(out->extra, "ETag"), "\"a\"");
  EXPECT_EQ(value(out->extra, "Last-Modified"), date_);
}

TEST_F(a_served_file, is_sent_in_the_part_that_was_asked_for) {
  const auto out = ask({{"Range", "bytes=100-199"}});
  ASSERT_TRUE(out);
  EXPECT_EQ(out->status, 206);
  EXPECT_EQ(out->file->offset, 100U);
  EXPECT_EQ(out->file->length, 100U);
  EXPECT_EQ(value(out->extra, "Content-Range"), "bytes 100-199/1000");
}

TEST_F(a_served_file, says_its_size_where_a_range_lies_behind_it) {
  const auto out = ask({{"Range", "bytes=1000-"}});
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().what.code, error_code::range_not_satisfiable);
  EXPECT_EQ(value(out.error().extra, "Content-Range"), "bytes */1000");
}

TEST_F(a_served_file, has_no_parts_for_other_methods_than_get) {
  EXPECT_EQ(status({{"Range", "bytes=0-1"}}, "HEAD"), 200);
  EXPECT_EQ(status({{"Range", "bytes=5000-"}}, "HEAD"), 200);
}

TEST_F(a_served_file, is_not_sent_to_who_has_it) {
  EXPECT_EQ(status({{"If-None-Match", "\"a\""}}), 304);
  EXPECT_EQ(status({{"If-None-Match", "W/\"a\""}}), 304);
  EXPECT_EQ(status({{"If-None-Match", "\"b\", \"a\""}}), 304);
  EXPECT_EQ(status({{"If-None-Match", "\"b\""}, {"If-None-Match", "\"a\""}}), 304);
  EXPECT_EQ(status({{"If-None-Match", "*"}}), 304);
  EXPECT_EQ(status({{"If-None-Match", "\"b\""}}), 200);
  EXPECT_EQ(status({{"If-Modified-Since", date_}}), 304);
  EXPECT_EQ(status({{"If-Modified-Since", http_date(modified_ - std::chrono::seconds(1))}}), 200);
  EXPECT_EQ(status({{"If-Modified-Since", "lately"}}), 200);
}

TEST_F(a_served_file, is_judged_by_its_tag_before_its_date_and_before_a_range) {
  EXPECT_EQ(status({{"If-None-Match", "\"b\""}, {"If-Modified-Since", date_}}), 200);
  EXPECT_EQ(status({{"If-None-Match", "\"a\""}, {"Range", "bytes=0-1"}}), 304);
}

TEST_F(a_served_file, is_whole_again_where_the_part_would_be_of_another_version) {
  EXPECT_EQ(status({{"Range", "bytes=0-1"}, {"If-Range", "\"a\""}}), 206);
  EXPECT_EQ(status({{"Range", "bytes=0-1"}, {"If-Range", "\"b\""}}), 200);
  EXPECT_EQ(status({{"Range", "bytes=0-1"}, {"If-Range", "W/\"a\""}}), 200) << "a weak tag proves nothing about bytes";
  EXPECT_EQ(status({{"Range", "bytes=5000-"}, {"If-Range", "\"b\""}}), 200);
  EXPECT_EQ(status({{"Range", "bytes=0-1"}, {"If-Range", date_}}), 206);
  EXPECT_EQ(status({{"Range", "bytes=0-1"}, {"If-Range", http_date(modified_ + std::chrono::seconds(1))}}), 200);
  EXPECT_EQ(status({{"Range", "bytes=0-1"}, {"If-Range", "lately"}}), 200);
}

TEST_F(a_served_file, that_changed_just_now_is_not_told_by_its_date) {
  now_ = modified_ + std::chrono::milliseconds(500);
  EXPECT_EQ(status({{"Range", "bytes=0-1"}, {"If-Range", date_}}), 200);
}

} // namespace
} // namespace parley::net
