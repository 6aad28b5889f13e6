#include "protocol/web_url.hpp"

#include <gtest/gtest.h>

namespace parley {
namespace {

TEST(a_web_url, has_a_scheme_and_a_host) {
  for (const char* url : {"http://a", "https://a.example", "HTTPS://A.example/", "http://a.example:8080/x?y#z",
                          "https://a.example:", "http://127.0.0.1:1", "http://[::1]", "http://[2001:db8::1]:65535/x",
                          "https://a?x", "https://a#x", "https://user:word@a.example/", "https://例子.example/视频.mp4",
                          "https://a/b@c:d", "https://a/%20"})
    EXPECT_TRUE(is_web_url(url)) << url;
}

TEST(a_web_url, is_nothing_else) {
  for (const char* url : {"",
                          "a",
                          "a.example",
                          "//a.example",
                          "/x",
                          "http:",
                          "http:/a",
                          "http://",
                          "https:///x",
                          "https://?x",
                          "https://#x",
                          "https://:80",
                          "https://user@",
                          "https://user@:80/",
                          "ftp://a",
                          "file:///etc/passwd",
                          "javascript:alert(1)",
                          "data:text/html,x",
                          " http://a",
                          "httpx://a",
                          "http://a:x",
                          "http://a:-1",
                          "http://a:65536",
                          "http://a:80:80",
                          "http://[::1",
                          "http://[]",
                          "http://[x]",
                          "http://[::1]x",
                          "http://a[",
                          "http://<a>"})
    EXPECT_FALSE(is_web_url(url)) << url;
}

TEST(a_web_url, has_no_white_space_control_or_backslash) {
  for (const char* url :
       {"http://a b", "http://a/ ", "http://a/\t", "http://a/\n", "http://a/\x7f", "http://a/\xc2\x85",
        "http://a/\xc2\xa0", "http://a/\xe2\x80\xa8", "http://\\a", "http://a\\@b", "http://a/\xff"})
    EXPECT_FALSE(is_web_url(url)) << url;
}

} // namespace
} // namespace parley
