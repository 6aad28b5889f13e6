#include "net/http/assets.hpp"
#include "net/http/embedded.hpp"
#include "tests/net/http/loopback.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

namespace parley::net {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class assets : public testing::Test {
protected:
  std::string get(std::string_view path, std::string_view fields = "", std::string_view method = "GET") {
    std::string text(method);
    text.append(" ").append(path).append(" HTTP/1.1\r\nHost: a\r\n").append(fields).append("\r\n");
    return converse(host_, text);
  }

  static std::string field(const std::string& said, const std::string& name) {
    std::smatch found;
    return std::regex_search(said, found, std::regex("\r\n" + name + ": ([^\r]*)\r\n")) ? found[1].str() : "";
  }

  loopback_host host_;
};

TEST_F(assets, are_served_with_their_type_a_tag_and_nosniff) {
  for (const auto& [path, type] : std::vector<std::pair<std::string, std::string>>{
         {"/", "text/html; charset=utf-8"},
         {"/docs", "text/html; charset=utf-8"},
         {"/docs/", "text/html; charset=utf-8"},
         {"/openapi.json", "application/json"},
         {"/asyncapi.json", "application/json"},
         {"/static/docs/docs.css", "text/css; charset=utf-8"},
         {"/static/docs/docs.js", "text/javascript; charset=utf-8"},
         {"/static/docs/swagger-ui-bundle.js", "text/javascript; charset=utf-8"},
         {"/static/home/icon.svg", "image/svg+xml"}}) {
    const auto said = get(path);
    EXPECT_EQ(status_of(said), 200) << path;
    EXPECT_EQ(field(said, "Content-Type"), type) << path;
    EXPECT_EQ(field(said, "X-Content-Type-Options"), "nosniff") << path;
    EXPECT_EQ(field(said, "Cache-Control"), "no-cache") << path;
    EXPECT_THAT(field(said, "ETag"), testing::MatchesRegex("\"[^\"]{16,}\"")) << path;
  }
}

TEST_F(assets, are_not_sent_again_to_who_has_them) {
  const auto tag = field(get("/docs"), "ETag");
  for (const auto& known : {tag, "W/" + tag, "\"other\", " + tag, std::string("*")}) {
    const auto said = get("/docs", "If-None-Match: " + known + "\r\n");
    EXPECT_EQ(status_of(said), 304) << known;
    EXPECT_EQ(field(said, "ETag"), tag);
    EXPECT_THAT(said, EndsWith("\r\n\r\n"));
  }
  EXPECT_EQ(status_of(get("/docs", "If-None-Match: \"other\"\r\n")), 200);
  EXPECT_NE(field(get("/"), "ETag"), tag);
}

TEST_F(assets, are_not_sent_to_who_wants_another_version) {
  for (const auto* path : {"/", "/docs", "/openapi.json", "/asyncapi.json", "/static/home/home.css"}) {
    const auto tag = field(get(path), "ETag");
    EXPECT_EQ(status_of(get(path, "If-Match: " + tag + "\r\n")), 200) << path;
    EXPECT_EQ(status_of(get(path, "If-Match: *\r\n")), 200) << path;
    const auto said = get(path, "If-Match: \"other\"\r\nIf-None-Match: " + tag + "\r\n");
    EXPECT_EQ(status_of(said), 412) << path;
    EXPECT_EQ(field(said, "Content-Type"), "application/problem+json") << path;
  }
}

TEST_F(assets, answer_head_with_the_same_head) {
  const auto said = get("/static/home/home.css", "", "HEAD");
  EXPECT_EQ(status_of(said), 200);
  EXPECT_EQ(field(said, "Content-Length"), std::to_string(find_asset("home/home.css")->content.size()));
  EXPECT_THAT(said, EndsWith("\r\n\r\n"));
}

TEST_F(assets, come_packed_under_another_tag_where_the_client_takes_it) {
  const auto* bundle = find_asset("docs/swagger-ui-bundle.js");
  ASSERT_NE(bundle, nullptr) << "run script/bootstrap, which installs web/docs";
  ASSERT_FALSE(bundle->packed.empty());
  const auto plain = get("/static/docs/swagger-ui-bundle.js", "", "HEAD");
  const auto packed = get("/static/docs/swagger-ui-bundle.js", "Accept-Encoding: br, gzip\r\n", "HEAD");
  EXPECT_EQ(field(plain, "Content-Encoding"), "");
  EXPECT_EQ(field(packed, "Content-Encoding"), "gzip");
  EXPECT_EQ(field(packed, "Content-Length"), std::to_string(bundle->packed.size()));
  EXPECT_EQ(field(packed, "Vary"), "Accept-Encoding");
  EXPECT_NE(field(packed, "ETag"), field(plain, "ETag"));
  EXPECT_THAT(std::string(bundle->packed), StartsWith("\x1f\x8b"));
}

TEST_F(assets, do_not_leave_their_folder) {
  for (const auto* path :
       {"/static/..", "/static/../../etc/passwd", "/static/%2e%2e/%2e%2e/etc/passwd", "/static/..%2f..%2fetc/passwd",
        "/static//etc/passwd", "/static/docs/../docs/docs.js", "/static/docs", "/static/docs/", "/static/nothing.js",
        "/static/docs/swagger-ui.css.gz", "/static/docs%00/docs.js"}) {
    const auto status = status_of(get(path));
    EXPECT_TRUE(status == 404 || status == 422) << path << ": " << status;
  }
}

TEST_F(assets, let_pages_load_nothing_from_elsewhere) {
  for (const auto* path : {"/", "/docs"}) {
    const auto policy = field(get(path), "Content-Security-Policy");
    EXPECT_THAT(policy, HasSubstr("default-src 'none'")) << path;
    EXPECT_THAT(policy, Not(HasSubstr("http"))) << path;
    EXPECT_THAT(policy, Not(HasSubstr("unsafe-eval"))) << path;
  }
}

TEST_F(assets, keep_pages_out_of_frames_and_their_addresses_to_themselves) {
  for (const auto* path : {"/", "/docs"}) {
    EXPECT_THAT(field(get(path), "Content-Security-Policy"), HasSubstr("frame-ancestors 'none'")) << path;
    EXPECT_EQ(field(get(path), "Referrer-Policy"), "no-referrer") << path;
  }
}

TEST_F(assets, name_no_other_host) {
  // What a page loads or links to: attributes, url(…), imports. Names of XML spaces are no addresses.
  const std::regex elsewhere(
    R"re((src|href|action)\s*=\s*["'](https?:)?//|url\(\s*["']?(https?:)?//|@import|from\s*["'](https?:)?//)re");
  for (const auto& file : web_files())
    if (!file.path.ends_with(".gz") && !file.path.starts_with("docs/swagger-ui-bundle")) {
      EXPECT_FALSE(std::regex_search(file.content.begin(), file.content.end(), elsewhere)) << file.path;
    }
}

TEST(a_page, below_a_path_refers_to_what_is_below_it) {
  EXPECT_EQ(place_page(R"(<a href="/docs">/docs</a><img src="/static/x.svg"><a href="#x"><a href="/">)", "/parley"),
            R"(<a href="/parley/docs">/docs</a><img src="/parley/static/x.svg"><a href="#x"><a href="/parley/">)");
  EXPECT_EQ(place_page(R"(<a href="//cdn.example/x"><a href="https://a.example/"><a href="x">)", "/parley"),
            R"(<a href="//cdn.example/x"><a href="https://a.example/"><a href="x">)");
  EXPECT_EQ(place_page("", "/parley"), "");
}

TEST_F(assets, have_tags_that_tell_contents_apart) {
  EXPECT_EQ(make_etag("a"), make_etag("a"));
  EXPECT_NE(make_etag("a"), make_etag("b"));
}

} // namespace
} // namespace parley::net
