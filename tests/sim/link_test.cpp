// The simulated connection does what net/connection does.
#include "tests/sim/link.hpp"

#include <gtest/gtest.h>

namespace parley::sim {
namespace {

using namespace std::chrono_literals;

class link_suite : public ::testing::Test, private frame_watcher {
protected:
  link make(std::size_t outbox, std::size_t wire) {
    return link(connection_id{1}, user_id{2}, wire_shape::envelope, ears_, *this, [this] { return now_; },
                {outbox, wire, 10s, false, false});
  }
  static frame_ptr frame_of(std::size_t size) { return make_text_frame('"' + std::string(size, 'x') + '"'); }
  void check(link& way, std::chrono::milliseconds after) {
    now_ += after;
    way.check();
  }

  hearing ears_;
  timestamp now_{};
  int handed_ = 0;

private:
  void on_frame(link&, const heard&) override { ++handed_; }
};

TEST_F(link_suite, a_reader_that_stops_is_closed_4413_past_the_bound_and_not_before) {
  auto way = make(1000, 500);
  for (int i = 0; i < 3; ++i)
    way.send(frame_of(400));
  EXPECT_TRUE(way.is_open());
  way.send(frame_of(400));
  EXPECT_FALSE(way.is_open());
  way.send(frame_of(1));
  EXPECT_EQ(handed_, 4);
  while (way.flush() || way.listen(10'000) != nullptr)
    ;
  EXPECT_EQ(way.closed_with(), 4413);
}

TEST_F(link_suite, a_reader_that_reads_gets_everything_in_order_however_little_at_a_time) {
  auto way = make(100'000, 300);
  for (std::size_t i = 1; i <= 20; ++i)
    way.send(frame_of(i * 40));
  std::vector<std::size_t> sizes;
  for (int i = 0; i < 10'000 && sizes.size() < 20; ++i) {
    way.flush();
    if (const auto* what = way.listen(7))
      sizes.push_back(what->bytes->wire().size());
  }
  ASSERT_EQ(sizes.size(), 20U);
  EXPECT_TRUE(std::ranges::is_sorted(sizes));
}

TEST_F(link_suite, a_silent_client_is_found_out_by_two_heartbeats_and_cut_after_the_close) {
  auto way = make(100'000, 100'000);
  way.break_off(0, true);
  check(way, 19s);
  EXPECT_TRUE(way.is_open());
  check(way, 1s);
  EXPECT_FALSE(way.is_open());
  EXPECT_FALSE(way.is_closed());
  check(way, 5s);
  EXPECT_TRUE(way.is_closed());
}

TEST_F(link_suite, what_was_on_its_way_is_lost_when_the_connection_breaks) {
  auto way = make(100'000, 100'000);
  way.send(frame_of(10));
  way.flush();
  way.break_off(0, false);
  EXPECT_EQ(way.listen(1000), nullptr);
  way.start_reading();
  EXPECT_TRUE(way.read_one());
  EXPECT_TRUE(way.is_closed());
}

TEST_F(link_suite, a_close_frame_comes_behind_what_was_said_before) {
  auto way = make(100'000, 100'000);
  way.send(frame_of(10));
  way.close(close_code::forbidden, "go");
  way.flush();
  EXPECT_EQ(way.listen(1000)->what, word::other);
  EXPECT_EQ(way.listen(1000)->what, word::close);
  EXPECT_EQ(way.closed_with(), 4403);
  EXPECT_TRUE(way.read_one());
  EXPECT_TRUE(way.is_closed());
}

} // namespace
} // namespace parley::sim
