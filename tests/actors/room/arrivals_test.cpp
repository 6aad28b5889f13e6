// Clients that asked to join a room and are not in it yet.
#include "actors/room/arrivals.hpp"
#include "protocol/limits.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

moment due_by(std::int64_t second) {
  return moment{std::chrono::seconds(second)};
}

origin from(std::int64_t connection) {
  return {.connection = connection_id{connection}, .outlet = {}, .visitor = {}, .request_id = {}};
}

join_room request_of(std::int64_t connection) {
  return {.from = from(connection), .user = {user_id{2}, "ann", {}}, .greeting = {}, .last_message = {}};
}

message message_of(std::int64_t id, std::string content = "as posted", std::int64_t change = 0) {
  message out;
  out.id = message_id{id};
  out.content = std::move(content);
  out.change = change;
  return out;
}

class arrivals_suite : public ::testing::Test {
protected:
  void await_posts(std::int64_t connection, std::uint64_t behind, moment until = due_by(100)) {
    all_.await_posts({behind, request_of(connection), {}, until});
  }
  /// The connection that may go on, with this post as the oldest on its way; 0 for none.
  std::int64_t ready(std::optional<std::uint64_t> oldest_post) {
    const auto next = all_.take_ready(oldest_post);
    return next ? next->request.from.connection.value : 0;
  }
  std::vector<std::string> missed_by(std::int64_t connection, std::vector<message> found, std::int64_t last) {
    std::vector<std::string> out;
    for (const auto& x : take_missed(connection, {std::move(found), {}}, last).what.posted)
      out.push_back(std::to_string(x.id.value) + ' ' + x.content);
    return out;
  }
  arrivals::caught_up take_missed(std::int64_t connection, arrivals::missed found, std::int64_t last,
                                  std::int64_t revision = 0) {
    return all_.take_missed(connection_id{connection}, std::move(found), message_id{last}, revision);
  }
  /// For a client that knows the messages up to 5 and sees those above 1, with the room as it was at the third change.
  std::vector<std::string> changed_for(std::int64_t connection, std::vector<message> found, std::int64_t revision) {
    std::vector<std::string> out;
    for (const auto& x : take_missed(connection, {{}, std::move(found)}, 9, revision).what.changed)
      out.push_back(std::to_string(x.id.value) + ' ' + x.content);
    return out;
  }
  void await_changes(std::int64_t connection) {
    all_.await_missed(request_of(connection), {.after = message_id{5}, .floor = message_id{1}, .change = 3});
  }

  arrivals all_;
};

// -- to become a member --------------------------------------------------------------------

TEST_F(arrivals_suite, who_becomes_a_member_waits_until_it_is_taken) {
  all_.await_membership(user_id{2}, from(7), due_by(10));
  const auto who = all_.take_membership(user_id{2});
  ASSERT_TRUE(who);
  EXPECT_EQ(who->connection, connection_id{7});
  EXPECT_FALSE(all_.take_membership(user_id{2}));
}

TEST_F(arrivals_suite, who_becomes_a_member_too_late_was_given_up) {
  all_.await_membership(user_id{2}, from(7), due_by(10));
  all_.await_membership(user_id{3}, from(8), due_by(20));
  EXPECT_EQ(all_.next_expiry(), due_by(10));
  EXPECT_FALSE(all_.take_overdue_membership(due_by(9)));
  const auto late = all_.take_overdue_membership(due_by(10));
  ASSERT_TRUE(late);
  EXPECT_EQ(late->connection, connection_id{7});
  EXPECT_FALSE(all_.take_overdue_membership(due_by(10)));
  EXPECT_FALSE(all_.take_membership(user_id{2}));
  EXPECT_TRUE(all_.take_membership(user_id{3}));
}

// -- for posts -----------------------------------------------------------------------------

TEST_F(arrivals_suite, a_join_comes_in_behind_the_posts_before_it_and_before_those_after_it) {
  await_posts(7, 3);
  await_posts(8, 5);
  EXPECT_EQ(ready(2), 0);
  EXPECT_EQ(ready(3), 7);
  EXPECT_EQ(ready(4), 0);
  EXPECT_EQ(ready(std::nullopt), 8);
  EXPECT_EQ(ready(std::nullopt), 0);
}

TEST_F(arrivals_suite, a_join_whose_posts_take_too_long_is_given_up) {
  await_posts(7, 3, due_by(20));
  await_posts(8, 3, due_by(10));
  EXPECT_EQ(all_.next_expiry(), due_by(10));
  EXPECT_FALSE(all_.take_overdue(due_by(9)));
  const auto late = all_.take_overdue(due_by(10));
  ASSERT_TRUE(late);
  EXPECT_EQ(late->request.from.connection, connection_id{8});
  EXPECT_FALSE(all_.take_overdue(due_by(10)));
  EXPECT_EQ(all_.next_expiry(), due_by(20));
  EXPECT_EQ(ready(std::nullopt), 7);
  EXPECT_EQ(all_.next_expiry(), moment::max());
}

