#include "load/wire/client.hpp"
#include "tests/load/wire/loopback.hpp"

#include <functional>

namespace parley::load {
namespace {

class client_link : public testing::Test, protected client_events {
protected:
  /// Connects and grants the handshake; `after` comes in the same bytes as the answer.
  void open(std::string_view after = {}) {
    ASSERT_TRUE(link_.connect(loop_, *this, server_.to, {"/x", "", 0}));
    grant(after);
  }

  void grant(std::string_view after) {
    server_.accept();
    loop_.poll(10'000'000);
    const std::string asked = server_.read();
    const std::size_t at = asked.find("Sec-WebSocket-Key: ") + 19;
    ASSERT_TRUE(asked.starts_with("GET /x HTTP/1.1\r\n")) << asked;
    server_.write("HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: " + accept_for(asked.substr(at, 24)) +
                  "\r\n\r\n" + std::string(after));
    const int before = opened_;
    until([&] { return opened_ > before; });
  }

  void until(const std::function<bool()>& done) { loopback::turn_until(loop_, done); }

  loopback server_;
  loop loop_;
  client link_{5, 6};
  int opened_ = 0;
  std::vector<std::string> texts_;
  std::vector<std::string> ends_;
  std::function<void()> when_text_ = [] {};
  std::function<void()> when_closed_ = [] {};

private:
  void on_open(client& from, std::int64_t) override {
    EXPECT_EQ(from.index(), 5U);
    EXPECT_EQ(from.place(), 6U);
    ++opened_;
  }
  void on_text(client&, std::string_view text, std::int64_t) override {
    texts_.emplace_back(text);
    when_text_();
  }
  void on_closed(client&, const closing& why) override {
    ends_.push_back(why.reason);
    when_closed_();
  }
};

TEST_F(client_link, frames_in_the_bytes_of_the_answer_are_not_lost) {
  open("\x81\x02hi");
  until([&] { return !texts_.empty(); });
  EXPECT_EQ(texts_, (std::vector<std::string>{"hi"}));
  EXPECT_TRUE(link_.is_open());
}

TEST_F(client_link, a_message_of_several_frames_is_one_text) {
  open();
  server_.write(std::string("\x01\x01"
                            "a\x89\x00\x00\x01"
                            "b\x80\x01"
                            "c",
                            11));
  until([&] { return !texts_.empty(); });
  EXPECT_EQ(texts_, (std::vector<std::string>{"abc"}));
}

TEST_F(client_link, a_client_that_stops_to_read_hears_all_when_it_goes_on) {
  open();
  link_.set_reading(false);
  server_.write("\x81\x02hi");
  for (int i = 0; i < 3; ++i)
    loop_.poll(1'000'000);
  EXPECT_TRUE(texts_.empty());
  link_.set_reading(true);
  until([&] { return !texts_.empty(); });
}

TEST_F(client_link, can_connect_again_from_within_its_end_and_forgets_the_rest_of_the_old_bytes) {
  open();
  when_closed_ = [&] { ASSERT_TRUE(link_.connect(loop_, *this, server_.to, {"/x", "", 0})); };
  server_.write(std::string("\x88\x02\x03\xE9\x81\x05par", 9));
  until([&] { return !ends_.empty(); });
  EXPECT_EQ(ends_, (std::vector<std::string>{"the server closed with 1001"}));
  grant("\x81\x02hi");
  until([&] { return !texts_.empty(); });
  EXPECT_EQ(texts_, (std::vector<std::string>{"hi"}));
}

TEST_F(client_link, can_leave_and_return_from_within_a_text) {
  open();
  when_text_ = [&] {
    ASSERT_EQ(texts_.size(), 1U);
    link_.close();
    ASSERT_TRUE(link_.connect(loop_, *this, server_.to, {"/x", "", 0}));
  };
  server_.write("\x81\x01"
                "a\x81\x01"
                "b");
  until([&] { return !texts_.empty(); });
  grant({});
  EXPECT_EQ(texts_, (std::vector<std::string>{"a"})) << "b was meant for the connection that left";
  EXPECT_TRUE(ends_.empty());
}

TEST_F(client_link, says_by_itself_what_it_is_told_to_until_it_ends) {
  constexpr std::size_t frame = 2 + 4 + 4; // head, mask and text
  open();
  link_.beat_every(1'000'000, "beat");
  std::string heard;
  until([&] { return (heard += server_.read_now()).size() >= 3 * frame; });
  EXPECT_EQ(heard.size() % frame, 0U);
  EXPECT_EQ(heard.substr(0, 2), "\x81\x84");

  link_.close();
  EXPECT_FALSE(link_.is_open());
  when_closed_ = [] {};
  open();
  heard.clear();
  for (int i = 0; i < 20; ++i) {
    loop_.poll(1'000'000);
    heard += server_.read_now();
  }
  EXPECT_EQ(heard, "") << "the next connection was not told";
}

TEST_F(client_link, a_refusal_shows_its_status) {
  ASSERT_TRUE(link_.connect(loop_, *this, server_.to, {"/x", "", 0}));
  server_.accept();
  server_.write("HTTP/1.1 403 Forbidden\r\n\r\n");
  until([&] { return !ends_.empty(); });
  EXPECT_EQ(ends_, (std::vector<std::string>{"the handshake was refused: HTTP/1.1 403 Forbidden"}));
}

} // namespace
} // namespace parley::load
