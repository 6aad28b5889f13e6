// Coming, leaving, typing, and who hears of it; whole clients are in presence_test.cpp and typing_test.cpp of actors/.
#include "actors/room/presence.hpp"
#include "tests/support/plain_room.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class room_presence_suite : public ::testing::Test {
protected:
  bool enter(user_id user, std::int64_t connection) {
    return present_.enter(join_room{room_.from(connection), room_.brief(user), {}, {}, {}});
  }
  void leave(user_id user, std::int64_t connection, leave_room::cause why = leave_room::cause::asked) {
    present_.carry_out(leave_room{room_.from(connection), user, why});
  }
  void type(user_id user, std::int64_t connection, bool is_typing = true) {
    types_.carry_out({room_.from(connection), room_.brief(user), is_typing});
  }
  /// The first of `user`'s connections is in, and what was said of it is forgotten.
  void settle(user_id user, std::int64_t connection) {
    enter(user, connection);
    if (!room_.port.writes.empty())
      recording_room_port::settle(room_.port.writes);
    room_.port.take_said();
  }
  std::vector<std::string> said() { return room_.port.take_said(); }

  plain_room room_;
  typing types_{room_.core};
  watching watches_{room_.core, std::nullopt};
  presence present_{room_.core, types_, watches_};
};

TEST_F(room_presence_suite, the_first_who_comes_makes_the_room_active) {
  EXPECT_TRUE(enter(room_.ann, 1));
  EXPECT_THAT(said(), ElementsAre("occupancy 1"));
  ASSERT_EQ(room_.port.writes.size(), 1U);
  EXPECT_TRUE(enter(room_.bob, 2));
  EXPECT_FALSE(enter(room_.bob, 3)) << "its second connection";
  EXPECT_THAT(said(), ElementsAre("occupancy 2"));
  EXPECT_EQ(room_.port.writes.size(), 1U);
  recording_room_port::settle(room_.port.writes);
  EXPECT_TRUE(room_.store.committed.is_active(room_.id));
  EXPECT_FALSE(present_.is_at_rest());
}

TEST_F(room_presence_suite, the_last_who_goes_leaves_it_idle_even_before_the_first_write_has_come) {
  enter(room_.ann, 1);
  leave(room_.ann, 1);
  EXPECT_EQ(room_.port.writes.size(), 1U);
  recording_room_port::settle(room_.port.writes);
  ASSERT_EQ(room_.port.writes.size(), 1U) << "it changed meanwhile";
  recording_room_port::settle(room_.port.writes);
  EXPECT_FALSE(room_.store.committed.is_active(room_.id));
  EXPECT_TRUE(present_.is_at_rest());
}

TEST_F(room_presence_suite, who_leaves_is_detached_before_the_others_hear_of_it_and_told_last) {
  settle(room_.ann, 1);
  settle(room_.bob, 2);
  leave(room_.bob, 2);
  EXPECT_THAT(said(), ElementsAre("detach 2", "occupancy 1", "presence", "unicast 2"));
}

TEST_F(room_presence_suite, who_is_not_here_cannot_leave) {
  leave(room_.bob, 2);
  EXPECT_THAT(said(), ElementsAre("refused: not_joined"));
  leave(room_.bob, 2, leave_room::cause::connection_lost);
  EXPECT_THAT(said(), IsEmpty());
}

TEST_F(room_presence_suite, who_was_lost_stays_for_the_grace) {
  room_.options.presence_grace = std::chrono::seconds(5);
  settle(room_.ann, 1);
  settle(room_.bob, 2);
  leave(room_.bob, 2, leave_room::cause::connection_lost);
  EXPECT_THAT(said(), IsEmpty());
  EXPECT_EQ(room_.port.next_tick, room_.now + std::chrono::seconds(5));
  room_.now += std::chrono::seconds(5);
  present_.expire();
  EXPECT_THAT(said(), ElementsAre("occupancy 1", "presence"));
}

TEST_F(room_presence_suite, who_is_put_out_is_told_so_on_each_connection) {
  settle(room_.ann, 1);
  settle(room_.bob, 2);
  present_.put_out(room_.bob);
  EXPECT_THAT(said(), ElementsAre("detach 2", "unicast 2", "removed", "occupancy 1", "presence"));
  EXPECT_FALSE(room_.core.here.is_present(room_.bob));
}

TEST_F(room_presence_suite, a_room_that_is_closed_lets_go_of_everybody) {
  settle(room_.ann, 1);
  room_.core.row.is_dissolved = true;
  present_.close_down();
  EXPECT_THAT(said(), ElementsAre("detach 1", "removed"));
  EXPECT_TRUE(room_.core.here.empty());
  present_.save();
  EXPECT_THAT(room_.port.writes, IsEmpty()) << "its row is gone";
}

TEST_F(room_presence_suite, typing_is_heard_by_the_others_and_ends_with_the_last_connection) {
  settle(room_.ann, 1);
  settle(room_.bob, 2);
  settle(room_.bob, 3);
  type(room_.bob, 2);
  EXPECT_THAT(said(), ElementsAre("typing"));
  EXPECT_THAT(room_.port.excepted, ElementsAre(connection_id{2}, connection_id{3}));
  leave(room_.bob, 2, leave_room::cause::connection_lost);
  EXPECT_THAT(said(), IsEmpty());
  leave(room_.bob, 3, leave_room::cause::connection_lost);
  EXPECT_THAT(said(), ElementsAre("typing", "occupancy 1", "presence"));
}

TEST_F(room_presence_suite, typing_ends_by_itself) {
  settle(room_.ann, 1);
  type(room_.ann, 1);
  said();
  room_.now += typing::lifetime - std::chrono::milliseconds(1);
  types_.expire();
  EXPECT_THAT(said(), IsEmpty());
  room_.now += std::chrono::milliseconds(1);
  types_.expire();
  EXPECT_THAT(said(), ElementsAre("typing"));
  types_.expire();
  EXPECT_THAT(said(), IsEmpty());
}

TEST_F(room_presence_suite, who_is_not_here_does_not_type) {
  type(room_.bob, 2);
  EXPECT_THAT(said(), ElementsAre("refused: not_joined"));
}

} // namespace
} // namespace parley::test
