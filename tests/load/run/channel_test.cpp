#include "load/run/channel.hpp"

#include <gtest/gtest.h>

#include <array>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <utility>

namespace parley::load {
namespace {

std::pair<channel, channel> connected() {
  std::array<int, 2> ends{};
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()), 0);
  return {channel(ends[0]), channel(ends[1])};
}

TEST(channel, messages_arrive_whole_and_in_order) {
  auto [left, right] = connected();
  EXPECT_FALSE(right.receive());
  left.send(word::ready);
  left.send(word::fault, "no luck");
  const auto first = right.receive();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->what, word::ready);
  EXPECT_EQ(first->content, "");
  const auto second = right.receive();
  ASSERT_TRUE(second);
  EXPECT_EQ(second->what, word::fault);
  EXPECT_EQ(second->content, "no luck");
  EXPECT_FALSE(right.receive());
}

TEST(channel, a_message_longer_than_the_socket_takes_waits_without_blocking) {
  auto [left, right] = connected();
  const std::string content(3 << 20, 'x');
  left.send(word::snapshot, content);
  EXPECT_TRUE(left.sends());
  std::optional<note> got;
  for (int turn = 0; turn < 10'000 && !got; ++turn) {
    left.flush();
    got = right.receive();
  }
  ASSERT_TRUE(got);
  EXPECT_EQ(got->content, content);
  EXPECT_FALSE(left.sends());
}

TEST(channel, the_end_comes_after_what_was_said_before_it) {
  auto [left, right] = connected();
  left.send(word::done);
  { const channel gone(std::move(left)); }
  const auto last = right.receive();
  ASSERT_TRUE(last);
  EXPECT_EQ(last->what, word::done);
  EXPECT_TRUE(right.closed());
  right.send(word::stop);
  EXPECT_FALSE(right.sends()) << "there is nobody to wait for";
}

} // namespace
} // namespace parley::load
