#include "net/outbox.hpp"

#include <caf/make_counted.hpp>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <string>

namespace parley::net {
namespace {

/// A frame whose wire bytes are `size` times `fill`; frames of the server have two bytes at least.
frame_ptr wire_of(std::size_t size, char fill) {
  return caf::make_counted<frame>(std::string(size, fill));
}

/// Takes up to `most` of what the outbox shows, through `entries` iovecs at most.
std::string take(outbox& from, std::size_t most, std::size_t entries = 64) {
  std::vector<iovec> shown(entries);
  shown.resize(from.gather(shown));
  std::string out;
  for (const auto& x : shown)
    out.append(static_cast<const char*>(x.iov_base), std::min(x.iov_len, most - out.size()));
  from.sent(out.size());
  return out;
}

std::string drain(outbox& from) {
  std::string out;
  while (!from.empty())
    out += take(from, 1'000'000);
  return out;
}

// -- any order of calls -------------------------------------------------------------------------

/// Frames of every letter in turn, so that a frame out of place is seen.
class letters {
public:
  frame_ptr next(std::size_t size) {
    fill_ = fill_ == 'z' ? 'a' : static_cast<char>(fill_ + 1);
    said_ += std::string(size, fill_);
    return wire_of(size, fill_);
  }
  const std::string& said() const { return said_; }

private:
  char fill_ = 'z';
  std::string said_;
};

rc::Gen<std::size_t> frame_size() {
  return rc::gen::oneOf(rc::gen::inRange<std::size_t>(2, 20), rc::gen::inRange<std::size_t>(2, 400));
}

RC_GTEST_PROP(outbox, without_a_replay_writes_every_frame_once_in_order_and_knows_its_bytes, ()) {
  constexpr std::size_t limit = 300;
  outbox box(limit);
  letters pushed;
  std::string written;
  const auto steps = *rc::gen::inRange(1, 60);
  for (int i = 0; i < steps; ++i) {
    if (*rc::gen::arbitrary<bool>())
      box.push(pushed.next(*frame_size()));
    else
      written += take(box, *rc::gen::inRange<std::size_t>(0, 500), *rc::gen::inRange<std::size_t>(1, 5));
    const auto waiting = pushed.said().size() - written.size();
    RC_ASSERT(box.bytes() == waiting);
    RC_ASSERT(box.empty() == (waiting == 0));
    RC_ASSERT(box.over() == (waiting > limit));
  }
  written += drain(box);
  RC_ASSERT(written == pushed.said());
}

RC_GTEST_PROP(outbox, with_replays_writes_every_frame_once_in_order, ()) {
  outbox box(*rc::gen::inRange<std::size_t>(2, 500));
  letters pushed;
  std::string written;
  const auto steps = *rc::gen::inRange(1, 60);
  for (int i = 0; i < steps; ++i) {
    switch (*rc::gen::inRange(0, 4)) {
    case 0: {
      std::vector<frame_ptr> replay;
      const auto sizes = *rc::gen::container<std::vector<std::size_t>>(frame_size());
      for (auto size : sizes)
        replay.push_back(pushed.next(size));
      box.push_paced(std::move(replay));
      break;
    }
    case 1:
      box.push(pushed.next(*frame_size()));
      break;
    default:
      written += take(box, *rc::gen::inRange<std::size_t>(0, 500), *rc::gen::inRange<std::size_t>(1, 5));
    }
    // Nothing waits outside of an empty queue: what is replayed moves in by itself.
    RC_ASSERT(!box.empty() || written == pushed.said());
  }
  written += drain(box);
  RC_ASSERT(written == pushed.said());
  RC_ASSERT(!box.over());
}

RC_GTEST_PROP(outbox, is_never_over_by_a_replay_alone, ()) {
  outbox box(100);
  letters pushed;
  std::string written;
  const auto steps = *rc::gen::inRange(1, 30);
  for (int i = 0; i < steps; ++i) {
    if (*rc::gen::arbitrary<bool>()) {
      std::vector<frame_ptr> replay;
      const auto sizes = *rc::gen::container<std::vector<std::size_t>>(frame_size());
      for (auto size : sizes)
        replay.push_back(pushed.next(size));
      box.push_paced(std::move(replay));
    } else {
      written += take(box, *rc::gen::inRange<std::size_t>(0, 500));
    }
    RC_ASSERT(!box.over());
  }
}

RC_GTEST_PROP(outbox, that_finishes_writes_the_begun_frame_and_the_last_and_nothing_else, ()) {
  outbox box(100);
  const auto sizes = *rc::gen::container<std::vector<std::size_t>>(frame_size());
  std::string all;
  std::size_t begun_ends = 0;
  letters pushed;
  for (auto size : sizes)
    box.push(pushed.next(size));
  auto written = take(box, *rc::gen::inRange<std::size_t>(0, pushed.said().size() + 1));
  // The end of the frame that `written` stops within.
  for (auto size : sizes) {
    if (begun_ends >= written.size())
      break;
    begun_ends += size;
  }
  box.finish_with(wire_of(5, '!'));
  RC_ASSERT(box.bytes() == begun_ends - written.size() + 5);
  written += drain(box);
  RC_ASSERT(written == pushed.said().substr(0, begun_ends) + "!!!!!");
}

// -- the bound ---------------------------------------------------------------------------------

TEST(outbox, is_over_only_beyond_its_bound) {
  outbox box(100);
  box.push(wire_of(100, 'a'));
  EXPECT_FALSE(box.over());
  box.push(wire_of(2, 'b'));
  EXPECT_TRUE(box.over());
  take(box, 2);
  EXPECT_FALSE(box.over());
}

TEST(outbox, shows_an_empty_queue_as_nothing) {
  outbox box(100);
  std::array<iovec, 4> shown{};
  EXPECT_EQ(box.gather(shown), 0U);
  EXPECT_TRUE(box.empty());
  box.push_paced({});
  EXPECT_EQ(box.gather(shown), 0U);
}

TEST(outbox, shows_the_rest_of_a_frame_that_was_written_in_part) {
  outbox box(100);
  box.push(caf::make_counted<frame>("abcdef"));
  box.push(caf::make_counted<frame>("ghi"));
  EXPECT_EQ(take(box, 4), "abcd");
  EXPECT_EQ(take(box, 3, 1), "ef"); // one entry shows one frame
  EXPECT_EQ(drain(box), "ghi");
}

// -- a replay ------------------------------------------------------------------------------------

TEST(outbox, keeps_a_long_replay_out_of_the_queue) {
  outbox box(100);
  std::vector<frame_ptr> replay(1000, wire_of(10, 'r'));
  box.push_paced(replay);
  std::size_t most = 0;
  std::size_t written = 0;
  while (!box.empty()) {
    most = std::max(most, box.bytes());
    written += take(box, 7).size();
  }
  EXPECT_EQ(written, 10'000U);
  EXPECT_LE(most, 60U); // half the bound, and the frame that reached it
}

TEST(outbox, is_not_over_by_a_replayed_frame_above_the_bound) {
  outbox box(100);
  box.push_paced({wire_of(1000, 'r')});
  EXPECT_FALSE(box.over());
  box.push(wire_of(50, 'l'));
  EXPECT_FALSE(box.over());
  EXPECT_EQ(take(box, 500).size(), 500U);
  EXPECT_FALSE(box.over());
  EXPECT_EQ(drain(box), std::string(500, 'r') + std::string(50, 'l'));
}

TEST(outbox, counts_live_frames_that_wait_behind_a_replay) {
  outbox box(100);
  box.push_paced(std::vector<frame_ptr>(100, wire_of(10, 'r')));
  for (int i = 0; i < 10; ++i)
    box.push(wire_of(10, 'l'));
  EXPECT_FALSE(box.over());
  box.push(wire_of(10, 'l'));
  EXPECT_TRUE(box.over());
}

TEST(outbox, counts_live_frames_again_once_the_replay_is_written) {
  outbox box(100);
  box.push_paced(std::vector<frame_ptr>(20, wire_of(10, 'r')));
  EXPECT_EQ(drain(box).size(), 200U);
  box.push(wire_of(100, 'l'));
  EXPECT_FALSE(box.over());
  box.push(wire_of(2, 'l'));
  EXPECT_TRUE(box.over());
}

TEST(outbox, takes_a_second_replay_behind_what_came_after_the_first) {
  outbox box(20);
  box.push_paced(std::vector<frame_ptr>(3, wire_of(10, 'a')));
  box.push(wire_of(10, 'b'));
  box.push_paced(std::vector<frame_ptr>(3, wire_of(10, 'c')));
  box.push(wire_of(10, 'd'));
  EXPECT_EQ(drain(box), std::string(30, 'a') + std::string(10, 'b') + std::string(30, 'c') + std::string(10, 'd'));
}

TEST(outbox, that_finishes_drops_the_replay) {
  outbox box(100);
  box.push_paced(std::vector<frame_ptr>(100, wire_of(10, 'r')));
  EXPECT_EQ(take(box, 15).size(), 15U);
  box.push(wire_of(10, 'l'));
  box.finish_with(wire_of(4, '!'));
  EXPECT_EQ(drain(box), "rrrrr!!!!");
}

} // namespace
} // namespace parley::net
