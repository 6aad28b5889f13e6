#include "load/wire/http.hpp"
#include "tests/load/wire/loopback.hpp"

#include <functional>
#include <vector>

namespace parley::load {
namespace {

using testing::Test;

constexpr std::int64_t moment_ns = 10'000'000; ///< what is waited for is there already

class http_connection : public Test, public http_events {
protected:
  void connect() { ASSERT_TRUE(link_.connect(loop_, *this, server_.to, 0)); }

  void poll_until(const std::function<bool()>& there) { loopback::turn_until(loop_, there); }

  void await(std::size_t answers) {
    poll_until([&] { return answers_.size() >= answers; });
  }

  void on_answer(http_client& from, unsigned status, std::string_view body, std::int64_t) override {
    answers_.push_back(std::to_string(status).append(" ").append(body));
    open_at_answer_ = from.is_open();
    if (then_)
      then_();
  }

  void on_http_closed(http_client& from, const std::string& why) override {
    closed_.push_back(why);
    reached_ = from.reached();
  }

  loop loop_;
  loopback server_;
  http_client link_{7};
  std::vector<std::string> answers_;
  std::vector<std::string> closed_;
  std::function<void()> then_;
  bool open_at_answer_ = true;
  bool reached_ = true;
};

TEST_F(http_connection, sends_a_request_with_host_headers_and_length) {
  connect();
  link_.send("POST", "/rooms/1/messages/", "Content-Type: application/json\r\n", "{}");
  server_.accept();
  loop_.poll(moment_ns);
  const std::string host = "127.0.0.1:" + std::to_string(server_.to.url.port);
  EXPECT_EQ(server_.read(), "POST /rooms/1/messages/ HTTP/1.1\r\nHost: " + host +
                              "\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
  EXPECT_EQ(link_.under_way(), 1U);
  EXPECT_EQ(link_.tag(), 7U);
}

TEST_F(http_connection, takes_answers_in_the_order_of_the_requests) {
  connect();
  link_.send("GET", "/a", "", "");
  link_.send("GET", "/b", "", "");
  server_.accept();
  server_.write("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nAHTTP/1.1 404 Not Found\r\nContent-Length: 1\r\n\r\nB");
  await(2);
  EXPECT_EQ(answers_, (std::vector<std::string>{"200 A", "404 B"}));
  EXPECT_EQ(link_.under_way(), 0U);
  EXPECT_TRUE(link_.is_open());
}

TEST_F(http_connection, takes_an_answer_that_comes_byte_by_byte) {
  connect();
  link_.send("GET", "/", "", "");
  server_.accept();
  for (const char byte :
       std::string_view("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")) {
    server_.write(std::string_view(&byte, 1));
    loop_.poll(moment_ns);
  }
  await(1);
  EXPECT_EQ(answers_, std::vector<std::string>{"200 abc"});
}

TEST_F(http_connection, is_closed_already_when_the_last_answer_is_told) {
  connect();
  link_.send("GET", "/", "", "");
  server_.accept();
  server_.write("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  await(1);
  EXPECT_FALSE(open_at_answer_);
  EXPECT_EQ(closed_, std::vector<std::string>{"the server closed after its answer"});
  EXPECT_TRUE(reached_);
}

TEST_F(http_connection, may_be_made_anew_from_within_the_last_answer) {
  connect();
  link_.send("GET", "/1", "", "");
  server_.accept();
  then_ = [this] {
    then_ = nullptr;
    connect();
    link_.send("GET", "/2", "", "");
  };
  server_.write("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  await(1);
  server_.accept();
  server_.write("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
  await(2);
  EXPECT_EQ(answers_, (std::vector<std::string>{"200 ", "201 "}));
  EXPECT_TRUE(closed_.empty());
}

TEST_F(http_connection, tells_a_hang_up_from_a_server_that_cannot_be_reached) {
  connect();
  server_.accept();
  server_.hang_up();
  poll_until([&] { return closed_.size() == 1; });
  EXPECT_TRUE(reached_);
  server_.refuse();
  connect();
  poll_until([&] { return closed_.size() == 2; });
  EXPECT_FALSE(reached_);
  EXPECT_EQ(closed_, (std::vector<std::string>{"the server hung up", "cannot connect: Connection refused"}));
}

TEST_F(http_connection, refuses_what_is_no_http) {
  connect();
  link_.send("GET", "/", "", "");
  server_.accept();
  server_.write("SSH-2.0-OpenSSH_9.2\r\n\r\n");
  poll_until([&] { return !closed_.empty(); });
  EXPECT_TRUE(closed_.front().starts_with("the server sent bad HTTP")) << closed_.front();
}

TEST_F(http_connection, refuses_an_answer_that_nobody_asked_for) {
  connect();
  server_.accept();
  server_.write("HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n");
  poll_until([&] { return !closed_.empty(); });
  EXPECT_EQ(closed_.front(), "the server answered what nobody asked");
  EXPECT_TRUE(answers_.empty());
}

} // namespace
} // namespace parley::load
