#include "load/journey/script.hpp"

#include <gtest/gtest.h>

namespace parley::load {
namespace {

journey_script script_of(std::string_view toml, const std::optional<std::string>& data = std::nullopt) {
  auto read = parse_journey(toml, data);
  EXPECT_TRUE(read) << read.error();
  return read ? std::move(*read) : journey_script{};
}

std::vector<journey_act> acts(const journey_script& of) {
  std::vector<journey_act> out;
  for (const journey_step& each : of.steps)
    out.push_back(each.act);
  return out;
}

TEST(journey_file, says_what_is_done_one_after_the_other) {
  const auto of = script_of(R"(
timeout_s = 2.5
[[step]]
name = "log-in"
request = "POST /auth/login"
headers = ["Content-Type: application/json"]
body = '{"user":"{login}"}'
status = 200
save = { access = "/access_token" }
[[step]]
connect = true
token = "{access}"
[[step]]
join = true
[[step]]
name = "say"
send = '{"n":{n},"to":{room}}'
expect = '"ack"'
[[step]]
name = "hear"
expect = '"new"'
[[step]]
think_ms = [200, 800]
[[step]]
close = true
)",
                            "login,word\nann,hello\nbob,good day\n");
  using enum journey_act;
  EXPECT_EQ(acts(of), (std::vector{request, connect, join, send, expect, think, close}));
  EXPECT_EQ(of.names, (std::vector<std::string>{"log-in", "connect", "join", "say", "hear"}));
  EXPECT_EQ(of.variables, (std::vector<std::string>{"login", "word", "access"}));
  EXPECT_EQ(of.columns, 2U);
  ASSERT_EQ(of.rows.size(), 2U);
  EXPECT_EQ(of.rows[1][1], "good day");
  EXPECT_EQ(of.timeout_ns, 2'500'000'000);
  EXPECT_TRUE(of.expects);
  EXPECT_FALSE(of.uses_token);
  EXPECT_FALSE(of.connects_by_token);
  const std::vector<std::string> values{"ann", "hello", "secret"};
  EXPECT_EQ(of.steps[0].method, "POST");
  EXPECT_EQ(of.steps[0].target.fill({}), "/auth/login");
  EXPECT_EQ(of.steps[0].text.fill({.variables = &values}), R"({"user":"ann"})");
  EXPECT_EQ(of.steps[0].status, 200U);
  EXPECT_EQ(of.steps[0].saves, (std::vector<std::pair<std::size_t, std::string>>{{2, "/access_token"}}));
  EXPECT_EQ(of.steps[1].target.fill({.variables = &values}), "secret");
  EXPECT_EQ(of.steps[3].text.fill({.room = 7, .n = 3}), R"({"n":3,"to":7})");
  EXPECT_EQ(of.steps[5].least_ms, 200);
  EXPECT_EQ(of.steps[5].most_ms, 800);
  EXPECT_FALSE(of.steps[5].exponential);
}

TEST(journey_file, repeats_and_branches_become_jumps) {
  const auto of = script_of(R"(
[[step]]
connect = true
[[step]]
repeat = 3
[[step.step]]
think_ms = 5
[[step.step]]
[[step.step.branch]]
share = 3
[[step.step.branch.step]]
think_ms = 1
exactly = true
[[step.step.branch]]
share = 1
)");
  using enum journey_act;
  ASSERT_EQ(acts(of), (std::vector{connect, repeat, think, branch, think, jump, jump, again}));
  EXPECT_EQ(of.steps[1].times, 3U);
  EXPECT_EQ(of.steps[7].go_to, 2U);
  EXPECT_EQ(of.steps[3].branches, (std::vector<std::pair<double, std::size_t>>{{0.75, 4}, {1, 6}}));
  EXPECT_EQ(of.steps[5].go_to, 7U);
  EXPECT_EQ(of.steps[6].go_to, 7U);
  EXPECT_TRUE(of.steps[2].exponential);
  EXPECT_FALSE(of.steps[4].exponential);
  EXPECT_EQ(of.counters, 1U);
  EXPECT_TRUE(of.connects_by_token);
}

TEST(journey_file, what_it_may_not_say_is_refused_in_one_line_that_names_the_step) {
  const std::pair<const char*, const char*> cases[] = {
    {"", "at least one [[step]]"},
    {"speed = 3\n[[step]]\nconnect = true", "'speed' is no key of a journey"},
    {"[[step]]\nname = 'x'", "step 1: says nothing to do"},
    {"[[step]]\nconnect = true\n[[step]]\nsend = 'x'", "step 2: wants a 'name'"},
    {"[[step]]\nname = 'a b'\nsend = 'x'", "step 1: wants a 'name' of letters"},
    {"[[step]]\nconnect = true\nbody = 'x'", "step 1: 'body' does not go with 'connect'"},
    {"[[step]]\nconnect = false", "'connect' must be true"},
    {"[[step]]\nname = 'x'\nsend = '{nobody}'", "step 1: 'send': there is no place {nobody}"},
    {"[[step]]\nname = 'x'\nsend = '{marker}'", "other scenarios"},
    {"[[step]]\nname = 'x'\nsend = 'x'\nsave = { a = '/a' }", "'expect' must say"},
    {"[[step]]\nname = 'x'\nexpect = 'x'\nsave = { a = 'a' }", "JSON pointer"},
    {"[[step]]\nname = 'x'\nexpect = 'x'\nsave = { room = '/a' }", "'room' must be small letters"},
    {"[[step]]\nname = 'x'\nrequest = '/path'", "a method and a path"},
    {"[[step]]\nname = 'x'\nrequest = 'GET /'\nstatus = 99", "'status' must be a number from 100"},
    {"[[step]]\nthink_ms = [5, 2]", "'think_ms' must be a number from 5"},
    {"[[step]]\nthink_ms = [5, 2, 7]", "a mean or a range"},
    {"[[step]]\nrepeat = 0", "'repeat' must be a whole number"},
    {"[[step]]\nrepeat = 2\n[[step.step]]\nclose = true", "no step waits"},
    {"[[step]]\nconnect = true\n[[step]]\nrepeat = 2\n[[step.step]]\nclose = true\nx = 1", "step 2.1: 'x'"},
    {"[[step]]\n[[step.branch]]\nshare = 1\n[[step.branch.step]]\nx = 1", "step 1.branch 1.1: says nothing"},
    {"[[step]]\n[[step.branch]]\nstep = []", "with a 'share'"},
    {"[[step]\n", "line 1"},
  };
  for (const auto& [toml, said] : cases) {
    const auto read = parse_journey(toml, std::nullopt);
    ASSERT_FALSE(read) << toml;
    EXPECT_NE(read.error().find(said), std::string::npos) << read.error();
    EXPECT_EQ(read.error().find('\n'), std::string::npos) << read.error();
  }
  const auto connects = "[[step]]\nconnect = true";
  EXPECT_NE(parse_journey(connects, "a,a\n1,2").error().find("two columns 'a'"), std::string::npos);
  EXPECT_NE(parse_journey(connects, "Name\n1").error().find("column 'Name'"), std::string::npos);
  EXPECT_NE(parse_journey(connects, "a\n").error().find("at least one row"), std::string::npos);
}

} // namespace
} // namespace parley::load