// -- for missed messages -------------------------------------------------------------------

TEST_F(arrivals_suite, what_was_posted_meanwhile_follows_what_was_found_and_nothing_comes_twice) {
  all_.await_missed(request_of(7), {});
  EXPECT_TRUE(all_.awaits_missed());
  all_.posted(message_of(3));
  all_.posted(message_of(4));
  EXPECT_THAT(missed_by(7, {message_of(2), message_of(3)}, 4),
              ElementsAre("2 as posted", "3 as posted", "4 as posted"));
  EXPECT_FALSE(all_.awaits_missed());
}

TEST_F(arrivals_suite, what_the_room_was_not_told_of_yet_comes_live) {
  all_.await_missed(request_of(7), {});
  EXPECT_THAT(missed_by(7, {message_of(2), message_of(3)}, 2), ElementsAre("2 as posted"));
}

TEST_F(arrivals_suite, what_was_edited_meanwhile_is_missed_as_it_is_now) {
  all_.await_missed(request_of(7), {});
  all_.posted(message_of(3));
  all_.changed(message_of(2, "edited"));
  all_.changed(message_of(3, "edited"));
  all_.changed(message_of(3, "edited twice"));
  EXPECT_THAT(missed_by(7, {message_of(1), message_of(2)}, 3),
              ElementsAre("1 as posted", "2 edited", "3 edited twice"));
}

TEST_F(arrivals_suite, too_many_are_none) {
  all_.await_missed(request_of(7), {});
  std::vector<message> found;
  for (std::size_t i = 1; i <= limits::replay_max; ++i)
    found.push_back(message_of(static_cast<std::int64_t>(i)));
  const auto last = message_id{static_cast<std::int64_t>(limits::replay_max) + 1};
  {
    auto as_many_as_fit = found;
    const auto back = take_missed(7, {std::move(as_many_as_fit), {}}, last.value);
    EXPECT_EQ(back.what.posted.size(), limits::replay_max);
    EXPECT_FALSE(back.too_many);
  }
  all_.await_missed(request_of(7), {});
  all_.posted(message_of(last.value));
  const auto back = take_missed(7, {std::move(found), {}}, last.value);
  EXPECT_THAT(back.what.posted, IsEmpty());
  EXPECT_TRUE(back.too_many);
}

TEST_F(arrivals_suite, changes_of_older_messages_come_in_their_order) {
  await_changes(7);
  EXPECT_THAT(changed_for(7, {message_of(4, "fourth", 4), message_of(2, "second", 6), message_of(3, "third", 5)}, 6),
              ElementsAre("4 fourth", "3 third", "2 second"));
}

TEST_F(arrivals_suite, changes_of_newer_messages_and_hidden_ones_are_none) {
  await_changes(7);
  EXPECT_THAT(changed_for(7, {message_of(1, "hidden", 4), message_of(6, "missed as it is", 5)}, 5), IsEmpty());
}

TEST_F(arrivals_suite, changes_that_the_room_was_not_told_of_come_live) {
  await_changes(7);
  EXPECT_THAT(changed_for(7, {message_of(2, "told", 4), message_of(3, "not yet", 5)}, 4), ElementsAre("2 told"));
}

TEST_F(arrivals_suite, changes_that_were_told_meanwhile_go_before_what_was_found) {
  await_changes(7);
  all_.changed(message_of(2, "told meanwhile", 5));
  all_.changed(message_of(3, "in neither", 6));
  all_.changed(message_of(8, "newer", 7));
  EXPECT_THAT(changed_for(7, {message_of(4, "found", 4), message_of(2, "committed since", 8)}, 7),
              ElementsAre("4 found", "2 told meanwhile", "3 in neither"));
}

TEST_F(arrivals_suite, changes_are_for_who_asks_for_them) {
  all_.await_missed(request_of(7), {.after = message_id{5}, .floor = {}, .change = {}});
  all_.changed(message_of(2, "changed", 4));
  EXPECT_THAT(changed_for(7, {}, 4), IsEmpty());
}

TEST_F(arrivals_suite, too_many_changes_are_none) {
  await_changes(7);
  std::vector<message> found;
  for (std::size_t i = 0; i <= limits::replay_max; ++i)
    found.push_back(message_of(2, "changed", 4));
  const auto back = take_missed(7, {{message_of(6)}, std::move(found)}, 9, 9);
  EXPECT_TRUE(back.too_many);
  EXPECT_THAT(back.what.changed, IsEmpty());
  EXPECT_THAT(back.what.posted, IsEmpty());
}

TEST_F(arrivals_suite, who_is_given_up_misses_nothing_any_more) {
  all_.await_missed(request_of(7), {});
  EXPECT_EQ(all_.give_up_missed(connection_id{7}).from.connection, connection_id{7});
  EXPECT_FALSE(all_.awaits_missed());
}

} // namespace
} // namespace parley::test
