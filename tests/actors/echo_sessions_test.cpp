// The two sockets for checks: what comes goes back.
#include "tests/support/small_node.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::test {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

/// Keeps the bytes of frames: on the test socket they need not be JSON.
class raw_port final : public connection_port {
public:
  void send(frame_ptr frame) override { wires.emplace_back(frame->wire()); }
  void send_paced(std::vector<frame_ptr>) override { ADD_FAILURE() << "nothing is paced here"; }
  void start_reading() override { reading = true; }
  std::string address() const override { return "192.0.2.7"; }
  std::size_t outbox_bytes() const override { return 0; }
  void close(close_code code, std::string_view) override { closed = code; }

  std::vector<std::string> wires;
  std::optional<close_code> closed;
  bool reading = false;
};

class test_socket : public ::testing::Test {
protected:
  explicit test_socket(small_node::limits_are limits = small_node::limits_are::on) : node_({}, limits) {
    session_start start;
    start.connection = connection_id{77};
    start.port = port_;
    start.token = "no such token";
    start.subject = "c";
    session_ = node_.spawn_on(socket_kind::test, std::move(start));
    node_.settle();
  }
  ~test_socket() override {
    caf::anon_send(session_, connection_lost{});
    node_.settle();
  }

  void say(std::string bytes, bool binary) {
    caf::anon_send(session_, inbound{std::move(bytes), binary});
    node_.settle();
  }

  small_node node_;
  std::shared_ptr<raw_port> port_ = std::make_shared<raw_port>();
  session_actor session_;
};

TEST_F(test_socket, greets_without_asking_who_one_is) {
  ASSERT_EQ(port_->wires.size(), 1U);
  const auto hello = json::parse(payload_of(frame(port_->wires[0])));
  EXPECT_EQ(hello.at("type"), "test");
  EXPECT_EQ(hello.at("connection_id"), "c");
  EXPECT_TRUE(hello.at("message").is_string());
  EXPECT_TRUE(port_->reading);
}

TEST_F(test_socket, gives_each_message_back_as_it_is) {
  const std::string zero("\0\xff", 2);
  const std::string large(65'536, 'x');
  std::vector<std::string> wanted(1, port_->wires[0]);
  for (const auto& [bytes, binary] : std::vector<std::pair<std::string, bool>>{
         {"", false}, {"", true}, {"{", false}, {"{\"type\":\"ping\"}", false}, {zero, true}, {large, false}}) {
    say(bytes, binary);
    wanted.emplace_back(make_frame(binary ? opcode::binary : opcode::text, bytes)->wire());
  }
  EXPECT_EQ(port_->wires, wanted);
  EXPECT_FALSE(port_->closed);
}

TEST_F(test_socket, limits_frames_of_one_address) {
  for (int i = 0; i < 1000 && !port_->closed; ++i)
    say("x", false);
  EXPECT_EQ(port_->closed, close_code::rate_limit);
  EXPECT_EQ(json::parse(payload_of(frame(port_->wires.back()))).at("code"), "rate_limited");
}

class unlimited_test_socket : public test_socket {
protected:
  unlimited_test_socket() : test_socket(small_node::limits_are::off) {}
};

TEST_F(unlimited_test_socket, takes_any_number) {
  for (int i = 0; i < 2000; ++i)
    say("x", i % 2 == 0);
  EXPECT_EQ(port_->wires.size(), 2001U);
}

TEST(simple_socket, counts_the_texts_that_it_gives_back) {
  small_node node;
  auto& one = node.connect_to(socket_kind::simple, "s", "no such token");
  auto& other = node.connect_to(socket_kind::simple, "s");
  node.settle();
  EXPECT_THAT(one.port->frames, ElementsAre(json{{"type", "connected"}, {"connection_id", "s"}}));
  EXPECT_TRUE(one.port->reading);
  one.forget();
  for (const auto* text : {"", "Привет \"x\"", "{\"type\":\"ping\"}"})
    one.says_text(text);
  other.says_text("other");
  node.settle();
  const auto echo = [](const std::string& data, int count) {
    return json{{"type", "echo"}, {"connection_id", "s"}, {"data", data}, {"count", count}};
  };
  EXPECT_THAT(one.port->frames, ElementsAre(echo("", 1), echo("Привет \"x\"", 2), echo("{\"type\":\"ping\"}", 3)));
  EXPECT_THAT(other.heard("echo"), ElementsAre(echo("other", 1)));
  EXPECT_FALSE(one.closed());
}

TEST(simple_socket, of_a_node_that_drains_is_told_so_and_closed) {
  small_node node;
  auto& one = node.connect_to(socket_kind::simple, "s");
  node.settle();
  for (const auto& hub : node.hubs)
    caf::anon_send(hub, drain{});
  node.advance(1s);
  EXPECT_THAT(one.types_heard(), ElementsAre("connected", "server_draining"));
  EXPECT_EQ(one.closed(), close_code::going_away);
}

} // namespace
} // namespace parley::test
