#include "actors/interfaces/database.hpp"
#include "actors/messages.hpp"
#include "net/io_thread.hpp"
#include "tests/net/deadline.hpp"

#include <boost/asio/post.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/send.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>
#include <functional>
#include <semaphore>
#include <string>
#include <thread>
#include <vector>

namespace parley::net {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Gt;
using testing::IsEmpty;
using testing::Le;

using listener_actor = caf::typed_actor<caf::reacts_to<tick>>;

class listener final : public pinned<listener_actor> {
public:
  listener(caf::actor_config& cfg, pin where, std::function<void(listener&)> on_tick)
    : pinned(cfg, where), on_tick_(std::move(on_tick)) {}

protected:
  behavior_type make_behavior() override {
    return {[this](const tick&) { on_tick_(*this); }};
  }

private:
  std::function<void(listener&)> on_tick_;
};

/// Stays wherever CAF puts it.
class roaming final : public listener_actor::base {
public:
  roaming(caf::actor_config& cfg, std::function<void()> on_tick)
    : listener_actor::base(cfg), on_tick_(std::move(on_tick)) {}

protected:
  behavior_type make_behavior() override {
    return {[this](const tick&) { on_tick_(); }};
  }

private:
  std::function<void()> on_tick_;
};

class noted_flush final : public flushable {
public:
  explicit noted_flush(std::function<void()> then) : then_(std::move(then)) {}
  void flush() override { then_(); }
  void leave() override { then_(); }

private:
  std::function<void()> then_;
};

class an_io_thread : public testing::Test {
protected:
  an_io_thread() : system_(prepared(config_)) {}

  ~an_io_thread() override { stop(); }

  void run() {
    thread_ = std::thread([this] { loop_.run(); });
    thread_id_ = thread_.get_id();
  }

  /// Waits for `done_`, then stops: what the thread still holds of the test outlives it so.
  void finish() {
    test::wait(done_);
    stop();
  }

  void stop() {
    loop_.stop();
    if (thread_.joinable())
      thread_.join();
    settle();
  }

  void settle() {
    while (loop_.turn()) {
    }
  }

  listener_actor spawn(std::function<void(listener&)> on_tick) {
    return spawn_pinned<listener>(system_, loop_.place(), std::move(on_tick));
  }

