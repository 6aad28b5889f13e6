// What a message may cost in allocations: so many for itself, none for each of those who hear it.
#include "tests/support/heap_meter.hpp"
#include "tests/support/wired_room.hpp"

#include <gtest/gtest.h>

namespace parley::test {
namespace {

/// From the bytes in the sender's socket to those in every member's, but for the database: what it was when this was
/// last looked at, and a tenth. To lower it, set it to what the test prints, and a tenth.
constexpr double allocations_a_message_limit = 17;

/// Queues of the loop take a block once in some thousand entries. What is allocated in every delivery, or in every
/// hundredth, is far above.
constexpr double allocations_a_delivery_limit = 0.001;

constexpr std::size_t messages = 128;

/// Before it is counted: queues that keep their room have it by then.
constexpr std::size_t first_messages = 8;

/// Allocations of `messages` posts in a room of that many members. Fails the test where they were not heard.
std::int64_t allocations_in_room_of(std::size_t members) {
  wired_room room(members);
  for (std::size_t i = 0; i < first_messages; ++i)
    room.post();
  std::int64_t count = 0;
  {
    const heap_meter meter;
    for (std::size_t i = 0; i < messages; ++i)
      room.post();
    count = meter.allocations();
  }
  EXPECT_EQ(room.take_frames(), (first_messages + messages) * (members + 1)) << "a message each, and the sender's acks";
  return count;
}

TEST(heap_of_a_message, is_the_same_whether_ten_hear_it_or_a_thousand) {
  constexpr std::size_t few = 10;
  constexpr std::size_t many = 1000;
  if (!allow_descriptors(2 * many))
    GTEST_SKIP() << "the hard limit of open files is too low for " << many << " connections";
  const auto small = static_cast<double>(allocations_in_room_of(few));
  const auto large = static_cast<double>(allocations_in_room_of(many));
  const auto a_delivery = (large - small) / static_cast<double>(messages * (many - few));
  RecordProperty("allocations_a_delivery", std::to_string(a_delivery));
  EXPECT_LT(a_delivery, allocations_a_delivery_limit);
}

TEST(heap_of_a_message, is_taken_in_so_many_pieces) {
  const auto a_message = static_cast<double>(allocations_in_room_of(10)) / static_cast<double>(messages);
  RecordProperty("allocations_a_message", std::to_string(a_message));
  EXPECT_GT(a_message, 0) << "nothing was counted";
  EXPECT_LE(a_message, allocations_a_message_limit);
}

} // namespace
} // namespace parley::test
