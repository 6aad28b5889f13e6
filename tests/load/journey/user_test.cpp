#include "load/journey/user.hpp"
#include "load/measure/clock.hpp"

#include <gtest/gtest.h>

namespace parley::load {
namespace {

/// Writes down what the user does, and has a clock that the test sets.
class told_journey_world final : public journey_world {
public:
  void connect(std::uint32_t, std::string_view token) override { say("connect", token); }
  std::string_view join(std::uint32_t) override {
    say("join", "");
    return "joined";
  }
  std::string_view leave(std::uint32_t) override {
    say("leave", "");
    return {};
  }
  void hang_up(std::uint32_t) override { say("hang up", ""); }
  bool send(std::uint32_t, std::string_view text) override {
    say("send", text);
    return connected;
  }
  void request(std::uint32_t, const journey_step& what, const fillings& with) override {
    say(what.method, what.target.fill(with) + what.text.fill(with));
  }
  void wake_at(std::uint32_t, std::int64_t time_ns) override { alarms.push_back(time_ns); }
  void done(std::size_t name, std::int64_t ns) override { say("done", std::to_string(name) + " " + ms(ns)); }
  void failed(std::size_t name, const std::string& why) override { say("failed", std::to_string(name) + ": " + why); }
  void ended(bool whole, std::int64_t ns) override { say(whole ? "whole" : "broken off", ms(ns)); }
  std::int64_t now() const override { return clock; }
  double chance() override { return drawn; }
  fillings about(std::uint32_t place) override { return {.room = 5, .member = place, .token = "t"}; }

  std::vector<std::string> take() { return std::exchange(told, {}); }

  std::vector<std::string> told;
  std::vector<std::int64_t> alarms;
  std::int64_t clock = 0;
  double drawn = 0;
  bool connected = true;

private:
  static std::string ms(std::int64_t ns) { return std::to_string(ns / ns_per_ms); }
  void say(std::string_view what, std::string_view more) {
    told.push_back(std::string(what) + (more.empty() ? "" : " ") + std::string(more));
  }
};

using lines = std::vector<std::string>;

class journeying : public testing::Test {
protected:
  journey_user& on(std::string_view toml, const std::optional<std::string>& data = std::nullopt,
                   std::uint32_t number = 0) {
    script_ = parse_journey(toml, data).value();
    user_.emplace(script_, 3U, number);
    user_->begin(world_);
    return *user_;
  }

  void pass(std::int64_t ms) { world_.clock += ms * ns_per_ms; }

  told_journey_world world_;
  journey_script script_;
  std::optional<journey_user> user_;
};

TEST_F(journeying, goes_from_step_to_step_as_answers_come_and_tells_their_times) {
  auto& user = on(R"(
[[step]]
connect = true
[[step]]
join = true
[[step]]
name = "say"
send = "{room} {member} {n}"
expect = "ack"
[[step]]
leave = true
)");
  EXPECT_EQ(world_.take(), (lines{"connect"}));
  EXPECT_TRUE(user.busy());
  pass(7);
  user.on_inside(world_, world_.clock);
  EXPECT_EQ(world_.take(), (lines{"done 0 7", "join"}));
  EXPECT_FALSE(user.on_text(world_, "something else", false, world_.clock));
  pass(2);
  EXPECT_TRUE(user.on_text(world_, "you joined", false, world_.clock));
  EXPECT_EQ(world_.take(), (lines{"done 1 2", "send 5 3 1"}));
  pass(4);
  EXPECT_TRUE(user.on_text(world_, "an ack", false, world_.clock));
  EXPECT_EQ(world_.take(), (lines{"done 2 4", "leave", "done 3 0", "whole 13", "hang up"}));
  EXPECT_FALSE(user.busy());
  EXPECT_EQ(world_.alarms.back(), world_.clock);
  user.on_wake(world_);
  EXPECT_EQ(world_.take(), (lines{"connect"})) << "and again from the first step";
}

TEST_F(journeying, takes_variables_from_data_and_from_answers) {
  const std::string_view toml = R"(
[[step]]
name = "ask"
request = "POST /login?as={login}"
save = { access = "/token", id = "/user/id" }
[[step]]
connect = true
token = "{access}"
[[step]]
name = "say"
send = "{id}"
expect = "ack"
)";
  auto& user = on(toml, "login\nann\nbob\n", 3);
  EXPECT_EQ(world_.take(), (lines{"POST /login?as=bob"})) << "user 3 has row 3 mod 2";
  user.on_answer(world_, 200, R"({"token":"a\"b","user":{"id":12}})", world_.clock);
  EXPECT_EQ(world_.take(), (lines{"done 0 0", "connect a\"b"}));
  user.on_inside(world_, world_.clock);
  EXPECT_EQ(world_.take(), (lines{"done 1 0", "send 12"}));
}

TEST_F(journeying, a_failure_says_what_was_awaited_and_what_came_last) {
  auto& user = on("[[step]]\nconnect = true\n[[step]]\njoin = true\n");
  user.on_inside(world_, 0);
  user.on_text(world_, "hello", false, 0);
  world_.take();
  pass(3);
  EXPECT_TRUE(user.on_text(world_, "error: muted", true, world_.clock));
  EXPECT_EQ(world_.take(), (lines{"failed 1: awaited 'joined', last came 'error: muted'", "broken off 3", "hang up"}));
  EXPECT_EQ(world_.alarms.back(), world_.clock + ns_per_s);
  pass(999);
  user.on_wake(world_);
  EXPECT_TRUE(world_.take().empty()) << "it rests a second";
  pass(1);
  user.on_wake(world_);
  EXPECT_EQ(world_.take(), (lines{"connect"}));
}

