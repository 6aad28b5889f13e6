// Who counts as present in a room.
#include "actors/attendance.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

namespace parley::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

moment after(std::int64_t milliseconds) {
  return moment{std::chrono::milliseconds{milliseconds}};
}

class attendance_suite : public ::testing::Test {
protected:
  bool enter(std::int64_t connection, const user_brief& who, std::string_view guest_name = {}) {
    return all_.enter({.connection = connection_id{connection},
                       .outlet = {},
                       .shape = wire_shape::flat,
                       .visitor = {},
                       .request_id = {}},
                      who, guest_name);
  }
  std::optional<attendance::shown> leave(std::int64_t connection, std::optional<moment> stays_until = {}) {
    return all_.leave(connection_id{connection}, stays_until);
  }

  const user_brief ann_{user_id{2}, "ann", {}};
  const user_brief bob_{user_id{3}, "bob", {}};
  const user_brief nobody_{anonymous_user, std::string(anonymous_name), {}};
  attendance all_;
};

TEST_F(attendance_suite, a_person_comes_with_its_first_connection_and_goes_with_its_last_one) {
  EXPECT_TRUE(enter(1, ann_));
  EXPECT_FALSE(enter(2, ann_));
  EXPECT_FALSE(enter(3, ann_));
  EXPECT_EQ(all_.users(), 1);
  EXPECT_FALSE(leave(1));
  EXPECT_FALSE(leave(3));
  const auto gone = leave(2);
  ASSERT_TRUE(gone);
  EXPECT_EQ(gone->user, ann_);
  EXPECT_TRUE(all_.empty());
}

TEST_F(attendance_suite, knows_the_connections_of_a_user_in_rising_order) {
  for (const auto connection : {5, 2, 9, 4})
    enter(connection, ann_);
  enter(3, bob_);
  EXPECT_THAT(all_.connections_of(ann_.id),
              ElementsAre(connection_id{2}, connection_id{4}, connection_id{5}, connection_id{9}));
  leave(5); // the first to come
  leave(9);
  EXPECT_THAT(all_.connections_of(ann_.id), ElementsAre(connection_id{2}, connection_id{4}));
  leave(2);
  leave(4);
  EXPECT_THAT(all_.connections_of(ann_.id), IsEmpty());
}

TEST_F(attendance_suite, who_stays_for_a_while_is_present_and_not_reached) {
  enter(1, ann_);
  enter(2, bob_);
  EXPECT_FALSE(leave(2, after(100)));
  EXPECT_EQ(all_.users(), 2);
  EXPECT_TRUE(all_.is_present(bob_.id));
  EXPECT_EQ(all_.users_reached(ann_.id), 0);
  EXPECT_EQ(all_.users_reached(bob_.id), 1);
  EXPECT_EQ(all_.next_expiry(), after(100));
  EXPECT_FALSE(all_.take_expired(after(99)));
  const auto gone = all_.take_expired(after(100));
  ASSERT_TRUE(gone);
  EXPECT_EQ(gone->user, bob_);
  EXPECT_EQ(all_.users(), 1);
  EXPECT_FALSE(all_.take_expired(after(100)));
  EXPECT_EQ(all_.next_expiry(), moment::max());
}

TEST_F(attendance_suite, who_comes_back_in_time_was_never_gone) {
  enter(1, ann_);
  leave(1, after(100));
  EXPECT_FALSE(enter(2, ann_));
  EXPECT_FALSE(all_.take_expired(after(1000)));
  EXPECT_TRUE(leave(2));
}

TEST_F(attendance_suite, who_is_away_can_be_taken_out_at_once) {
  enter(1, ann_);
  enter(2, bob_);
  leave(2, after(100));
  EXPECT_FALSE(all_.take_away(ann_.id)); // it has a connection
  EXPECT_EQ(all_.take_away(bob_.id)->user, bob_);
  EXPECT_FALSE(all_.take_away(bob_.id));
  EXPECT_FALSE(all_.take_expired(after(1000)));
}

