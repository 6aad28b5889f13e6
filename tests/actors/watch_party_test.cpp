// Two hundred people watch together over slow networks and with wrong clocks: they must see the same moment.
#include "tests/support/watch_party.hpp"

#include <gtest/gtest.h>

namespace parley::test {
namespace {

using namespace std::chrono_literals;

constexpr int watchers = 200;
constexpr double apart_ms = 40; ///< what the issue allows

class watch_party_suite : public ::testing::TestWithParam<network::kind> {
protected:
  /// Everybody is there, and the film plays.
  void begin() {
    party_.run(1s);
    party_.steers("load", {{"video_id", party_.film().value}});
    party_.run(1s);
    party_.steers("play", {{"position_s", 0}});
  }
  /// All of them show the video, and the median is where the server has it.
  void expect_all_at(double seconds) {
    std::vector<double> at;
    for (const auto& who : party_.all())
      at.push_back(who.position(party_.now(), true).value());
    std::nth_element(at.begin(), at.begin() + std::ssize(at) / 2, at.end());
    EXPECT_NEAR(at[at.size() / 2], seconds, 1) << "each command took its time to arrive";
  }
  void expect_together(const char* when) {
    const auto spread = party_.spread();
    EXPECT_LE(spread, apart_ms) << when;
    const std::string name(when);
    RecordProperty(name, std::to_string(spread));
  }

  watch_party party_{20261121, GetParam(), watchers};
};

INSTANTIATE_TEST_SUITE_P(networks, watch_party_suite, ::testing::Values(network::kind::paths, network::kind::noise),
                         [](const auto& x) {
                           return std::string(x.param == network::kind::paths ? "paths" : "noise");
                         });

TEST_P(watch_party_suite, after_ten_seconds_of_playing_they_are_together) {
  begin();
  party_.run(10s);
  expect_all_at(10);
  expect_together("played");
}

TEST_P(watch_party_suite, who_minds_only_its_own_clock_is_seconds_off) {
  begin();
  party_.run(10s);
  EXPECT_GT(party_.spread(false), 5000);
}

TEST_P(watch_party_suite, they_are_together_after_every_kind_of_change) {
  begin();
  party_.run(3s);
  party_.steers("seek", {{"position_s", 600}});
  party_.run(10s);
  expect_all_at(610);
  expect_together("sought");

  party_.steers("rate", {{"rate", 0.5}});
  party_.run(10s);
  expect_all_at(615);
  expect_together("slowed");

  party_.steers("pause", {{"position_s", 100}});
  party_.run(2s);
  EXPECT_EQ(party_.spread(), 0);
  party_.steers("rate", {{"rate", 1}});
  party_.steers("play", {{"position_s", 100}});
  party_.run(10s);
  expect_all_at(110);
  expect_together("played on");
}

TEST_P(watch_party_suite, they_hold_for_one_who_buffers_and_go_on_together) {
  begin();
  party_.run(5s);
  auto& slow = party_.all().at(7);
  party_.says(slow, "sync_buffering", {{"is_buffering", true}});
  party_.run(2s);
  EXPECT_EQ(party_.spread(), 0) << "all stand at one position";
  expect_all_at(5);
  party_.says(slow, "sync_buffering", {{"is_buffering", false}});
  party_.run(10s);
  expect_all_at(15);
  expect_together("buffered");

  party_.says(slow, "sync_buffering", {{"is_buffering", true}}); // and never says that it is ready
  party_.run(25s);
  expect_all_at(25);
  expect_together("gave up waiting");
}

TEST_P(watch_party_suite, who_comes_late_is_with_the_others_after_ten_seconds) {
  begin();
  party_.run(20s);
  auto& late = party_.add();
  party_.run(10s);
  EXPECT_NEAR(late.position(party_.now(), true).value(), 30, 0.5);
  expect_together("with a late one");
  double nearest = 1e9;
  for (const auto& who : party_.all())
    if (&who != &late)
      nearest = std::min(nearest, std::abs(*who.position(party_.now(), true) - *late.position(party_.now(), true)));
  EXPECT_LE(nearest * 1000, apart_ms);
}

} // namespace
} // namespace parley::test
