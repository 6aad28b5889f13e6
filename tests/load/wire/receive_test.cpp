#include "load/measure/clock.hpp"
#include "load/wire/receive.hpp"
#include "tests/load/wire/loopback.hpp"

#include <array>

namespace parley::load {
namespace {

/// A socket that is connected to the test's own end, and whose kernel notes arrivals.
struct noted_socket : testing::Test, pollable {
  noted_socket() {
    server.to.kernel_times = true;
    fd = *begin_connect(server.to, 0);
    server.accept();
    on.watch(fd, *this, true);
    turn(); // the first one only learns how far the clocks are apart
  }
  ~noted_socket() override { ::close(fd); }

  void turn() {
    ready = false;
    loopback::turn_until(on, [this] { return ready; });
  }

  static void dawdle(std::int64_t ns) {
    for (const auto end = now_ns() + ns; now_ns() < end;) {
    }
  }

  received read() {
    std::array<char, 64> some{};
    return receive(fd, some.data(), some.size(), on, true);
  }

  /// The kernel notes times from a moment after the first socket of the machine asked for them.
  void await_times() {
    on.read_lag = &lag;
    for (const auto give_up = now_ns() + 10'000 * ns_per_ms; lag.max() < ns_per_ms / 2 && now_ns() < give_up;) {
      server.write("early");
      turn();
      dawdle(ns_per_ms);
      read();
    }
    ASSERT_GE(lag.max(), ns_per_ms / 2) << "the kernel notes no times";
    lag = {};
  }

  void on_ready(std::uint32_t) override { ready = true; }
  void flush() override {}

  loopback server;
  loop on;
  int fd = -1;
  bool ready = false;
  histogram lag;
};

TEST_F(noted_socket, tells_when_bytes_came_and_not_when_they_were_read) {
  on.rewatch(fd, *this, true, false);
  await_times();
  const std::int64_t before = now_ns();
  server.write("late");
  const std::int64_t written = now_ns();
  turn();
  constexpr std::int64_t dawdled_ns = 20 * ns_per_ms;
  dawdle(dawdled_ns);
  const received got = read();
  EXPECT_EQ(got.size, 4);
  EXPECT_GE(got.arrived_ns, before - ns_per_ms / 10);
  EXPECT_LT(got.arrived_ns, written + dawdled_ns / 2);
  ASSERT_EQ(lag.count(), 1U);
  EXPECT_GE(lag.max(), dawdled_ns / 2) << "what the client itself waited is told";
}

TEST_F(noted_socket, has_no_time_for_nothing) {
  on.rewatch(fd, *this, true, false);
  on.read_lag = &lag;
  EXPECT_EQ(read().size, -1) << "nothing has come";
  server.hang_up();
  turn();
  EXPECT_EQ(read().size, 0);
  EXPECT_EQ(lag.count(), 0U);
}

} // namespace
} // namespace parley::load
