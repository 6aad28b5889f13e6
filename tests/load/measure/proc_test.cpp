#include "load/measure/clock.hpp"
#include "load/measure/proc.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdint>
#include <functional>
#include <sys/wait.h>
#include <unistd.h>

namespace parley::load {
namespace {

void use_cpu(std::int64_t ns) {
  for (const std::int64_t until = thread_cpu_ns() + ns; thread_cpu_ns() < until;) {
  }
}

/// A process that does `what`; it and the test take turns over a pipe.
class turn_taker {
public:
  explicit turn_taker(const std::function<void(turn_taker&)>& what) {
    EXPECT_EQ(::pipe(to_), 0);
    EXPECT_EQ(::pipe(from_), 0);
    pid = ::fork();
    if (pid == 0) {
      what(*this);
      ::_exit(0);
    }
  }
  ~turn_taker() {
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    for (const int fd : {to_[0], to_[1], from_[0], from_[1]})
      ::close(fd);
  }
  turn_taker(const turn_taker&) = delete;
  turn_taker& operator=(const turn_taker&) = delete;

  /// In the test: lets the process go on to its next `pause`.
  void go_on() const {
    char turn = 0;
    EXPECT_EQ(::write(to_[1], &turn, 1), 1);
    EXPECT_EQ(::read(from_[0], &turn, 1), 1);
  }
  /// In the process.
  void pause() const {
    char turn = 0;
    if (::write(from_[1], &turn, 1) != 1 || ::read(to_[0], &turn, 1) != 1)
      ::_exit(1);
  }
  void await() const {
    char turn = 0;
    EXPECT_EQ(::read(from_[0], &turn, 1), 1);
  }

  pid_t pid = -1;

private:
  int to_[2]{};
  int from_[2]{};
};

/// Far more than the end of a process costs by itself: with sanitizers some 50 ms.
constexpr std::int64_t some_work_ns = 200 * ns_per_ms;

/// A child works, is seen, works again, and ends; its parent waits for it, or does not want to know.
void parent_of_one(turn_taker& turns, bool waits) {
  if (!waits)
    std::signal(SIGCHLD, SIG_IGN);
  int done[2];
  if (::pipe(done) != 0)
    ::_exit(1);
  const pid_t child = ::fork();
  if (child == 0) {
    use_cpu(some_work_ns);
    turns.pause();
    ::_exit(0);
  }
  ::waitpid(child, nullptr, 0); // with SIGCHLD ignored it answers ECHILD once the child is gone
  turns.pause();
  for (;;)
    turns.pause();
}

class watched_parent : public testing::TestWithParam<bool> {};

TEST_P(watched_parent, keeps_the_cpu_of_a_child_that_ended) {
  const turn_taker parent([](turn_taker& turns) { parent_of_one(turns, GetParam()); });
  process_watch watch({parent.pid});
  parent.await();
  const auto with_child = watch.sample(memory_count::quick);
  ASSERT_TRUE(with_child);
  EXPECT_GE(with_child->cpu_ns, some_work_ns);
  parent.go_on();
  const auto without = watch.sample(memory_count::quick);
  ASSERT_TRUE(without);
  EXPECT_GE(without->cpu_ns, with_child->cpu_ns) << "it never falls";
  EXPECT_LT(without->cpu_ns, with_child->cpu_ns + some_work_ns) << "nor is it counted twice";
}

INSTANTIATE_TEST_SUITE_P(process_watch, watched_parent, testing::Bool(),
                         [](const auto& waits) { return waits.param ? "waited_for" : "left_to_the_kernel"; });

TEST(process_watch, tells_cpu_more_finely_than_ticks) {
  process_watch watch({::getpid()});
  const auto before = watch.sample(memory_count::quick);
  const std::int64_t from = thread_cpu_ns();
  use_cpu(2 * ns_per_ms);
  const auto after = watch.sample(memory_count::quick);
  const std::int64_t used = thread_cpu_ns() - from;
  ASSERT_TRUE(before && after);
  EXPECT_GE(after->cpu_ns - before->cpu_ns, 2 * ns_per_ms);
  EXPECT_LE(after->cpu_ns - before->cpu_ns, used + ns_per_ms);
}

TEST(process_watch, counts_memory_alike_both_ways) {
  process_watch watch({::getpid()});
  const auto quick = watch.sample(memory_count::quick);
  const auto exact = watch.sample(memory_count::exact);
  ASSERT_TRUE(quick && exact);
  EXPECT_NEAR(static_cast<double>(quick->rss_bytes), static_cast<double>(exact->rss_bytes), 2e6);
}

TEST(process_watch, a_process_that_is_not_there_is_told) {
  process_watch watch({2147483646});
  const auto taken = watch.sample(memory_count::quick);
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error(), "there is no process 2147483646");
}

TEST(machine_sample, never_falls) {
  const machine_sample before = sample_machine();
  const machine_sample after = sample_machine();
  EXPECT_GE(after.steal_ns, before.steal_ns);
  EXPECT_GE(after.throttled_ns, before.throttled_ns);
}

} // namespace
} // namespace parley::load