  caf::actor_system_config config_;
  caf::actor_system system_;
  io_thread loop_{system_};
  std::thread thread_;
  std::thread::id thread_id_;
  std::binary_semaphore done_{0};

private:
  static caf::actor_system_config& prepared(caf::actor_system_config& cfg) {
    add_messages(cfg);
    return cfg;
  }
};

// -- where actors run ---------------------------------------------------------------------------

TEST_F(an_io_thread, runs_its_actors_on_its_own_thread_whoever_sends) {
  std::thread::id ran_on;
  auto actor = spawn([&](listener&) {
    ran_on = std::this_thread::get_id();
    done_.release();
  });
  run();
  caf::anon_send(actor, tick{});
  finish();
  EXPECT_EQ(ran_on, thread_id_);
}

TEST_F(an_io_thread, leaves_actors_that_are_not_its_own_to_the_scheduler) {
  std::thread::id ran_on;
  listener_actor guest = system_.spawn<roaming>([&] {
    ran_on = std::this_thread::get_id();
    done_.release();
  });
  auto host = spawn([&](listener& self) { self.send(guest, tick{}); });
  run();
  caf::anon_send(host, tick{});
  finish();
  EXPECT_NE(ran_on, thread_id_);
}

TEST_F(an_io_thread, runs_actors_that_its_actors_spawn) {
  std::thread::id ran_on;
  auto parent = spawn([&](listener&) {
    caf::anon_send(spawn([&](listener&) {
                     ran_on = std::this_thread::get_id();
                     done_.release();
                   }),
                   tick{});
  });
  run();
  caf::anon_send(parent, tick{});
  finish();
  EXPECT_EQ(ran_on, thread_id_);
}

// -- turns --------------------------------------------------------------------------------------

TEST_F(an_io_thread, lets_actors_and_sockets_have_their_turn_while_thousands_of_handlers_are_ready) {
  int handled = 0;
  int handled_before_the_actor = 0;
  int handled_before_the_flush = 0;
  noted_flush socket([&] { handled_before_the_flush = handled; });
  auto actor = spawn([&](listener&) {
    handled_before_the_actor = handled;
    loop_.flush_later(&socket);
  });
  for (int i = 0; i < 10'000; ++i)
    boost::asio::post(loop_.context(), [&] { ++handled; });
  caf::anon_send(actor, tick{});
  loop_.turn();
  EXPECT_THAT(handled_before_the_actor, AllOf(Gt(0), Le(io_thread::handlers_a_round)));
  EXPECT_EQ(handled_before_the_flush, handled_before_the_actor);
  settle();
  EXPECT_EQ(handled, 10'000);
}

// -- waking -------------------------------------------------------------------------------------

TEST_F(an_io_thread, is_woken_by_every_message_that_comes_while_it_sleeps) {
  auto actor = spawn([&](listener&) { done_.release(); });
  run();
  for (int i = 0; i < 2000; ++i) {
    caf::anon_send(actor, tick{});
    test::wait(done_);
  }
}

TEST_F(an_io_thread, hears_every_message_of_many_threads) {
  constexpr int senders = 4;
  constexpr int each = 2000;
  int heard = 0;
  auto actor = spawn([&](listener&) {
    if (++heard == senders * each)
      done_.release();
  });
  run();
  std::vector<std::thread> threads;
  for (int i = 0; i < senders; ++i)
    threads.emplace_back([&] {
      for (int k = 0; k < each; ++k)
        caf::anon_send(actor, tick{});
    });
  for (auto& x : threads)
    x.join();
  finish();
}

TEST_F(an_io_thread, does_not_sleep_on_what_a_flush_has_sent) {
  auto actor = spawn([&](listener&) { done_.release(); });
  noted_flush flushed([&] { caf::anon_send(actor, tick{}); });
  run();
  boost::asio::post(loop_.context(), [&] { loop_.flush_later(&flushed); });
  finish();
}

// -- flushing -----------------------------------------------------------------------------------

TEST_F(an_io_thread, flushes_after_handlers_and_actors_of_the_turn_and_once_only) {
  std::vector<std::string> order;
  noted_flush flushed([&] { order.emplace_back("flush"); });
  auto actor = spawn([&](listener&) { order.emplace_back("actor"); });
  settle();
  boost::asio::post(loop_.context(), [&] {
    order.emplace_back("handler");
    loop_.flush_later(&flushed);
    caf::anon_send(actor, tick{});
  });
  EXPECT_TRUE(loop_.turn());
  EXPECT_THAT(order, ElementsAre("handler", "actor", "flush"));
  settle();
  EXPECT_EQ(order.size(), 3U);
}

TEST_F(an_io_thread, flushes_though_its_actors_never_rest) {
  int flushed_after = 0;
  int rounds = 0;
  noted_flush flushed([&] {
    flushed_after = rounds;
    done_.release();
  });
  auto actor = spawn([&](listener& self) {
    if (++rounds == 1)
      loop_.flush_later(&flushed);
    if (rounds < 10'000)
      self.send(&self, tick{});
  });
  run();
  caf::anon_send(actor, tick{});
  finish();
  EXPECT_LE(flushed_after, io_thread::rounds_a_turn * static_cast<int>(io_thread::messages_a_resume));
  EXPECT_GT(flushed_after, 0);
}

TEST_F(an_io_thread, does_not_flush_what_is_forgotten) {
  int flushes = 0;
  noted_flush first([&] { ++flushes; });
  noted_flush second([&] { ++flushes; });
  loop_.flush_later(&first);
  loop_.flush_later(&second);
  loop_.forget(&first);
  settle();
  EXPECT_EQ(flushes, 1);
}

TEST_F(an_io_thread, does_not_flush_what_another_flush_forgets) {
  int flushes = 0;
  noted_flush second([&] { ++flushes; });
  noted_flush first([&] { loop_.forget(&second); });
  loop_.flush_later(&first);
  loop_.flush_later(&second);
  settle();
  EXPECT_EQ(flushes, 0);
}

TEST_F(an_io_thread, flushes_in_the_next_turn_what_a_flush_asks_for) {
  std::vector<std::string> order;
  noted_flush second([&] { order.emplace_back("second"); });
  noted_flush first([&] {
    order.emplace_back("first");
    loop_.flush_later(&second);
  });
  loop_.flush_later(&first);
  loop_.turn();
  EXPECT_THAT(order, ElementsAre("first"));
  loop_.turn();
  EXPECT_THAT(order, ElementsAre("first", "second"));
}

// -- waiting for company ----------------------------------------------------------------------------

TEST_F(an_io_thread, lets_what_waits_leave_when_it_is_due_and_once) {
  int left = 0;
  noted_flush socket([&] { ++left; });
  loop_.leave_by(io_thread::clock::now() + std::chrono::hours(1));
  loop_.leave_later(&socket);
  const auto before = loop_.departures();
  settle();
  EXPECT_EQ(left, 0);
  EXPECT_EQ(loop_.departures(), before);
  loop_.leave_by(io_thread::clock::now());
  settle();
  EXPECT_EQ(left, 1);
  EXPECT_EQ(loop_.departures(), before + 1);
}

TEST_F(an_io_thread, wakes_for_what_waits) {
  noted_flush socket([&] { done_.release(); });
  run();
  boost::asio::post(loop_.context(), [&] {
    loop_.leave_by(io_thread::clock::now() + std::chrono::milliseconds(5));
    loop_.leave_later(&socket);
  });
  finish();
}

TEST_F(an_io_thread, does_not_let_leave_what_is_forgotten) {
  int left = 0;
  noted_flush third([&] { ++left; });
  noted_flush second([&] { loop_.forget_waiting(&third); });
  noted_flush first([&] { ++left; });
  for (auto* x : {&first, &second, &third})
    loop_.leave_later(x);
  loop_.forget_waiting(&first);
  settle();
  EXPECT_EQ(left, 0);
}

TEST_F(an_io_thread, lets_what_waits_leave_though_it_is_put_off_again_and_again) {
  io_thread loop(system_, std::chrono::milliseconds(2));
  bool left = false;
  noted_flush socket([&] { left = true; });
  const auto begin = io_thread::clock::now();
  const auto say = [&] { loop.leave_by(io_thread::clock::now() + std::chrono::hours(1)); };
  say();
  loop.leave_later(&socket);
  while (!left && io_thread::clock::now() - begin < std::chrono::seconds(30)) {
    say();
    loop.turn();
  }
  EXPECT_TRUE(left);
  EXPECT_GE(io_thread::clock::now() - begin, std::chrono::milliseconds(2));
}

TEST_F(an_io_thread, that_rests_lets_nothing_wait) {
  io_thread loop(system_, std::chrono::milliseconds(10));
  const auto begin = io_thread::clock::now();
  loop.bound(begin); // whatever this thread did before
  EXPECT_EQ(loop.bound(begin + std::chrono::hours(1)).count(), 0);
}

TEST_F(an_io_thread, that_is_busy_lets_frames_wait_if_it_is_told_how_long) {
  const auto spin = [](io_thread& loop) {
    const auto begin = io_thread::clock::now();
    loop.bound(begin);
    // The thread's own time counts: one that another program keeps from running is not busy, it is late.
    timespec used{};
    for (const auto from = std::clock(); std::clock() - from < CLOCKS_PER_SEC / 10;)
      ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return loop.bound(begin + std::chrono::milliseconds(100));
  };
  io_thread holds(system_, std::chrono::milliseconds(10));
  EXPECT_EQ(spin(holds), std::chrono::milliseconds(10));
  EXPECT_EQ(spin(loop_).count(), 0);
}

// -- beginning and end ----------------------------------------------------------------------------

TEST_F(an_io_thread, has_nothing_to_do_at_first) {
  EXPECT_FALSE(loop_.turn());
}

TEST_F(an_io_thread, runs_after_single_turns) {
  settle();
  run();
  boost::asio::post(loop_.context(), [&] { done_.release(); });
  finish();
}

TEST_F(an_io_thread, turns_after_its_run_has_ended) {
  int heard = 0;
  auto actor = spawn([&](listener&) { ++heard; });
  run();
  stop();
  caf::anon_send(actor, tick{});
  EXPECT_TRUE(loop_.turn());
  EXPECT_EQ(heard, 1);
}

TEST_F(an_io_thread, that_was_stopped_before_it_ran_returns_at_once) {
  loop_.stop();
  thread_ = std::thread([&] {
    loop_.run();
    done_.release();
  });
  finish();
}

TEST_F(an_io_thread, may_end_with_messages_that_nobody_heard) {
  bool heard = false;
  {
    io_thread other(system_);
    auto actor = spawn_pinned<listener>(system_, other.place(), [&](listener&) { heard = true; });
    caf::anon_send(actor, tick{});
  }
  EXPECT_FALSE(heard);
}

} // namespace
} // namespace parley::net
