#include "load/measure/clock.hpp"
#include "load/scenario/http_part.hpp"
#include "tests/load/wire/loopback.hpp"

#include <functional>
#include <memory>

namespace parley::load {
namespace {

constexpr std::int64_t moment_ns = 10 * ns_per_ms; ///< what is waited for is there already
constexpr std::string_view created = "HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}";

/// One poster in one room; nobody listens.
class one_poster : public testing::Test {
protected:
  void begin(double rate) {
    options_ = {.rooms = 1, .window = 1, .pace = {.rate = rate}};
    part_ = std::make_unique<http_part>(options_, part_setup{{}, loop_, to_, speaks_, tokens_, counts_, 1});
    part_->open(now_ns());
    ASSERT_TRUE(part_->opened());
    server_.accept();
    start_ = now_ns();
    part_->begin({start_, start_, start_ + 3600 * ns_per_s, start_ + 3600 * ns_per_s});
  }

  void poll_until(const std::function<bool()>& there) { loopback::turn_until(loop_, there); }

  void await_answers(std::uint64_t count) {
    poll_until([&] { return counts_.count_of("answered") >= count; });
  }

  [[nodiscard]] std::uint64_t unanswered() {
    part_->tell(counts_);
    return counts_.count_of("unanswered");
  }

  loop loop_;
  loopback server_;
  servers to_{{server_.to}, 1};
  dialect speaks_ = find_dialect("parley").value();
  std::vector<std::string> tokens_{"secret"};
  tally counts_;
  http_options options_;
  std::unique_ptr<http_part> part_;
  std::int64_t start_ = 0;
};

TEST_F(one_poster, asks_with_its_token_and_a_marked_content) {
  begin(0);
  part_->step(start_);
  loop_.poll(moment_ns);
  const std::string heard = server_.read();
  EXPECT_TRUE(heard.starts_with("POST /rooms/1/messages/ HTTP/1.1\r\n")) << heard;
  EXPECT_NE(heard.find("\r\nAuthorization: Bearer secret\r\n"), std::string::npos) << heard;
  EXPECT_NE(heard.find("{\"content\":\"~ply:"), std::string::npos) << heard;
}

TEST_F(one_poster, asks_again_when_it_is_answered_in_a_closed_loop) {
  begin(0);
  part_->step(start_);
  part_->step(start_ + 1);
  EXPECT_EQ(counts_.count_of("sent"), 1U);
  server_.write(created);
  await_answers(1);
  EXPECT_EQ(counts_.count_of("sent"), 2U);
  EXPECT_EQ(counts_.count_of("status_2xx"), 1U);
  EXPECT_EQ(unanswered(), 1U) << "the second one is on its way";
}

TEST_F(one_poster, lets_what_is_due_wait_for_the_connection_and_counts_that_time) {
  begin(1000);
  part_->step(start_);
  part_->step(start_ + 2 * ns_per_ms);
  EXPECT_EQ(counts_.count_of("sent"), 1U);
  EXPECT_EQ(counts_.count_of("measured_sent"), 3U);
  EXPECT_FALSE(part_->settled());
  for (std::uint64_t i = 1; i <= 3; ++i) {
    server_.write(created);
    await_answers(i);
  }
  EXPECT_EQ(counts_.count_of("sent"), 3U);
  EXPECT_EQ(counts_.times_of("latency").count(), 3U);
  EXPECT_TRUE(part_->settled());
  EXPECT_EQ(unanswered(), 0U);
}

TEST_F(one_poster, counts_a_refusal_by_its_status_and_shows_its_code) {
  begin(1);
  part_->step(start_);
  server_.write("HTTP/1.1 403 Forbidden\r\nContent-Length: 23\r\n\r\n{\"code\":\"not_a_member\"}");
  await_answers(1);
  EXPECT_EQ(counts_.count_of("status_4xx"), 1U);
  EXPECT_EQ(counts_.count_of("errors"), 1U);
  EXPECT_EQ(counts_.first_of("error"), "HTTP 403 not_a_member");
  EXPECT_EQ(counts_.count_of("acknowledged"), 0U);
  EXPECT_TRUE(part_->settled());
}

TEST_F(one_poster, comes_again_where_the_server_closes_after_each_answer) {
  begin(0);
  part_->step(start_);
  for (std::uint64_t i = 1; i <= 3; ++i) {
    server_.write("HTTP/1.1 201 Created\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    await_answers(i);
    server_.accept();
  }
  EXPECT_EQ(counts_.count_of("sent"), 4U);
  EXPECT_EQ(counts_.count_of("reconnects"), 3U);
  EXPECT_EQ(counts_.count_of("closes"), 0U);
}

TEST_F(one_poster, does_not_mind_the_end_of_an_idle_connection) {
  begin(1);
  server_.hang_up();
  loop_.poll(moment_ns);
  part_->step(start_);
  server_.accept();
  server_.write(created);
  await_answers(1);
  EXPECT_EQ(counts_.count_of("closes"), 0U);
  EXPECT_EQ(counts_.count_of("reconnects"), 1U);
  EXPECT_EQ(unanswered(), 0U);
}

TEST_F(one_poster, misses_the_answer_that_a_broken_connection_owed) {
  begin(1);
  part_->step(start_);
  loop_.poll(moment_ns);
  static_cast<void>(server_.read());
  server_.hang_up();
  poll_until([&] { return counts_.count_of("closes") == 1; });
  EXPECT_EQ(unanswered(), 1U);
  EXPECT_EQ(counts_.first_of("close"), "the server hung up");
  EXPECT_TRUE(part_->settled()) << "it will never come";
  EXPECT_FALSE(part_->over()) << "the server may be there still";
}

TEST_F(one_poster, has_no_more_to_do_where_the_server_is_gone) {
  begin(0);
  part_->step(start_);
  loop_.poll(moment_ns);
  static_cast<void>(server_.read());
  server_.refuse();
  server_.hang_up();
  poll_until([&] { return part_->over(); });
  EXPECT_TRUE(part_->settled());
  EXPECT_EQ(counts_.count_of("connections"), 0U);
  EXPECT_TRUE(part_->fault().empty()) << "what was measured is kept";
}

TEST_F(one_poster, cannot_begin_without_a_server) {
  server_.refuse();
  options_ = {.rooms = 1, .window = 1};
  part_ = std::make_unique<http_part>(options_, part_setup{{}, loop_, to_, speaks_, tokens_, counts_, 1});
  part_->open(now_ns());
  poll_until([&] { return !part_->fault().empty(); });
  EXPECT_EQ(part_->fault(), "connection 0: cannot connect: Connection refused");
}

} // namespace
} // namespace parley::load
