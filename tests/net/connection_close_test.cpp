// How a connection ends: by either side, by a fault, by silence, by force.
#include "net/connection.hpp"
#include "tests/net/client_frame.hpp"
#include "tests/net/connected.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::net {
namespace {

using clock = connection::clock;
using std::chrono::hours;
using std::chrono::milliseconds;
using test::client_frame;
using test::close_payload;
using test::link;
using testing::ElementsAre;
using testing::IsEmpty;

class a_connection_ends : public test::connected {
protected:
  /// Until the client has read a close frame; returns its code.
  unsigned close_code_read(link& x) {
    until(
      [&] { return x.client->ended || (!x.client->frames.empty() && x.client->frames.back().op == opcode::close); });
    return x.client->frames.empty() || x.client->frames.back().op != opcode::close ? ~0U
                                                                                   : x.client->frames.back().code();
  }

  void until_gone(link& x) {
    until([&] { return x.gone(); });
    EXPECT_EQ(x.session->lost, 1);
  }
};

// -- the close handshake ------------------------------------------------------------------------

TEST_P(a_connection_ends, when_the_client_closes_with_the_same_code_and_then_tcp) {
  auto& x = connect();
  say(x, test::text("last") + client_frame(opcode::close, close_payload(1000, "bye")) + test::text("too late"));
  EXPECT_EQ(close_code_read(x), 1000U);
  EXPECT_EQ(x.client->frames.size(), 1U);
  until_gone(x);
  until([&] { return x.client->ended; });
  EXPECT_THAT(x.session->texts, ElementsAre("last"));
}

TEST_P(a_connection_ends, without_a_code_where_the_client_gave_none) {
  auto& x = connect();
  say(x, client_frame(opcode::close, ""));
  EXPECT_EQ(close_code_read(x), 0U);
  EXPECT_THAT(x.client->frames.back().payload, IsEmpty());
  until_gone(x);
  until([&] { return x.client->ended; });
  EXPECT_FALSE(x.client->was_reset);
}

TEST_P(a_connection_ends, by_the_server_behind_what_was_queued_and_waits_for_the_clients_close) {
  auto& x = connect();
  auto port = x.server.lock();
  port->send(make_text_frame("before"));
  port->close(close_code::forbidden, "removed");
  port->send(make_text_frame("after"));
  port->send_paced({make_text_frame("after")});
  port->close(close_code::normal, "again");
  port.reset();
  EXPECT_EQ(close_code_read(x), 4403U);
  EXPECT_EQ(x.client->frames.back().reason(), "removed");
  EXPECT_THAT(x.client->texts(), ElementsAre("before"));
  EXPECT_EQ(x.session->lost, 1);
  say(x, test::text("nobody hears this"));
  for (int i = 0; i < 20; ++i)
    turn();
  EXPECT_FALSE(x.client->ended);
  say(x, client_frame(opcode::close, close_payload(4403)));
  until([&] { return x.client->ended; });
  EXPECT_FALSE(x.client->was_reset);
  until_gone(x);
  EXPECT_THAT(x.session->texts, IsEmpty());
  EXPECT_EQ(x.client->frames.size(), 2U) << "one close frame only";
}

TEST_P(a_connection_ends, by_the_server_behind_a_replay) {
  options.outbox_bytes = 4096;
  auto& x = connect({.small_window = true});
  x.server.lock()->send_paced(std::vector<frame_ptr>(500, make_text_frame(std::string(1000, 'r'))));
  x.server.lock()->close(close_code::going_away, {});
  EXPECT_EQ(close_code_read(x), 1001U);
  EXPECT_EQ(x.client->texts().size(), 500U);
}

TEST_P(a_connection_ends, with_a_reason_cut_to_what_a_control_frame_holds) {
  auto& x = connect();
  x.server.lock()->close(close_code::normal, std::string(200, 'r'));
  EXPECT_EQ(close_code_read(x), 1000U);
  EXPECT_EQ(x.client->frames.back().reason(), std::string(123, 'r'));
}

TEST_P(a_connection_ends, once_the_client_has_had_its_time_to_answer_a_close) {
  auto& x = connect();
  const auto before = clock::now();
  x.server.lock()->close(close_code::normal, {});
  const auto after = clock::now();
  close_code_read(x);
  set().check_heartbeats(before + connection::close_patience - milliseconds(1));
  turn();
  EXPECT_FALSE(x.gone());
  set().check_heartbeats(after + connection::close_patience);
  until_gone(x);
}

TEST_P(a_connection_ends, for_all_that_let_their_close_drag_on_in_one_check) {
  std::vector<link*> all;
  for (int i = 0; i < 5; ++i)
    all.push_back(&connect());
  for (auto i : {0, 2, 3, 4})
    all[static_cast<std::size_t>(i)]->server.lock()->close(close_code::normal, {});
  EXPECT_EQ(websockets, 5);
  set().check_heartbeats(clock::now() + connection::close_patience);
  EXPECT_EQ(websockets, 1);
  EXPECT_EQ(sockets, 1);
  until([&] { return all[0]->gone() && all[2]->gone() && all[3]->gone() && all[4]->gone(); });
  settle(*all[1]);
}

TEST_P(a_connection_ends, where_the_client_talks_but_has_read_nothing_for_a_heartbeat) {
  auto& x = connect({.small_window = true});
  x.reads = false;
  const auto begun = clock::now();
  x.server.lock()->send_paced(std::vector<frame_ptr>(5000, make_text_frame(std::string(1000, 'r'))));
  for (int i = 0; i < 50; ++i)
    turn(); // until the socket takes no more
  set().check_heartbeats(begun + options.heartbeat);
  say(x, test::text("I am here"));
  turn();
  EXPECT_EQ(x.session->lost, 0) << "it may have just begun to be slow";
  set().check_heartbeats(begun + 2 * options.heartbeat);
  turn();
  EXPECT_EQ(x.session->lost, 1);
  set().check_heartbeats(begun + 2 * options.heartbeat + connection::close_patience);
  until_gone(x);
}

// -- faults ------------------------------------------------------------------------------------

TEST_P(a_connection_ends, with_the_close_code_of_each_fault) {
  options.message_bytes = 100;
  const std::vector<std::pair<std::string, unsigned>> faults{
    {test::head_bytes(0x81, 1, false) + "x", 1002U},
    {client_frame(opcode::binary, "b"), 1003U},
    {test::text("\xff"), 1007U},
    {test::text(std::string(101, 'x')), 1009U},
  };
  for (const auto& [bytes, code] : faults) {
    auto& x = connect();
    say(x, test::text("good") + bytes + test::text("unheard"));
    EXPECT_EQ(close_code_read(x), code);
    x.client->leave();
    x.reads = false;
    until_gone(x);
    EXPECT_THAT(x.session->texts, ElementsAre("good"));
  }
}

TEST_P(a_connection_ends, with_a_close_frame_that_a_client_can_read_which_goes_on_talking) {
  auto& x = connect();
  x.reads = false;
  say(x, client_frame(opcode::binary, "b"));
  say(x, std::string(3'000'000, 'x'));
  x.reads = true;
  EXPECT_EQ(close_code_read(x), 1003U);
  // The server shows that nothing comes, and still takes what the client sends: no reset.
  until([&] { return x.client->ended; });
  say(x, std::string(3'000'000, 'x'));
  EXPECT_FALSE(x.client->was_reset);
  EXPECT_FALSE(x.gone());
  x.client->leave();
  x.reads = false;
  until_gone(x);
}

TEST_P(a_connection_ends, with_a_close_frame_for_a_client_that_has_shut_its_side_at_once) {
  auto& x = connect();
  settle(x);
  say(x, client_frame(opcode::binary, "b"));
  x.client->half_close();
  EXPECT_EQ(close_code_read(x), 1003U);
  until_gone(x);
}

// -- clients that vanish ------------------------------------------------------------------------

TEST_P(a_connection_ends, when_the_client_leaves_without_a_close_frame) {
  auto& x = connect();
  auto& other = connect();
  say(x, test::text("hello"));
  x.client->leave();
  x.reads = false;
  until_gone(x);
  EXPECT_THAT(x.session->texts, ElementsAre("hello"));
  EXPECT_EQ(sockets, 1);
  EXPECT_EQ(websockets, 1);
  settle(other);
}

TEST_P(a_connection_ends, when_the_client_resets_while_the_socket_is_full) {
  options.outbox_bytes = 8'000'000;
  for (int i = 0; i < 20; ++i) {
    auto& x = connect({.small_window = true});
    x.reads = false;
    for (int k = 0; k < 5000; ++k)
      x.server.lock()->send(make_text_frame(std::string(1000, 'x')));
    turn();
    x.client->reset();
    until_gone(x);
  }
}

TEST_P(a_connection_ends, in_a_send_that_meets_a_reset_and_is_not_flushed_after_its_end) {
  options.outbox_bytes = 4096;
  for (const std::size_t size : {5000, 1000}) { // over the bound at once, or in a burst
    auto& x = connect();
    settle(x);
    x.client->reset();
    x.reads = false;
    for (int i = 0; i < 100; ++i)
      x.server.lock()->send(make_text_frame(std::string(size, 'x')));
    until_gone(x);
  }
}

TEST_P(a_connection_ends, by_force_and_tells_its_session) {
  auto& x = connect();
  auto& y = connect();
  EXPECT_EQ(set().size(), 2U);
  set().cut_all();
  EXPECT_EQ(set().size(), 0U);
  EXPECT_EQ(websockets, 0);
  until_gone(x);
  until_gone(y);
  until([&] { return x.client->ended; });
  EXPECT_THAT(x.client->frames, IsEmpty());
}

// -- heartbeats ----------------------------------------------------------------------------------

class heartbeats : public a_connection_ends {
protected:
  heartbeats() { options.heartbeat = beat; }