TEST_F(journeying, does_not_wait_for_ever) {
  auto& user = on("timeout_s = 2\n[[step]]\nconnect = true\n");
  EXPECT_EQ(world_.alarms, (std::vector<std::int64_t>{2 * ns_per_s}));
  pass(1999);
  user.on_wake(world_);
  EXPECT_TRUE(user.busy());
  pass(1);
  user.on_wake(world_);
  EXPECT_EQ(world_.take()[1], "failed 0: awaited to be greeted, nothing came; it took too long");
}

TEST_F(journeying, an_answer_of_another_status_or_without_what_is_saved_fails) {
  const std::string_view toml = "[[step]]\nname = 'ask'\nrequest = 'GET /x'\nstatus = 201\nexpect = 'ok'\n"
                                "save = { id = '/id' }\n";
  auto& user = on(toml);
  user.on_answer(world_, 200, "ok", 0);
  EXPECT_EQ(world_.take()[1], "failed 0: awaited status 201 with 'ok', last came '200 ok'");
  on(toml).on_answer(world_, 201, R"({"ok":1})", 0);
  EXPECT_EQ(world_.take()[1], R"(failed 0: there is no /id in '{"ok":1}')");
  on(toml).on_request_broken(world_, "the server hung up");
  EXPECT_EQ(world_.take()[1], "failed 0: awaited status 201 with 'ok', nothing came; the server hung up");
}

TEST_F(journeying, a_connection_that_ends_fails_the_step_that_waits) {
  auto& user =
    on("[[step]]\nconnect = true\n[[step]]\nthink_ms = 50\nexactly = true\n[[step]]\nname = 'say'\nsend = 'x'\n");
  user.on_inside(world_, 0);
  world_.take();
  user.on_broken(world_, "the server hung up");
  EXPECT_TRUE(world_.take().empty()) << "nobody waits for anything";
  world_.connected = false;
  pass(50);
  user.on_wake(world_);
  EXPECT_EQ(world_.take()[1], "failed 1: there is no connection to send over");
}

TEST_F(journeying, looks_back_at_what_came_while_it_thought) {
  auto& user = on("[[step]]\nconnect = true\n[[step]]\nthink_ms = 50\nexactly = true\n"
                  "[[step]]\nname = 'hear'\nexpect = 'news'\n[[step]]\nname = 'more'\nexpect = 'news'\n");
  user.on_inside(world_, 0);
  EXPECT_FALSE(user.on_text(world_, "other", false, 0));
  EXPECT_FALSE(user.on_text(world_, "first news", false, 0));
  world_.take();
  pass(50);
  user.on_wake(world_);
  EXPECT_EQ(world_.take(), (lines{"done 1 0"})) << "the second one has not come";
  EXPECT_TRUE(user.busy());
  EXPECT_TRUE(user.on_text(world_, "second news", false, world_.clock));
}

TEST_F(journeying, branches_by_share_and_repeats) {
  const std::string_view toml = R"(
[[step]]
connect = true
[[step]]
repeat = 2
[[step.step]]
[[step.step.branch]]
share = 3
[[step.step.branch.step]]
name = "often"
send = "often"
[[step.step.branch]]
share = 1
[[step.step.branch.step]]
name = "seldom"
send = "seldom"
)";
  world_.drawn = 0.74;
  on(toml).on_inside(world_, 0);
  EXPECT_EQ(world_.take(),
            (lines{"connect", "done 0 0", "send often", "done 1 0", "send often", "done 1 0", "whole 0", "hang up"}));
  world_.drawn = 0.76;
  on(toml).on_inside(world_, 0);
  EXPECT_EQ(world_.take()[2], "send seldom");
}

TEST_F(journeying, pauses_by_the_distribution_that_the_step_names) {
  const auto pause_ms = [&](std::string_view think, double drawn) {
    world_.drawn = drawn;
    on("[[step]]\n" + std::string(think) + "\n");
    return static_cast<double>(world_.alarms.back() - world_.clock) / ns_per_ms;
  };
  EXPECT_EQ(pause_ms("think_ms = 100\nexactly = true", 0.9), 100);
  EXPECT_EQ(pause_ms("think_ms = [100, 200]", 0.25), 125);
  EXPECT_NEAR(pause_ms("think_ms = 100", 0.5), 69.3147, 0.001);
  EXPECT_EQ(pause_ms("think_ms = 100", 0), 0);
}

TEST_F(journeying, begins_no_further_step_when_it_is_stopped) {
  auto& user = on("[[step]]\nconnect = true\n[[step]]\njoin = true\n");
  user.stop();
  EXPECT_TRUE(user.busy()) << "its answer may still come";
  pass(5);
  user.on_inside(world_, world_.clock);
  EXPECT_EQ(world_.take(), (lines{"connect", "done 0 5"}));
  EXPECT_FALSE(user.busy());
}

} // namespace
} // namespace parley::load
