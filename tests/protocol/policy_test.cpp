#include "protocol/policy.hpp"
#include "tests/protocol/printing.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace parley {
namespace {

constexpr timestamp now{std::chrono::milliseconds{1'000'000}};

membership of(member_role role, std::int64_t user = 2) {
  membership out;
  out.user = user_id{user};
  out.role = role;
  out.joined_after = message_id{40};
  return out;
}

room_config with(history_policy history) {
  room_config out;
  out.history = history;
  return out;
}

TEST(old_messages, are_all_seen_where_history_is_all) {
  const auto seen = visible_messages(with(history_policy::all), of(member_role::member));
  EXPECT_TRUE(seen.shows(message_id{1}));
}

TEST(old_messages, are_seen_from_the_moment_of_joining_where_history_is_since_join) {
  const auto seen = visible_messages(with(history_policy::since_join), of(member_role::member));
  EXPECT_FALSE(seen.shows(message_id{40}));
  EXPECT_TRUE(seen.shows(message_id{41}));
}

TEST(old_messages, are_not_seen_where_history_is_none) {
  const auto seen = visible_messages(with(history_policy::none), of(member_role::member));
  EXPECT_TRUE(seen.none);
  EXPECT_FALSE(seen.shows(message_id{1'000}));
}

TEST(old_messages, are_known_to_whoever_was_there_when_they_came) {
  for (auto history : {history_policy::since_join, history_policy::none}) {
    EXPECT_TRUE(knows_message(with(history), of(member_role::member), message_id{41}));
    EXPECT_FALSE(knows_message(with(history), of(member_role::member), message_id{40}));
    EXPECT_TRUE(knows_message(with(history), of(member_role::moderator), message_id{40}));
  }
  EXPECT_TRUE(knows_message(with(history_policy::all), of(member_role::member), message_id{40}));
}

TEST(old_messages, are_all_seen_by_owner_and_moderators_whatever_history_says) {
  for (auto role : {member_role::owner, member_role::moderator}) {
    for (auto history : {history_policy::all, history_policy::since_join, history_policy::none})
      EXPECT_EQ(visible_messages(with(history), of(role)), visibility{});
  }
}

TEST(a_member, may_post_everything_but_system_messages) {
  for (auto type : {message_type::text, message_type::image, message_type::file})
    EXPECT_EQ(may_post(of(member_role::member), type, now), error_code::none);
  EXPECT_EQ(may_post(of(member_role::member), message_type::system, now), error_code::moderator_only);
}

TEST(owner_and_moderators, may_post_system_messages) {
  EXPECT_EQ(may_post(of(member_role::owner), message_type::system, now), error_code::none);
  EXPECT_EQ(may_post(of(member_role::moderator), message_type::system, now), error_code::none);
}

TEST(a_muted_member, may_not_post_until_the_time_is_over) {
  auto who = of(member_role::member);
  who.muted_until = now + std::chrono::milliseconds{1};
  EXPECT_EQ(may_post(who, message_type::text, now), error_code::muted);
  EXPECT_EQ(may_post(who, message_type::system, now), error_code::muted);
  who.muted_until = now;
  EXPECT_EQ(may_post(who, message_type::text, now), error_code::none);
}

/// One member acts on another.
struct removal {
  member_role actor;
  member_role target;
  error_code expected;
};

class removing : public testing::TestWithParam<removal> {};

TEST_P(removing, asks_for_the_right_role) {
  const auto& x = GetParam();
  EXPECT_EQ(may_remove(of(x.actor, 2), of(x.target, 3)), x.expected);
}

using enum member_role;

INSTANTIATE_TEST_SUITE_P(of_every_pair, removing,
                         testing::Values(removal{owner, moderator, error_code::none},
                                         removal{owner, member, error_code::none},
                                         removal{moderator, member, error_code::none},
                                         removal{moderator, moderator, error_code::owner_only},
                                         removal{moderator, owner, error_code::owner_only},
                                         removal{member, member, error_code::moderator_only},
                                         removal{member, moderator, error_code::moderator_only},
                                         removal{member, owner, error_code::moderator_only}));

class muting : public testing::TestWithParam<removal> {};

TEST_P(muting, asks_for_the_right_role) {
  const auto& x = GetParam();
  EXPECT_EQ(may_mute(of(x.actor, 2), of(x.target, 3)), x.expected);
}

INSTANTIATE_TEST_SUITE_P(of_every_pair, muting,
                         testing::Values(removal{owner, owner, error_code::owner_only},
                                         removal{owner, moderator, error_code::none},
                                         removal{owner, member, error_code::none},
                                         removal{moderator, member, error_code::none},
                                         removal{moderator, moderator, error_code::owner_only},
                                         removal{moderator, owner, error_code::owner_only},
                                         removal{member, member, error_code::moderator_only},
                                         removal{member, moderator, error_code::moderator_only},
                                         removal{member, owner, error_code::moderator_only}));

// -- what is told to be allowed -------------------------------------------------------------------

standing stranger_to(join_policy join) {
  standing out;
  out.config.join = join;
  return out;
}

standing place_of(member_role role) {
  standing out;
  out.who = of(role);
  return out;
}

using actions = std::vector<room_action>;

TEST(a_stranger, may_come_in_by_what_the_room_says) {
  using enum room_action;
  EXPECT_EQ(allowed_actions(stranger_to(join_policy::open), now), actions{join});
  EXPECT_EQ(allowed_actions(stranger_to(join_policy::approval), now), actions{ask});
  EXPECT_EQ(allowed_actions(stranger_to(join_policy::invite), now), actions{});
}

TEST(a_stranger, may_not_ask_twice_nor_whom_it_may_not_ask) {
  using enum room_action;
  auto x = stranger_to(join_policy::approval);
  x.awaits_answer = true;
  EXPECT_EQ(allowed_actions(x, now), actions{}) << "it was invited";
  x.has_asked = true;
  EXPECT_EQ(allowed_actions(x, now), actions{withdraw});
  auto blocked = stranger_to(join_policy::approval);
  blocked.ask = error_code::user_blocked;
  EXPECT_EQ(allowed_actions(blocked, now), actions{});
}

TEST(a_stranger, may_nothing_where_it_is_banned) {
  for (const auto join : {join_policy::open, join_policy::approval, join_policy::invite}) {
    auto x = stranger_to(join);
    x.banned = true;
    EXPECT_EQ(allowed_actions(x, now), actions{});
  }
}

TEST(a_member, may_more_the_more_it_is) {
  using enum room_action;
  EXPECT_EQ(allowed_actions(place_of(member_role::member), now),
            (actions{read_history, send, invite, leave, add_video}));
  EXPECT_EQ(allowed_actions(place_of(member_role::moderator), now),
            (actions{read_history, send, invite, leave, mute, room_action::remove, ban, delete_any, add_video, steer}));
  EXPECT_EQ(allowed_actions(place_of(member_role::owner), now),
            (actions{read_history, send, invite, edit, configure, set_role, mute, room_action::remove, ban, delete_any,
                     transfer, dissolve, add_video, steer, answer_requests}));
}

TEST(a_member, may_not_speak_while_it_is_muted) {
  using enum room_action;
  auto x = place_of(member_role::member);
  x.who->muted_until = now + std::chrono::milliseconds(1);
  EXPECT_EQ(allowed_actions(x, now), (actions{read_history, invite, leave, add_video}));
  EXPECT_EQ(allowed_actions(x, *x.who->muted_until), allowed_actions(place_of(member_role::member), now));
}

TEST(a_member, may_steer_by_the_mode_of_the_room) {
  using enum room_action;
  const auto steers = [](member_role role, sync_mode mode) {
    auto x = place_of(role);
    x.config.sync = mode;
    const auto may = allowed_actions(x, now);
    return std::ranges::find(may, steer) != may.end();
  };
  for (const auto role : {member_role::member, member_role::moderator, member_role::owner}) {
    EXPECT_TRUE(steers(role, sync_mode::everyone));
    EXPECT_FALSE(steers(role, sync_mode::off));
    EXPECT_EQ(steers(role, sync_mode::owner), role != member_role::member);
  }
}

TEST(a_member, may_read_no_history_where_there_is_none) {
  using enum room_action;
  auto x = place_of(member_role::member);
  x.config.history = history_policy::none;
  EXPECT_EQ(allowed_actions(x, now), (actions{send, invite, leave, add_video}));
}

} // namespace
} // namespace parley
