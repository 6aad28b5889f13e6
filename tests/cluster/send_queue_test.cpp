// What waits for a peer, and what a peer that takes nothing costs.
#include "cluster/send_queue.hpp"

#include <gtest/gtest.h>

namespace parley::cluster::test {
namespace {

using namespace std::chrono_literals;

constexpr moment start{1'000'000ms};

peer_item frame_of(std::size_t bytes) {
  return notify_there{user_id{1}, caf::make_counted<frame>(std::string(bytes, 'x'))};
}

std::size_t items_in(const send_queue::batch& x) {
  return unpack_items(x.items)->size();
}

TEST(send_queue, what_was_added_meanwhile_is_one_batch) {
  send_queue queue;
  for (int i = 0; i < 5; ++i) {
    auto item = frame_of(100);
    ASSERT_TRUE(queue.add(item));
  }
  const auto batch = queue.next(start);
  ASSERT_TRUE(batch);
  EXPECT_EQ(batch->number, 1U);
  EXPECT_EQ(items_in(*batch), 5U);
  EXPECT_FALSE(queue.next(start));
  EXPECT_EQ(queue.queued(), 0U);
}

TEST(send_queue, a_batch_ends_where_it_is_long_enough) {
  send_queue queue;
  for (int i = 0; i < 3; ++i) {
    auto item = frame_of(batch_bytes);
    ASSERT_TRUE(queue.add(item));
  }
  for (std::uint64_t number = 1; number <= 3; ++number) {
    const auto batch = queue.next(start);
    ASSERT_TRUE(batch);
    EXPECT_EQ(batch->number, number);
    EXPECT_EQ(items_in(*batch), 1U);
  }
}

TEST(send_queue, no_more_than_the_window_is_on_its_way) {
  send_queue queue;
  for (int i = 0; i < 40; ++i) {
    auto item = frame_of(batch_bytes);
    ASSERT_TRUE(queue.add(item));
  }
  std::uint64_t sent = 0;
  while (auto batch = queue.next(start))
    sent = batch->number;
  EXPECT_LE(queue.unacknowledged(), send_queue::window_bytes + batch_bytes + 100);
  EXPECT_LT(sent, 40U);
  EXPECT_FALSE(queue.next(start, true)) << "no sign of life either: the peer knows that this one lives";
  ASSERT_TRUE(queue.acknowledge(1));
  EXPECT_TRUE(queue.next(start));
}

TEST(send_queue, is_bounded_in_bytes) {
  send_queue queue;
  std::size_t added = 0;
  for (;;) {
    auto item = frame_of(100'000);
    if (!queue.add(item))
      break;
    ++added;
  }
  EXPECT_GT(added, 300U);
  EXPECT_LE(queue.queued(), send_queue::queue_bytes);
  EXPECT_TRUE(queue.is_crowded());
  std::size_t packed = 0;
  while (auto batch = queue.next(start)) {
    packed += items_in(*batch);
    ASSERT_TRUE(queue.acknowledge(batch->number));
  }
  EXPECT_EQ(packed, added) << "what was refused left nothing behind";
}

TEST(send_queue, an_item_that_is_too_long_is_refused) {
  send_queue queue;
  auto item = frame_of(item_bytes_max + 1);
  EXPECT_FALSE(queue.add(item));
  EXPECT_EQ(queue.queued(), 0U);
  EXPECT_FALSE(queue.next(start));
}

TEST(send_queue, tells_since_when_an_acknowledgement_is_owed) {
  send_queue queue;
  EXPECT_EQ(queue.oldest(), moment::max());
  ASSERT_TRUE(queue.next(start, true));
  ASSERT_TRUE(queue.next(start + 5ms, true));
  EXPECT_EQ(queue.oldest(), start);
  ASSERT_TRUE(queue.acknowledge(1));
  EXPECT_EQ(queue.oldest(), start + 5ms);
  ASSERT_TRUE(queue.acknowledge(2));
  EXPECT_EQ(queue.oldest(), moment::max());
}

TEST(send_queue, one_acknowledgement_is_for_all_before_it) {
  send_queue queue;
  for (int i = 0; i < 3; ++i)
    ASSERT_TRUE(queue.next(start, true));
  ASSERT_TRUE(queue.acknowledge(3));
  EXPECT_EQ(queue.oldest(), moment::max());
  EXPECT_FALSE(queue.acknowledge(4)) << "nothing with that number was sent";
}

} // namespace
} // namespace parley::cluster::test
