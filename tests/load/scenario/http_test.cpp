#include "load/scenario/http.hpp"

#include <CLI/CLI.hpp>
#include <gtest/gtest.h>

namespace parley::load {
namespace {

struct http_requests : testing::Test {
  static std::string conflict(const std::string& flags, const std::string& speaks = "parley",
                              std::uint32_t processes = 1) {
    CLI::App app;
    http_scenario fresh;
    fresh.add_flags(app);
    app.parse(flags);
    return fresh.conflict(find_dialect(speaks).value(), {0, processes});
  }
};

TEST_F(http_requests, are_posts_to_a_room_where_nothing_else_is_said) {
  const auto what = request_of({}, find_dialect("parley").value());
  ASSERT_TRUE(what);
  EXPECT_EQ(what->method, "POST");
  EXPECT_EQ(what->path.fill({.room = 3}), "/rooms/3/messages/");
  EXPECT_EQ(what->body.fill({.content = "abc"}), R"({"content":"abc"})");
  ASSERT_EQ(what->headers.size(), 2U);
  EXPECT_EQ(what->headers[0].fill({.token = "t"}), "Authorization: Bearer t");
}

TEST_F(http_requests, are_those_of_the_dialect_where_it_publishes_so) {
  const auto what = request_of({}, find_dialect("nchan").value());
  ASSERT_TRUE(what);
  EXPECT_EQ(what->path.fill({.room = 3}), "/pub/3");
  EXPECT_EQ(what->body.fill({.content = "abc"}), "abc");
}

TEST_F(http_requests, are_what_the_flags_say_before_all_else) {
  const auto what = request_of({.method = "PUT", .path = "/x/{room}", .body = "{n}", .headers = {"X-Me: {member}"}},
                               find_dialect("nchan").value());
  ASSERT_TRUE(what);
  EXPECT_EQ(what->method, "PUT");
  EXPECT_EQ(what->path.fill({.room = 3}), "/x/3");
  EXPECT_EQ(what->body.fill({.n = 7}), "7");
  ASSERT_EQ(what->headers.size(), 1U);
  EXPECT_EQ(what->headers[0].fill({.member = 5}), "X-Me: 5");
}

TEST_F(http_requests, have_no_body_of_the_dialect_on_a_path_of_the_flags) {
  EXPECT_TRUE(request_of({.path = "/x"}, find_dialect("parley").value())->body.empty());
  EXPECT_TRUE(request_of({.path = "/x"}, find_dialect("echo").value())->body.empty());
}

TEST_F(http_requests, take_a_body_for_the_path_of_the_dialect) {
  EXPECT_EQ(request_of({.body = "hello"}, find_dialect("parley").value())->body.fill({}), "hello");
}

TEST_F(http_requests, need_a_path_where_the_dialect_has_none) {
  EXPECT_EQ(conflict("", "echo"), "dialect echo publishes nothing by HTTP: --path and --body must say what to send");
  EXPECT_EQ(conflict("--path /x", "echo"), "");
}

TEST_F(http_requests, name_the_flag_with_a_misspelt_place) {
  EXPECT_TRUE(conflict("--path /{rooom}").starts_with("--path: ")) << conflict("--path /{rooom}");
  EXPECT_TRUE(conflict("--body {contents}").starts_with("--body: "));
  EXPECT_TRUE(conflict("--header {x}").starts_with("--header: "));
  EXPECT_EQ(conflict("--path messages"), "--path must begin with /");
}

TEST_F(http_requests, that_somebody_must_hear_carry_a_marker) {
  EXPECT_EQ(conflict("--listen 1"), "");
  EXPECT_EQ(conflict("--listen 1 --body hello"), "--listen needs {content} or {marker} in --body");
  EXPECT_EQ(conflict("--listen 1 --path /x?{marker}"), "");
}

TEST_F(http_requests, of_a_room_come_from_one_process) {
  EXPECT_EQ(conflict("--rooms 4 --window 4", "parley", 4), "");
  EXPECT_EQ(conflict("--rooms 4 --window 3", "parley", 4),
            "--processes must not exceed --rooms or --window: a room lives in one process");
}

TEST_F(http_requests, that_were_not_answered_fail_the_run) {
  tally total;
  total.count("unanswered") = 3;
  conclusion out;
  http_scenario().conclude(total, {}, out);
  EXPECT_EQ(out.faults, std::vector<std::string>{"3 requests were not answered"});
}

} // namespace
} // namespace parley::load