TEST_F(attendance_suite, guests_are_one_user_and_each_name_is_a_person) {
  EXPECT_TRUE(enter(1, nobody_));
  EXPECT_FALSE(enter(2, nobody_));
  EXPECT_TRUE(enter(3, nobody_, "Zoé"));
  EXPECT_FALSE(enter(4, nobody_, "ZOÉ"));
  EXPECT_TRUE(enter(5, nobody_, "Kim"));
  EXPECT_EQ(all_.users(), 1);
  enter(6, ann_);
  EXPECT_EQ(all_.users(), 2);
  EXPECT_EQ(all_.users_reached(ann_.id), 1);
  EXPECT_EQ(all_.users_reached(anonymous_user), 1);
  leave(3);
  const auto zoe = leave(4);
  ASSERT_TRUE(zoe);
  EXPECT_EQ(zoe->user, nobody_);
  EXPECT_EQ(zoe->guest_name, "ZOÉ");
  leave(1);
  EXPECT_EQ(leave(2)->guest_name, "");
  EXPECT_EQ(all_.users(), 2);
  leave(5, after(100));
  EXPECT_EQ(all_.users(), 2);
  EXPECT_EQ(all_.users_reached(ann_.id), 0);
  EXPECT_EQ(all_.take_away(anonymous_user)->guest_name, "Kim");
  EXPECT_EQ(all_.users(), 1);
}

TEST_F(attendance_suite, a_user_who_is_renamed_goes_by_the_new_name) {
  enter(1, ann_);
  all_.rename({ann_.id, "anna", {}});
  EXPECT_EQ(leave(1)->user.username, "anna");
}

/// Whatever comes and goes, the counts are those of a plain model.
RC_GTEST_PROP(attendance_properties, counts_as_a_list_of_connections_does, ()) {
  struct one {
    std::int64_t connection;
    std::int64_t user;
    std::string name;
  };
  attendance all;
  std::vector<one> model;
  std::map<std::pair<std::int64_t, std::string>, moment> away;
  std::int64_t next = 1;
  std::int64_t now = 0;
  for (int round = *rc::gen::inRange(1, 120); round > 0; --round) {
    switch (*rc::gen::inRange(0, 4)) {
    case 0: {
      one made{next++, *rc::gen::inRange<std::int64_t>(1, 5), {}};
      if (made.user == 1)
        made.name = *rc::gen::element<std::string>("", "a", "b");
      const std::pair who(made.user, made.name);
      const bool was_there = away.contains(who) ||
                             std::ranges::any_of(model, [&](const one& x) { return std::pair(x.user, x.name) == who; });
      RC_ASSERT(all.enter({.connection = connection_id{made.connection},
                           .outlet = {},
                           .shape = wire_shape::envelope,
                           .visitor = {},
                           .request_id = {}},
                          {user_id{made.user}, "u", {}}, made.name) == !was_there);
      away.erase(who);
      model.push_back(std::move(made));
      break;
    }
    case 1:
    case 2: {
      if (model.empty())
        break;
      const auto at_index = *rc::gen::inRange<std::size_t>(0, model.size());
      const auto gone = model[at_index];
      model.erase(model.begin() + static_cast<std::ptrdiff_t>(at_index));
      const std::pair who(gone.user, gone.name);
      const bool last = std::ranges::none_of(model, [&](const one& x) { return std::pair(x.user, x.name) == who; });
      const bool stays = *rc::gen::arbitrary<bool>();
      const auto went =
        all.leave(connection_id{gone.connection}, stays ? std::optional(after(now + 100)) : std::nullopt);
      RC_ASSERT(went.has_value() == (last && !stays));
      if (last && stays)
        away[who] = after(now + 100);
      break;
    }
    default:
      now += *rc::gen::inRange(1, 150);
      const auto due = std::erase_if(away, [&](const auto& x) { return x.second <= after(now); });
      std::size_t taken = 0;
      while (all.take_expired(after(now)))
        ++taken;
      RC_ASSERT(taken == due);
    }
    std::set<std::int64_t> listening;
    for (const auto& x : model)
      listening.insert(x.user);
    auto present = listening;
    for (const auto& [who, until] : away)
      present.insert(who.first);
    RC_ASSERT(all.users() == static_cast<std::int64_t>(present.size()));
    RC_ASSERT(all.empty() == present.empty());
    for (std::int64_t user = 1; user < 6; ++user) {
      RC_ASSERT(all.is_present(user_id{user}) == present.contains(user));
      const auto others = listening.size() - (listening.contains(user) ? 1 : 0);
      RC_ASSERT(all.users_reached(user_id{user}) == static_cast<std::int64_t>(others));
    }
  }
}

} // namespace
} // namespace parley::test
