// The latest messages of a room, and how far back they are complete.
#include "actors/recent_messages.hpp"

#include <gtest/gtest.h>

namespace parley::test {
namespace {

message make(std::int64_t id, std::size_t size = 1) {
  message out;
  out.id = message_id{id};
  out.content = std::string(size, 'x');
  return out;
}

std::vector<std::int64_t> ids_after(const recent_messages& all, std::int64_t id) {
  std::vector<std::int64_t> out;
  for (const auto& x : all.after(message_id{id}))
    out.push_back(x.id.value);
  return out;
}

TEST(recent_messages_suite, nothing_older_than_the_start_is_covered) {
  recent_messages all{message_id{10}};
  EXPECT_TRUE(all.covers(message_id{10}));
  EXPECT_TRUE(all.covers(message_id{11}));
  EXPECT_FALSE(all.covers(message_id{9}));
}

TEST(recent_messages_suite, what_comes_after_an_id_is_given_in_order) {
  recent_messages all{message_id{}};
  for (auto i : {1, 3, 8})
    all.push(make(i));
  EXPECT_EQ(ids_after(all, 0), (std::vector<std::int64_t>{1, 3, 8}));
  EXPECT_EQ(ids_after(all, 1), (std::vector<std::int64_t>{3, 8}));
  EXPECT_EQ(ids_after(all, 2), (std::vector<std::int64_t>{3, 8}));
  EXPECT_TRUE(ids_after(all, 8).empty());
}

TEST(recent_messages_suite, the_oldest_goes_when_there_are_too_many) {
  recent_messages all{message_id{}};
  auto limit = static_cast<std::int64_t>(recent_messages::count_limit);
  for (std::int64_t i = 1; i <= limit; ++i)
    all.push(make(i));
  EXPECT_TRUE(all.covers(message_id{0}));
  all.push(make(limit + 1));
  EXPECT_FALSE(all.covers(message_id{0}));
  EXPECT_TRUE(all.covers(message_id{1}));
  EXPECT_EQ(ids_after(all, 1).size(), recent_messages::count_limit);
}

TEST(recent_messages_suite, the_oldest_go_when_there_are_too_many_bytes) {
  recent_messages all{message_id{}};
  auto half = recent_messages::byte_limit / 2;
  all.push(make(1, half));
  all.push(make(2, half));
  EXPECT_TRUE(all.covers(message_id{0}));
  all.push(make(3, 1));
  EXPECT_FALSE(all.covers(message_id{0}));
  EXPECT_EQ(ids_after(all, 0), (std::vector<std::int64_t>{2, 3}));
}

TEST(recent_messages_suite, one_message_over_the_bound_is_kept_alone) {
  recent_messages all{message_id{}};
  all.push(make(1));
  all.push(make(2, recent_messages::byte_limit + 1));
  EXPECT_EQ(ids_after(all, 0), (std::vector<std::int64_t>{2}));
  EXPECT_TRUE(all.covers(message_id{1}));
  EXPECT_FALSE(all.covers(message_id{0}));
}

TEST(recent_messages_suite, a_message_is_replaced_by_its_id_and_nothing_else_is) {
  recent_messages all{message_id{}};
  for (auto i : {1, 3, 8})
    all.push(make(i));
  auto edited = make(3);
  edited.content = "other";
  all.replace(edited);
  all.replace(make(2));
  all.replace(make(9));
  ASSERT_EQ(ids_after(all, 0), (std::vector<std::int64_t>{1, 3, 8}));
  EXPECT_EQ(all.after(message_id{1}).front().content, "other");
  EXPECT_EQ(all.after(message_id{3}).front().content, "x");
}

TEST(recent_messages_suite, a_longer_text_counts_and_a_deleted_one_makes_room) {
  recent_messages all{message_id{}};
  auto half = recent_messages::byte_limit / 2;
  all.push(make(1));
  all.push(make(2, half));
  all.push(make(3, 1));
  all.replace(make(2, 0));
  all.push(make(4, half));
  EXPECT_TRUE(all.covers(message_id{0}));
  all.replace(make(3, half));
  EXPECT_FALSE(all.covers(message_id{0}));
  EXPECT_EQ(ids_after(all, 1), (std::vector<std::int64_t>{2, 3, 4}));
}

TEST(recent_messages_suite, a_new_name_is_that_of_what_was_said_before) {
  recent_messages all{message_id{}};
  auto mine = make(1);
  mine.sender = user_id{7};
  all.push(mine);
  all.push(make(2));
  all.rename({user_id{7}, "new", std::nullopt});
  const auto kept = all.after(message_id{});
  EXPECT_EQ(kept[0].sender_username, "new");
  EXPECT_EQ(kept[1].sender_username, make(2).sender_username);
}

} // namespace
} // namespace parley::test
