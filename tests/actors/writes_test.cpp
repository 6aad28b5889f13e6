// What a burst of messages costs in writes: those of one turn go to a socket in one call.
#include "tests/support/wired_room.hpp"
#include "tests/support/write_meter.hpp"

#include <gtest/gtest.h>

namespace parley::test {
namespace {

constexpr std::size_t members = 20;
constexpr std::size_t burst = 32;

/// Frames that a member has for each write of its socket, in a burst that the sender's socket held at once.
double frames_a_write() {
  wired_room room(members);
  room.post();
  room.take_frames();
  const write_meter meter;
  room.post(burst);
  const auto writes = meter.writes();
  const auto frames = room.take_frames();
  EXPECT_EQ(frames, burst * (members + 1)) << "a message each, and the sender's acks";
  EXPECT_GT(writes, 0) << "nothing was counted";
  return static_cast<double>(frames) / static_cast<double>(writes);
}

/// A stage that hands messages on one turn apart, an actor that was put between room and writer, a flush before the
/// turn ends: each makes more and smaller writes of the same burst.
TEST(writes_of_a_burst, carry_all_frames_of_the_turn) {
  const auto gathered = frames_a_write();
  RecordProperty("frames_a_write", std::to_string(gathered));
  EXPECT_GE(gathered, static_cast<double>(burst));
}

} // namespace
} // namespace parley::test
