#include "net/http/cors.hpp"
#include "net/http/fields.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace parley::net {
namespace {

struct same_origin_case {
  std::string_view origin;
  std::string_view host;
  bool is_same;
};

TEST(origins, are_the_same_as_the_host_by_name_and_port) {
  for (const auto& x : {
         same_origin_case{"http://a.example", "a.example", true},
         same_origin_case{"https://a.example", "a.example", true},
         same_origin_case{"http://A.Example", "a.exAmple", true},
         same_origin_case{"http://a.example:80", "a.example", true},
         same_origin_case{"https://a.example", "a.example:443", true},
         same_origin_case{"http://a.example:8000", "a.example:8000", true},
         same_origin_case{"http://[::1]:8000", "[::1]:8000", true},
         same_origin_case{"http://[::1]", "[::1]", true},
         same_origin_case{"http://a.example:8000", "a.example", false},
         same_origin_case{"http://a.example", "a.example:8000", false},
         same_origin_case{"https://a.example", "a.example:80", false},
         same_origin_case{"http://b.example", "a.example", false},
         same_origin_case{"http://a.example.evil.example", "a.example", false},
         same_origin_case{"ftp://a.example", "a.example", false},
         same_origin_case{"http://x@a.example", "a.example", false},
         same_origin_case{"null", "null", false},
         same_origin_case{"", "", false},
       })
    EXPECT_EQ(is_same_origin(x.origin, x.host), x.is_same) << x.origin << " at " << x.host;
}

TEST(origins, are_listed_by_scheme_name_and_port) {
  const std::vector<std::string> list{"https://a.example", "http://localhost:5173"};
  EXPECT_TRUE(is_listed_origin("https://a.example", list));
  EXPECT_TRUE(is_listed_origin("HTTPS://A.example:443", list));
  EXPECT_TRUE(is_listed_origin("http://localhost:5173", list));
  EXPECT_FALSE(is_listed_origin("http://a.example", list));
  EXPECT_FALSE(is_listed_origin("https://b.a.example", list));
  EXPECT_FALSE(is_listed_origin("http://localhost", list));
  EXPECT_FALSE(is_listed_origin("null", list));
}

TEST(origins, are_all_listed_by_a_star_and_none_by_an_empty_list) {
  const std::vector<std::string> star{"*"};
  EXPECT_TRUE(is_listed_origin("https://b.example", star));
  EXPECT_TRUE(is_listed_origin("null", star));
  EXPECT_FALSE(is_listed_origin("https://b.example", {}));
}

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

TEST(cors, lets_a_foreign_page_speak_tus_and_read_its_answers) {
  const std::vector<std::string> list{"https://a.example"};
  request_head head;
  head.fields = {{"Origin", "https://a.example"}, {"Access-Control-Request-Method", "PATCH"}};
  auto granted = describe_options(head, "PATCH", list);
  allow_origin(granted, head, list);
  const auto value = [&](std::string_view name) {
    const auto found = std::ranges::find(granted.extra, name, &header_list::value_type::first);
    return found == granted.extra.end() ? std::string() : found->second;
  };
  for (const auto* field : {"Tus-Resumable", "Upload-Offset", "Upload-Length", "Upload-Metadata", "Range", "If-Range"})
    EXPECT_TRUE(list_holds(value("Access-Control-Allow-Headers"), field)) << field;
  for (const auto* field : {"Location", "Upload-Offset", "Upload-Length", "Tus-Resumable", "Tus-Version",
                            "Tus-Max-Size", "Tus-Extension", "Content-Range", "Accept-Ranges", "ETag"})
    EXPECT_TRUE(list_holds(value("Access-Control-Expose-Headers"), field)) << field;
}

} // namespace
} // namespace parley::net
