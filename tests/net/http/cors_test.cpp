#include "net/http/cors.hpp"
#include "net/http/fields.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace parley::net {
namespace {

bool has(const response& x, std::string_view name) {
  return std::ranges::any_of(x.extra, [&](const auto& field) { return field.first == name; });
}

TEST(cors, answers_a_preflight_of_a_listed_origin_only) {
  const std::vector<std::string> list{"https://a.example"};
  request_head head;
  head.fields = {{"Origin", "https://a.example"}, {"Access-Control-Request-Method", "PUT"}};
  auto granted = describe_options(head, "GET, PUT", list);
  allow_origin(granted, head, list);
  EXPECT_EQ(granted.status, 204);
  EXPECT_TRUE(has(granted, "Access-Control-Allow-Methods"));
  EXPECT_TRUE(has(granted, "Access-Control-Allow-Origin"));
  EXPECT_TRUE(has(granted, "Allow"));

  head.fields.front().second = "https://b.example";
  auto refused = describe_options(head, "GET, PUT", list);
  allow_origin(refused, head, list);
  EXPECT_FALSE(has(refused, "Access-Control-Allow-Methods"));
  EXPECT_FALSE(has(refused, "Access-Control-Allow-Origin"));
  EXPECT_TRUE(has(refused, "Vary"));
}

TEST(cors, lets_a_foreign_page_read_the_answers_of_tus) {
  const std::vector<std::string> list{"https://a.example"};
  request_head head;
  head.fields = {{"Origin", "https://a.example"}, {"Access-Control-Request-Method", "PATCH"}};
  auto granted = describe_options(head, "PATCH", list);
  allow_origin(granted, head, list);
  const auto value = [&](std::string_view name) {
    const auto found = std::ranges::find(granted.extra, name, &header_list::value_type::first);
    return found == granted.extra.end() ? std::string() : found->second;
  };
  for (const auto* field :
       {"Location", "Upload-Offset", "Upload-Length", "Tus-Resumable", "Tus-Version", "Tus-Max-Size", "Tus-Extension",
        "Tus-Checksum-Algorithm", "Upload-Metadata", "Upload-Defer-Length", "Upload-Concat", "Upload-Expires",
        "Content-Range", "Accept-Ranges", "Content-Disposition", "ETag", "Retry-After", "Allow", "WWW-Authenticate"})
    EXPECT_TRUE(list_holds(value("Access-Control-Expose-Headers"), field)) << field;
}

/// What `Access-Control-Allow-Headers` says to a page that asks for these.
std::string allowed_headers(std::initializer_list<std::string> asked, std::string origin = "https://a.example") {
  const std::vector<std::string> list{"https://a.example"};
  request_head head;
  head.fields = {{"Origin", std::move(origin)}, {"Access-Control-Request-Method", "POST"}};
  for (const auto& one : asked)
    head.fields.emplace_back("access-control-request-headers", one);
  const auto granted = describe_options(head, "POST", list);
  const auto found = std::ranges::find(granted.extra, "Access-Control-Allow-Headers", &header_list::value_type::first);
  return found == granted.extra.end() ? "none" : found->second;
}

TEST(a_preflight, is_answered_with_the_headers_that_it_asks_for) {
  const auto usual = allowed_headers({});
  EXPECT_EQ(allowed_headers({"authorization,content-type,x-mine"}), usual + ", x-mine");
  EXPECT_EQ(allowed_headers({" X-Mine ,, x-yours"}), usual + ", X-Mine, x-yours");
  EXPECT_EQ(allowed_headers({"x-mine", "x-yours, x-mine"}), usual + ", x-mine, x-yours");
  EXPECT_EQ(allowed_headers({""}), usual);
}

TEST(a_preflight, is_answered_with_what_pages_usually_send_too) {
  for (const auto* one : {"authorization", "content-type", "x-requested-with", "sentry-trace", "baggage", "traceparent",
                          "x-request-id", "x-http-method-override", "upload-defer-length", "upload-concat",
                          "cache-control", "if-match", "tus-resumable", "upload-checksum", "range", "idempotency-key"})
    EXPECT_TRUE(list_holds(allowed_headers({"x-mine"}), one)) << one;
}

TEST(a_preflight, of_another_origin_is_granted_nothing) {
  EXPECT_EQ(allowed_headers({"authorization"}, "https://b.example"), "none");
  EXPECT_EQ(allowed_headers({"authorization"}, "null"), "none");
}

TEST(a_preflight, is_not_repeated_where_it_asks_for_what_is_no_header) {
  const auto usual = allowed_headers({});
  for (const auto* asked : {"a b", "a:b", "a\"b", "x-mine, <x>", "\x80", "a;b", "x-mine, x y"})
    EXPECT_EQ(allowed_headers({asked}), usual) << asked;
  std::string many = "x-0";
  for (int i = 1; i < 64; ++i)
    many += ",x-" + std::to_string(i);
  EXPECT_TRUE(list_holds(allowed_headers({many}), "x-63"));
  EXPECT_EQ(allowed_headers({many + ",x-64"}), usual);
}

} // namespace
} // namespace parley::net
