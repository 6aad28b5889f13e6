#include "protocol/origin.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace parley {
namespace {

struct same_origin_case {
  std::string_view origin;
  std::string_view host;
  bool is_same;
};

TEST(origins, are_of_a_host_by_its_name_and_where_it_has_one_by_its_port) {
  for (const auto& x : {
         same_origin_case{"http://a.example", "a.example", true},
         same_origin_case{"https://a.example", "a.example", true},
         same_origin_case{"http://A.Example", "a.exAmple", true},
         same_origin_case{"http://a.example:80", "a.example", true},
         same_origin_case{"https://a.example", "a.example:443", true},
         same_origin_case{"http://a.example:8000", "a.example:8000", true},
         same_origin_case{"http://[::1]:8000", "[::1]:8000", true},
         same_origin_case{"http://[::1]", "[::1]", true},
         same_origin_case{"http://a.example:8000", "a.example", true},
         same_origin_case{"https://a.example:8443", "a.example", true},
         same_origin_case{"https://[::1]:8443", "[::1]", true},
         same_origin_case{"http://a.example", "a.example:8000", false},
         same_origin_case{"https://a.example", "a.example:80", false},
         same_origin_case{"http://b.example", "a.example", false},
         same_origin_case{"http://a.example.evil.example", "a.example", false},
         same_origin_case{"ftp://a.example", "a.example", false},
         same_origin_case{"http://x@a.example", "a.example", false},
         same_origin_case{"https://a.example:8443", "b.example", false},
         same_origin_case{"capacitor://a.example", "a.example", false},
         same_origin_case{"https://a.example:", "a.example", false},
         same_origin_case{"https://a.example:x", "a.example", false},
         same_origin_case{"https://a.example", "", false},
         same_origin_case{"null", "null", false},
         same_origin_case{"", "", false},
       })
    EXPECT_EQ(is_origin_of(x.origin, x.host), x.is_same) << x.origin << " at " << x.host;
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

bool lists(const std::string& entry, std::string_view origin) {
  EXPECT_TRUE(is_origin_entry(entry)) << entry;
  const std::vector<std::string> list{entry};
  return is_listed_origin(origin, list);
}

TEST(origins, of_applications_are_listed_by_scheme_and_host) {
  for (const auto* one :
       {"capacitor://localhost", "ionic://localhost", "tauri://localhost", "app://parley", "app://.", "app://-",
        "chrome-extension://abcdefghijklmnopabcdefghijklmnop", "moz-extension://2c127fa4-62c7-7e4f-90e5-472b45eecfdc",
        "safari-web-extension://7A5B1F6E-1111-4B2B-8A5C-0123456789AB", "vscode-webview://abc", "file://",
        "capacitor://localhost:8080"}) {
    EXPECT_TRUE(lists(one, one)) << one;
    EXPECT_FALSE(lists(one, std::string(one) + "x")) << one;
    EXPECT_FALSE(lists(one, "x" + std::string(one))) << one;
  }
  EXPECT_FALSE(lists("capacitor://localhost", "http://localhost"));
  EXPECT_FALSE(lists("http://localhost", "capacitor://localhost"));
  EXPECT_FALSE(lists("capacitor://localhost", "capacitor://localhost:8080"));
}

TEST(origins, of_every_extension_of_a_browser_may_be_listed) {
  EXPECT_TRUE(lists("moz-extension://*", "moz-extension://2c127fa4-62c7-7e4f-90e5-472b45eecfdc"));
  EXPECT_FALSE(lists("moz-extension://*", "chrome-extension://abc"));
  EXPECT_FALSE(lists("moz-extension://*", "moz-extension://"));
}

TEST(origins, without_a_name_are_listed_as_null) {
  EXPECT_TRUE(lists("null", "null"));
  EXPECT_FALSE(lists("null", "https://a.example"));
  EXPECT_FALSE(lists("https://a.example", "null"));
  EXPECT_FALSE(lists("null", "NULL"));
}

TEST(origins, below_a_name_are_listed_at_any_depth) {
  const auto* all = "https://*.a.example";
  for (const auto* one :
       {"https://b.a.example", "https://c.b.a.example", "https://B.A.example", "https://b.a.example:443"})
    EXPECT_TRUE(lists(all, one)) << one;
  for (const auto* one :
       {"https://a.example", "https://ba.example", "https://.a.example", "http://b.a.example",
        "https://b.a.example:8443", "https://b.a.example.evil.example", "https://evil.example?.a.example",
        "https://evil.example/.a.example", "https://evil.example#.a.example", "https://evil@b.a.example",
        "https://evil.example:443.a.example", "https://evil.example\\.a.example", "https://*.a.example",
        "https://evil.example .a.example", "https://evil.example,https://b.a.example", "null"})
    EXPECT_FALSE(lists(all, one)) << one;
  EXPECT_TRUE(lists("https://*.a.example:8443", "https://b.a.example:8443"));
  EXPECT_FALSE(lists("https://*.a.example:8443", "https://b.a.example"));
}

TEST(an_entry_of_origins, is_written_as_browsers_write_it) {
  for (const auto* one :
       {"https://a.example", "http://localhost:5173", "https://xn--e1afmkfd.example", "http://[::1]:8000", "*", "null",
        "https://*.example", "https://*.a.example:8443", "http://a.example:443"})
    EXPECT_TRUE(is_origin_entry(one)) << one;
  for (const auto* one : {"",
                          "a.example",
                          "https://",
                          "https://a.example/",
                          "https://a.example/x",
                          "https://A.example",
                          "https://a.example:443",
                          "http://a.example:80",
                          "https://a.example:",
                          "https://u@a.example",
                          "HTTPS://a.example",
                          "https://*",
                          "https://*.",
                          "https://a.*.example",
                          "https://*a.example",
                          "https://*.*.example",
                          "https://a.example:*",
                          "https://a.example:0",
                          "https://a.example:65536",
                          "https://a.example, https://b.example",
                          "https://a\n",
                          "https://münchen.example",
                          "://a",
                          "1a://b",
                          "Capacitor://localhost",
                          "capacitor://local host",
                          "capacitor://localhost/",
                          "capacitor:localhost",
                          "moz-extension://*.a",
                          "https://*.[::1]",
                          "Null",
                          "https://..example",
                          "https://[x]"})
    EXPECT_FALSE(is_origin_entry(one)) << one;
}

TEST(a_host_of_media, is_a_source_that_ends_no_directive) {
  for (const auto* one : {"media.example.org", "*.example.org", "https://media.example.org", "http://a.example:8080",
                          "https://*.a.example:8443", "localhost:9000", "192.0.2.7"})
    EXPECT_TRUE(is_media_host(one)) << one;
  for (const auto* one :
       {"", "*", "*.", "a b", "a;script-src *", "a,b", "'self'", "https:", "https://", "ftp://a.example",
        "a.example/path", "a.example:", "a.example:0", "a.example:x", "A.example", "data:", "a*.example", "a\n"})
    EXPECT_FALSE(is_media_host(one)) << one;
}

} // namespace
} // namespace parley
