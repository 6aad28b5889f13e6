// Who is dead to a node, by what the table of nodes shows it.
#include "cluster/roll.hpp"

#include <gtest/gtest.h>

namespace parley::cluster::test {
namespace {

using namespace std::chrono_literals;

class death_watch_suite : public ::testing::Test {
protected:
  /// A look, `after` the last one, at the other node's beats.
  bool finds_dead(std::chrono::milliseconds after, std::int64_t beats, bool is_gone = false) {
    now_ += after;
    storage::node_row self, other;
    self.id = 1;
    other.id = 2;
    other.beats = beats;
    other.is_gone = is_gone;
    return !watch_.look({self, other}, 1, now_, [this](std::int64_t) { return has_link_; }).empty();
  }

  death_watch watch_{1500ms};
  moment now_{1'000'000ms};
  bool has_link_ = true;
};

TEST_F(death_watch_suite, who_beats_lives) {
  for (int i = 0; i < 100; ++i)
    EXPECT_FALSE(finds_dead(300ms, i / 2)) << i;
}

TEST_F(death_watch_suite, who_does_not_beat_for_the_lease_is_dead) {
  EXPECT_FALSE(finds_dead(300ms, 7));
  for (auto still = 300ms; still < 1500ms; still += 300ms)
    EXPECT_FALSE(finds_dead(300ms, 7)) << still.count();
  EXPECT_TRUE(finds_dead(300ms, 7));
}

TEST_F(death_watch_suite, nobody_is_dead_for_what_was_not_looked_at) {
  EXPECT_FALSE(finds_dead(300ms, 7));
  EXPECT_FALSE(finds_dead(60s, 7)) << "the database was away, for the other one as well";
  for (int i = 0; i < 4; ++i)
    EXPECT_FALSE(finds_dead(300ms, 7)) << i;
  EXPECT_TRUE(finds_dead(300ms, 7));
}

TEST_F(death_watch_suite, who_is_cut_off_from_the_database_and_from_here_is_dead_sooner) {
  has_link_ = false;
  EXPECT_FALSE(finds_dead(300ms, 7));
  EXPECT_FALSE(finds_dead(300ms, 7, true));
  EXPECT_TRUE(finds_dead(300ms, 7, true));
}

TEST_F(death_watch_suite, who_has_a_link_is_not_dead_for_the_lack_of_a_connection_to_the_database) {
  EXPECT_FALSE(finds_dead(300ms, 7, true));
  EXPECT_FALSE(finds_dead(300ms, 7, true));
  EXPECT_FALSE(finds_dead(300ms, 7, true));
}

TEST_F(death_watch_suite, a_node_is_never_dead_to_itself) {
  storage::node_row self;
  self.id = 1;
  for (int i = 0; i < 20; ++i) {
    now_ += 300ms;
    EXPECT_TRUE(watch_.look({self}, 1, now_, [](std::int64_t) { return false; }).empty());
  }
}

} // namespace
} // namespace parley::cluster::test
