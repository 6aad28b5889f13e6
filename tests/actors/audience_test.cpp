// The fan-out table of one thread.
#include "actors/audience.hpp"
#include "tests/support/recording_port.hpp"

#include <gtest/gtest.h>

namespace parley::test {
namespace {

constexpr room_id lobby{1};
constexpr room_id attic{2};

class audience_suite : public ::testing::Test {
protected:
  void add(room_id room, std::int64_t connection, recording_port& port, wire_shape shape = wire_shape::envelope) {
    audience_.add(room, {connection_id{connection}, &port, shape});
  }
  std::size_t deliver(room_id room, const std::vector<connection_id>& except = {}) const {
    return audience_.deliver(room, envelope_, flat_, except);
  }

  audience audience_;
  recording_port ann_, bob_;
  frame_ptr envelope_ = make_text_frame(R"({"shape":"envelope"})");
  frame_ptr flat_ = make_text_frame(R"({"shape":"flat"})");
};

TEST_F(audience_suite, each_listener_hears_its_own_shape) {
  add(lobby, 7, ann_);
  add(lobby, 3, bob_, wire_shape::flat);
  EXPECT_EQ(deliver(lobby), 2U);
  ASSERT_EQ(ann_.frames.size(), 1U);
  EXPECT_EQ(ann_.frames[0]["shape"], "envelope");
  ASSERT_EQ(bob_.frames.size(), 1U);
  EXPECT_EQ(bob_.frames[0]["shape"], "flat");
}

TEST_F(audience_suite, a_null_frame_is_heard_by_nobody) {
  add(lobby, 1, ann_);
  envelope_ = nullptr;
  EXPECT_EQ(deliver(lobby), 0U);
  EXPECT_TRUE(ann_.frames.empty());
}

TEST_F(audience_suite, the_excepted_connection_does_not_hear) {
  add(lobby, 1, ann_);
  add(lobby, 2, bob_);
  EXPECT_EQ(deliver(lobby, {connection_id{2}}), 1U);
  EXPECT_TRUE(bob_.frames.empty());
}

TEST_F(audience_suite, none_of_several_excepted_connections_hears_and_all_others_do) {
  std::vector<recording_port> ports(10);
  for (std::int64_t i = 0; i < 10; ++i)
    add(lobby, 2 * i, ports[static_cast<std::size_t>(i)]);
  // The first and the last, two neighbours, and some that are not there.
  EXPECT_EQ(deliver(lobby, {connection_id{0}, connection_id{1}, connection_id{6}, connection_id{8}, connection_id{9},
                            connection_id{18}, connection_id{30}}),
            6U);
  for (std::size_t i = 0; i < ports.size(); ++i)
    EXPECT_EQ(ports[i].frames.size(), (i == 0 || i == 3 || i == 4 || i == 9) ? 0U : 1U) << i;
}

TEST_F(audience_suite, what_may_wait_is_told_so) {
  add(lobby, 1, ann_);
  audience_.deliver(lobby, envelope_, flat_, {}, true);
  EXPECT_EQ(ann_.waited, 1U);
  EXPECT_EQ(ann_.frames.size(), 1U);
  deliver(lobby);
  EXPECT_EQ(ann_.waited, 1U);
}

TEST_F(audience_suite, another_rooms_listeners_hear_nothing) {
  add(lobby, 1, ann_);
  EXPECT_EQ(deliver(attic), 0U);
}

TEST_F(audience_suite, adding_twice_changes_the_shape_and_does_not_double) {
  add(lobby, 1, ann_);
  add(lobby, 1, ann_, wire_shape::flat);
  EXPECT_EQ(deliver(lobby), 1U);
  EXPECT_EQ(ann_.frames.at(0)["shape"], "flat");
}

TEST_F(audience_suite, removing_is_told_apart_from_not_being_there) {
  add(lobby, 1, ann_);
  EXPECT_FALSE(audience_.remove(lobby, connection_id{2}));
  EXPECT_FALSE(audience_.remove(attic, connection_id{1}));
  EXPECT_TRUE(audience_.remove(lobby, connection_id{1}));
  EXPECT_FALSE(audience_.remove(lobby, connection_id{1}));
  EXPECT_EQ(deliver(lobby), 0U);
}

TEST_F(audience_suite, a_room_without_listeners_is_forgotten) {
  add(lobby, 1, ann_);
  add(lobby, 2, bob_);
  add(attic, 1, ann_);
  EXPECT_EQ(audience_.rooms(), 2U);
  audience_.remove(lobby, connection_id{1});
  EXPECT_EQ(audience_.rooms(), 2U);
  audience_.remove(lobby, connection_id{2});
  EXPECT_EQ(audience_.rooms(), 1U);
}

} // namespace
} // namespace parley::test
