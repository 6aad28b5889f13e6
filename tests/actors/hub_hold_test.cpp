// What the hub lets wait for company: messages of a room that says much, on a thread that is busy.
#include "actors/hub.hpp"
#include "tests/support/deterministic.hpp"
#include "tests/support/recording_port.hpp"

#include <caf/send.hpp>
#include <gtest/gtest.h>

namespace parley {
namespace {

using namespace std::chrono_literals;
using test::recording_port;

constexpr room_id lobby{1};
constexpr connection_id listener{7};

class a_busy_hub : public ::testing::Test, public test::deterministic {
protected:
  struct busy_thread final : frame_hold {
    std::chrono::microseconds bound(clock::time_point) override { return hold; }
    void leave_by(clock::time_point) override { ++put_off; }
    std::uint64_t departures() const override { return 0; }

    std::chrono::microseconds hold = 1s; // longer than any pause of this test
    int put_off = 0;
  };

  void SetUp() override {
    hub_ = spawn_pinned<hub>(system(), pin{}, gate_, clock(), nullptr, &thread_);
    caf::anon_send(hub_, enrol{.connection = listener, .port = port_, .session = {}});
    caf::anon_send(hub_, attach_listener{lobby, listener, wire_shape::envelope, {}, {}});
    settle();
  }
  void TearDown() override {
    caf::anon_send_exit(hub_, caf::exit_reason::user_shutdown);
    settle();
  }

  void hear(std::int64_t id) {
    const auto frame = make_text_frame("{}");
    caf::anon_send(hub_,
                   deliver{.room = lobby, .envelope = frame, .flat = frame, .except = {}, .last = message_id{id}});
    settle();
  }
  /// So many messages that the next one is expected soon.
  void say_much() {
    for (int i = 1; i <= 40; ++i)
      hear(i);
    port_->waited = 0;
    thread_.put_off = 0;
  }

  token_gate gate_{"no token is checked with it", clock()};
  busy_thread thread_;
  std::shared_ptr<recording_port> port_ = std::make_shared<recording_port>();
  hub_actor hub_;
};

TEST_F(a_busy_hub, lets_messages_wait_and_tells_its_thread_for_how_long) {
  say_much();
  for (int i = 0; i < 2 * room_pace::enough; ++i)
    hear(100 + i);
  EXPECT_EQ(port_->waited, 2U * (room_pace::enough - 1));
  EXPECT_EQ(thread_.put_off, 2 * (room_pace::enough - 1));
}

TEST_F(a_busy_hub, lets_nothing_but_messages_wait) {
  say_much();
  for (int i = 0; i < 8; ++i)
    hear(0);
  EXPECT_EQ(port_->waited, 0U);
  EXPECT_EQ(thread_.put_off, 0);
}

TEST_F(a_busy_hub, whose_thread_has_time_lets_nothing_wait) {
  thread_.hold = 0us;
  say_much();
  for (int i = 0; i < 8; ++i)
    hear(100 + i);
  EXPECT_EQ(port_->waited, 0U);
}

} // namespace
} // namespace parley