  static constexpr hours beat{1}; // far more than a test lasts: only the given times count
};

TEST_P(heartbeats, ping_every_beat_and_close_4408_after_two_silent_ones) {
  const auto before = clock::now();
  auto& x = connect();
  const auto after = clock::now();
  set().check_heartbeats(before + beat - milliseconds(1));
  for (int i = 0; i < 20; ++i)
    turn();
  EXPECT_THAT(x.client->frames, IsEmpty());
  set().check_heartbeats(after + beat);
  set().check_heartbeats(after + beat);
  until([&] { return !x.client->frames.empty(); });
  set().check_heartbeats(before + 2 * beat - milliseconds(1));
  EXPECT_EQ(x.session->lost, 0);
  set().check_heartbeats(after + 2 * beat);
  EXPECT_EQ(close_code_read(x), 4408U);
  ASSERT_EQ(x.client->frames.size(), 2U) << "one ping, one close";
  EXPECT_EQ(x.client->frames[0].op, opcode::ping);
  EXPECT_EQ(x.session->lost, 1);
}

TEST_P(heartbeats, are_satisfied_by_anything_that_comes) {
  for (const auto& bytes : {client_frame(opcode::pong, ""), test::text("hello"), std::string("\x81")}) {
    auto& x = connect({.reading = false});
    const auto since = clock::now();
    const auto later = since + milliseconds(1);
    // Received strictly later than `since`, by the clock's own measure.
    until([&] { return clock::now() > later; });
    say(x, bytes);
    x.server.lock()->start_reading();
    for (int i = 0; i < 50; ++i)
      turn();
    set().check_heartbeats(since + 2 * beat);
    turn();
    EXPECT_EQ(x.session->lost, 0);
    set().check_heartbeats(clock::now() + 2 * beat);
    EXPECT_EQ(close_code_read(x), 4408U);
  }
}

TEST(connection_set, looks_at_its_connections_eight_times_a_heartbeat_within_bounds) {
  caf::actor_system_config config;
  caf::actor_system system(config);
  io_thread loop(system);
  std::atomic<std::int64_t> counter{0};
  const auto beat_of = [&](milliseconds heartbeat) {
    connection_options options;
    options.heartbeat = heartbeat;
    return std::make_unique<connection_set>(loop, options, counter, counter)->beat();
  };
  EXPECT_EQ(beat_of(milliseconds(4000)), milliseconds(500));
  EXPECT_EQ(beat_of(milliseconds(30'000)), milliseconds(1000));
  EXPECT_EQ(beat_of(milliseconds(8)), milliseconds(10));
}

INSTANTIATE_TEST_SUITE_P(over, a_connection_ends, testing::Values(test::transport::plain, test::transport::tls),
                         test::transport_name);
INSTANTIATE_TEST_SUITE_P(over, heartbeats, testing::Values(test::transport::plain, test::transport::tls),
                         test::transport_name);

} // namespace
} // namespace parley::net
