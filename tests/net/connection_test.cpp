// What a connection passes on, both ways, and what it does with a client that does not read.
#include "net/connection.hpp"
#include "tests/net/client_frame.hpp"
#include "tests/net/connected.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

namespace parley::net {
namespace {

using test::client_frame;
using test::link;
using testing::ElementsAre;
using testing::IsEmpty;

class a_connection : public test::connected {};

std::vector<frame_ptr> numbered(std::size_t count, std::size_t size) {
  std::vector<frame_ptr> out;
  for (std::size_t i = 0; i < count; ++i) {
    auto payload = std::to_string(i);
    payload.resize(size, '.');
    out.push_back(make_text_frame(payload));
  }
  return out;
}

std::vector<std::string> payloads(const std::vector<frame_ptr>& frames, std::size_t header) {
  std::vector<std::string> out;
  for (const auto& x : frames)
    out.emplace_back(x->wire().substr(header));
  return out;
}

constexpr std::size_t medium_header = 4; // of a frame of 126 to 65535 bytes

// -- from the client --------------------------------------------------------------------------------

TEST_P(a_connection, tells_its_session_texts_in_order) {
  auto& x = connect();
  say(x, test::text("one") + test::text("two"));
  say(x, client_frame(opcode::text, "thr", false) + client_frame(opcode::continuation, "ee"));
  until([&] { return x.session->texts.size() >= 3; });
  EXPECT_THAT(x.session->texts, ElementsAre("one", "two", "three"));
}

TEST_P(a_connection, that_takes_binary_tells_both_kinds_whole_and_apart) {
  auto& x = connect({.takes_binary = true});
  say(x, client_frame(opcode::binary, "\xff", false) + client_frame(opcode::continuation, "z") + test::text("two"));
  until([&] { return x.session->texts.size() >= 2; });
  EXPECT_THAT(x.session->texts, ElementsAre("binary \xffz", "two"));
}

TEST_P(a_connection, reads_nothing_before_its_session_asks) {
  auto& x = connect({.reading = false});
  say(x, test::text("early"));
  for (int i = 0; i < 20; ++i)
    turn();
  EXPECT_THAT(x.session->texts, IsEmpty());
  x.server.lock()->start_reading();
  until([&] { return !x.session->texts.empty(); });
  EXPECT_THAT(x.session->texts, ElementsAre("early"));
}

TEST_P(a_connection, begins_with_what_came_behind_the_handshake) {
  const auto cut = test::text("second");
  auto& x = connect({.leftover = test::text("first") + cut.substr(0, 5)});
  say(x, cut.substr(5) + test::text("third"));
  until([&] { return x.session->texts.size() >= 3; });
  EXPECT_THAT(x.session->texts, ElementsAre("first", "second", "third"));
}

TEST_P(a_connection, answers_a_ping_with_its_payload_and_a_pong_with_nothing) {
  auto& x = connect();
  say(x, client_frame(opcode::pong, "unasked") + client_frame(opcode::ping, "now"));
  until([&] { return !x.client->frames.empty(); });
  settle(x);
  ASSERT_EQ(x.client->frames.size(), 1U);
  EXPECT_EQ(x.client->frames[0].op, opcode::pong);
  EXPECT_EQ(x.client->frames[0].payload, "now");
  EXPECT_THAT(x.session->texts, IsEmpty());
}

TEST_P(a_connection, reads_more_than_its_buffer_in_one_turn_or_many) {
  auto& x = connect();
  const std::string big(60'000, 'b');
  for (int i = 0; i < 20; ++i)
    say(x, test::text(big));
  until([&] { return x.session->texts.size() >= 20; });
  EXPECT_THAT(x.session->texts, testing::Each(big));
}

// -- to the client ----------------------------------------------------------------------------------

TEST_P(a_connection, writes_when_the_turn_ends) {
  auto& x = connect();
  settle(x);
  auto port = x.server.lock();
  port->send(make_text_frame("a"));
  port->send(make_text_frame("b"));
  x.client->pull();
  EXPECT_THAT(x.client->texts(), IsEmpty());
  until([&] { return x.client->texts().size() >= 2; });
  EXPECT_THAT(x.client->texts(), ElementsAre("a", "b"));
}

TEST_P(a_connection, with_a_burst_in_one_turn_above_the_outbox_keeps_a_reader) {
  options.outbox_bytes = 4096;
  auto& x = connect();
  settle(x);
  const auto burst = numbered(40, 1024); // ten outboxes; less than a socket takes
  for (const auto& frame : burst)
    x.server.lock()->send(frame);
  until([&] { return x.client->texts().size() >= burst.size(); });
  settle(x);
  EXPECT_EQ(x.client->texts(), payloads(burst, medium_header));
  EXPECT_EQ(x.session->lost, 0);
}

TEST_P(a_connection, whose_client_stops_reading_is_closed_4413_and_holds_no_more_than_its_outbox) {
  options.outbox_bytes = 32 * 1024;
  constexpr std::size_t size = 1000;
  auto& slow = connect({.small_window = true});
  auto& quick = connect();
  slow.reads = false;
  std::vector<frame_ptr> said;
  for (std::size_t i = 0; slow.session->lost == 0; ++i) {
    ASSERT_LT(i, 100'000U) << "no bound was reached";
    const auto frame = make_text_frame(std::to_string(i) + std::string(size, '.'));
    said.push_back(frame);
    if (auto port = slow.server.lock())
      port->send(frame);
    quick.server.lock()->send(frame);
    until([&] { return quick.client->texts().size() == said.size(); });
    const auto held = std::count_if(said.begin(), said.end(), [](const auto& f) { return !f->unique(); });
    ASSERT_LE(static_cast<std::size_t>(held) * size, options.outbox_bytes + 2 * size);
  }
  const auto held = std::count_if(said.begin(), said.end() - 1, [](const auto& f) { return !f->unique(); });
  EXPECT_LE(held, 1) << "only the frame that is partly on the wire";

  // What has come is whole, in order, and ends with the reason.
  slow.reads = true;
  until([&] { return !slow.client->frames.empty() && slow.client->frames.back().op == opcode::close; });
  EXPECT_EQ(slow.client->frames.back().code(), 4413U);
  const auto heard = slow.client->texts();
  const auto all = quick.client->texts();
  ASSERT_LT(heard.size(), all.size());
  EXPECT_TRUE(std::equal(heard.begin(), heard.end(), all.begin()));
  EXPECT_EQ(quick.session->lost, 0);
  say(slow, client_frame(opcode::close, test::close_payload(4413)));
  until([&] { return slow.gone() && slow.client->ended; });
}

// -- frames that wait for company --------------------------------------------------------------------

TEST_P(a_connection, lets_frames_wait_until_the_thread_lets_them_leave) {
  auto& x = connect();
  settle(x);
  set().thread().leave_by(io_thread::clock::now() + std::chrono::hours(1));
  x.server.lock()->send_later(make_text_frame("one"));
  x.server.lock()->send_later(make_text_frame("two"));
  for (int i = 0; i < 20; ++i)
    turn();
  EXPECT_THAT(x.client->texts(), IsEmpty());
  set().thread().leave_by(io_thread::clock::now());
  until([&] { return x.client->texts().size() >= 2; });
  EXPECT_THAT(x.client->texts(), ElementsAre("one", "two"));
}

TEST_P(a_connection, writes_what_waits_before_what_does_not_and_once) {
  auto& x = connect();
  settle(x);
  set().thread().leave_by(io_thread::clock::now() + std::chrono::hours(1));
  x.server.lock()->send_later(make_text_frame("patient"));
  x.server.lock()->send(make_text_frame("urgent"));
  x.server.lock()->send_later(make_text_frame("with it"));
  until([&] { return x.client->texts().size() >= 3; });
  x.server.lock()->send_later(make_text_frame("next"));
  set().thread().leave_by(io_thread::clock::now());
  until([&] { return x.client->texts().size() >= 4; });
  EXPECT_THAT(x.client->texts(), ElementsAre("patient", "urgent", "with it", "next"));
}

TEST_P(a_connection, that_ends_waits_for_nothing) {
  auto& said = connect();
  auto& cut = connect();
  settle(said);
  settle(cut);
  set().thread().leave_by(io_thread::clock::now() + std::chrono::hours(1));
  said.server.lock()->send_later(make_text_frame("last"));
  said.server.lock()->close(close_code::normal, "");
  cut.server.lock()->send_later(make_text_frame("nobody reads it"));
  cut.server.lock()->cut();
  until([&] { return said.client->texts().size() == 1 && cut.gone(); });
  set().thread().leave_by(io_thread::clock::now());
  turn();
  EXPECT_THAT(said.client->texts(), ElementsAre("last"));
}

TEST_P(a_connection, that_is_too_slow_for_what_waits_is_closed_as_any_other) {
  options.outbox_bytes = 16 * 1024;
  auto& x = connect({.small_window = true});
  settle(x);
  x.reads = false;
  set().thread().leave_by(io_thread::clock::now() + std::chrono::hours(1));
  const auto frame = make_text_frame(std::string(1000, 'x'));
  for (int i = 0; i < 2000 && x.session->lost == 0; ++i) {
    if (auto port = x.server.lock())
      port->send_later(frame);
    turn();
  }
  x.reads = true;
  until([&] { return !x.client->frames.empty() && x.client->frames.back().op == opcode::close; });
  EXPECT_EQ(x.client->frames.back().code(), 4413U);
}

// -- replays -----------------------------------------------------------------------------------

TEST_P(a_connection, replays_far_more_than_its_outbox_before_what_is_live) {
  options.outbox_bytes = 16 * 1024;
  auto& x = connect({.small_window = true});
  auto said = numbered(2000, 1000);
  x.server.lock()->send_paced(said);
  said.push_back(make_text_frame(std::string(200, 'l')));
  x.server.lock()->send(said.back());
  until([&] { return x.client->texts().size() >= said.size(); });
  EXPECT_EQ(x.client->texts(), payloads(said, medium_header));
  EXPECT_EQ(x.session->lost, 0);
}

TEST_P(a_connection, in_a_replay_that_nobody_reads_is_closed_by_what_is_live_behind_it) {
  options.outbox_bytes = 16 * 1024;
  auto& x = connect({.small_window = true});
  x.reads = false;
  x.server.lock()->send_paced(numbered(5000, 1000));
  for (int i = 0; i < 50; ++i)
    turn();
  EXPECT_EQ(x.session->lost, 0);
  for (int i = 0; i < 20; ++i)
    x.server.lock()->send(make_text_frame(std::string(1000, 'l')));
  turn();
  EXPECT_EQ(x.session->lost, 1);
  x.reads = true;
  until([&] { return !x.client->frames.empty() && x.client->frames.back().op == opcode::close; });
  EXPECT_EQ(x.client->frames.back().code(), 4413U);
  EXPECT_LT(x.client->texts().size(), 5000U);
}

INSTANTIATE_TEST_SUITE_P(over, a_connection, testing::Values(test::transport::plain, test::transport::tls),
                         test::transport_name);

} // namespace
} // namespace parley::net
