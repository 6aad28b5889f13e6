#include "load/measure/clock.hpp"
#include "load/scenario/journey_part.hpp"
#include "tests/load/wire/loopback.hpp"

#include <functional>
#include <memory>

namespace parley::load {
namespace {

constexpr std::string_view one_request = R"(
[[step]]
name = "ask"
request = "POST /rooms/{room}/x?n={n}"
headers = ["Authorization: Bearer {token}"]
body = "hello {member}"
save = { id = "/id" }
)";

/// One user against a server of the test's own.
class one_traveller : public testing::Test {
protected:
  void begin(std::string_view steps) {
    options_.script = parse_journey(steps, std::nullopt).value();
    part_ = std::make_unique<journey_part>(options_, part_setup{{}, loop_, to_, speaks_, tokens_, counts_, 1});
    ASSERT_TRUE(part_->opened());
    const std::int64_t start = now_ns();
    part_->begin({start, start, start + 3600 * ns_per_s, start + 3600 * ns_per_s});
    part_->step(now_ns());
  }

  void poll_until(const std::function<bool()>& there) {
    loopback::turn_until(loop_, [&] {
      part_->step(now_ns());
      return there();
    });
  }

  /// The answer to a request that has come by now.
  void answer(std::string_view text) {
    server_.accept();
    poll_until([&] { return counts_.count_of("sent") > 0; });
    loop_.poll(10 * ns_per_ms);
    asked_ = server_.read();
    server_.write(text);
  }

  loop loop_;
  loopback server_;
  servers to_{{server_.to}, 1};
  dialect speaks_ = find_dialect("parley").value();
  std::vector<std::string> tokens_{"secret"};
  tally counts_;
  journey_options options_;
  std::unique_ptr<journey_part> part_;
  std::string asked_;
};

TEST_F(one_traveller, asks_with_its_places_filled_and_is_done_when_it_is_answered) {
  begin(one_request);
  answer("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n{\"id\":1}");
  poll_until([&] { return counts_.count_of("journeys") == 1; });
  EXPECT_TRUE(asked_.starts_with("POST /rooms/1/x?n=1 HTTP/1.1\r\n")) << asked_;
  EXPECT_NE(asked_.find("\r\nAuthorization: Bearer secret\r\n"), std::string::npos) << asked_;
  EXPECT_TRUE(asked_.ends_with("\r\n\r\nhello 0")) << asked_;
  EXPECT_EQ(counts_.count_of("step.ask.done"), 1U);
  EXPECT_EQ(counts_.times_of("step.ask").count(), 1U);
  EXPECT_EQ(counts_.times_of("step").count(), 1U);
  EXPECT_EQ(counts_.count_of("journeys_failed"), 0U);
}

TEST_F(one_traveller, keeps_the_reason_of_the_first_failure_of_a_step) {
  begin(one_request);
  answer("HTTP/1.1 403 Forbidden\r\nContent-Length: 5\r\n\r\nnever");
  poll_until([&] { return counts_.count_of("journeys_failed") == 1; });
  EXPECT_EQ(counts_.count_of("step.ask.failed"), 1U);
  EXPECT_EQ(counts_.first_of("step.ask"), "awaited status 2xx, last came '403 never'");
  EXPECT_EQ(counts_.count_of("step.ask.done"), 0U);
  EXPECT_TRUE(part_->settled());
}

TEST_F(one_traveller, fails_where_the_server_hangs_up_in_place_of_an_answer) {
  begin(one_request);
  server_.accept();
  poll_until([&] { return counts_.count_of("sent") > 0; });
  EXPECT_FALSE(part_->settled());
  part_->tell(counts_);
  EXPECT_EQ(counts_.count_of("unanswered"), 1U);
  loop_.poll(10 * ns_per_ms);
  static_cast<void>(server_.read());
  server_.hang_up();
  poll_until([&] { return counts_.count_of("journeys_failed") == 1; });
  EXPECT_EQ(counts_.first_of("step.ask"), "awaited status 2xx, nothing came; the server hung up");
}

TEST_F(one_traveller, fails_where_nobody_can_be_reached_and_begins_nothing_once_it_is_over) {
  server_.refuse();
  begin("[[step]]\nconnect = true\n");
  poll_until([&] { return counts_.count_of("journeys_failed") == 1; });
  EXPECT_EQ(counts_.first_of("step.connect"),
            "awaited to be greeted, nothing came; cannot connect: Connection refused");
  part_->finish(now_ns());
  EXPECT_TRUE(part_->settled());
  EXPECT_EQ(counts_.count_of("handshakes"), 0U);
}

} // namespace
} // namespace parley::load
