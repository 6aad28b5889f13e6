// A page of a user's own rooms, read at once.
#include "protocol/policy.hpp"
#include "tests/storage/storage_suite.hpp"

#include <algorithm>

namespace parley::storage::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class own_rooms_suite : public storage_suite {
protected:
  void SetUp() override {
    storage_suite::SetUp();
    ann_ = add_user("ann");
    bob_ = add_user("bob");
  }

  page<own_room> rooms(user_id user, std::string_view search = {}, page_request at = {}) {
    return reader_->profiles().list_rooms(user, search, at);
  }

  static std::vector<room_id> ids(const page<own_room>& of) {
    std::vector<room_id> out;
    for (const auto& x : of.items)
      out.push_back(x.place.access.value.id);
    return out;
  }

  /// What the list says of a room is what the questions about one room say.
  void expect_as_alone(user_id user) {
    for (const auto& x : rooms(user).items) {
      const auto& value = x.place.access.value;
      SCOPED_TRACE(value.name);
      const auto alone = reader_->profiles().find_place(value.id, user).value();
      EXPECT_EQ(value, alone.access.value);
      EXPECT_EQ(x.place.access.who, alone.access.who);
      EXPECT_FALSE(x.place.access.banned);
      EXPECT_EQ(x.place.last_message, alone.last_message);
      EXPECT_EQ(x.place.last_read, alone.last_read);
      EXPECT_EQ(x.place.unread, alone.unread);
      ASSERT_EQ(x.place.pending.has_value(), alone.pending.has_value());
      if (alone.pending) {
        EXPECT_EQ(x.place.pending->id, alone.pending->id);
        EXPECT_EQ(x.place.pending->kind, alone.pending->kind);
      }
      const bool shown = visible_messages(value.config, alone.access.who.value()).shows(alone.last_message);
      EXPECT_EQ(x.last_message, shown ? reader_->messages().find(alone.last_message) : std::nullopt);
    }
  }

  user_id ann_;
  user_id bob_;
};

TEST_P(own_rooms_suite, each_room_is_what_it_is_alone) {
  for (const auto history : {history_policy::all, history_policy::since_join, history_policy::none})
    for (const auto role : {member_role::member, member_role::moderator}) {
      const auto id = add_room(ann_, "room " + std::to_string(static_cast<int>(history)), {.history = history});
      post(id, ann_, "before");
      ASSERT_TRUE(ask(notification_kind::owner_invitation, id, bob_, ann_));
      join(id, bob_, role);
      const auto read = post(id, ann_, "after");
      post(id, ann_, "later");
      mark_read(id, bob_, read);
    }
  const auto other = add_room(bob_, "of Bob");
  mark_deleted(post(other, bob_, "deleted"));
  add_room(bob_, "empty");
  EXPECT_EQ(rooms(ann_).total, 6);
  EXPECT_EQ(rooms(bob_).total, 8);
  EXPECT_EQ(rooms(bob_).items.at(0).place.unread, 1);
  EXPECT_TRUE(rooms(bob_).items.at(0).place.pending);
  expect_as_alone(ann_);
  expect_as_alone(bob_);
}

TEST_P(own_rooms_suite, a_last_message_that_the_member_may_not_see_is_not_told) {
  const auto id = add_room(ann_, "room", {.history = history_policy::since_join});
  const auto before = post(id, ann_, "before");
  join(id, bob_);
  EXPECT_FALSE(rooms(bob_).items.at(0).last_message);
  EXPECT_EQ(rooms(ann_).items.at(0).last_message->id, before);
  post(id, ann_, "after");
  EXPECT_EQ(rooms(bob_).items.at(0).last_message->content, "after");
}

TEST_P(own_rooms_suite, a_last_message_has_its_files) {
  const auto id = add_room(ann_);
  const auto file = commit([&] {
                      return writer_->files().add({.room = id,
                                                   .uploaded_by = ann_,
                                                   .file = "on disk",
                                                   .name = "a.txt",
                                                   .content_type = "text/plain",
                                                   .size = 7,
                                                   .width = {},
                                                   .height = {},
                                                   .created_at = noon});
                    }).value();
  auto said = draft(id, ann_, "look");
  said.post.attachments = {file.id};
  const auto last = append({said}).at(0).value().value.id;
  EXPECT_THAT(rooms(ann_).items.at(0).last_message->attachments, ElementsAre(file));
  mark_deleted(last);
  EXPECT_THAT(rooms(ann_).items.at(0).last_message->attachments, IsEmpty());
}

TEST_P(own_rooms_suite, pages_are_those_of_the_plain_list) {
  for (const char* name : {"Tea", "coffee", "Чай", "tea time", "no tea", "water"})
    add_room(ann_, name);
  add_room(bob_, "tea of Bob");
  for (const char* search : {"", "TEA", "чай", "milk", "%"})
    for (int number = 1; number <= 4; ++number) {
      const page_request at{.number = number, .size = 2};
      const auto plain = reader_->rooms().list(ann_, room_scope::mine, search, at);
      const auto full = rooms(ann_, search, at);
      std::vector<room_id> expected;
      std::ranges::transform(plain.items, std::back_inserter(expected), &room::id);
      EXPECT_EQ(ids(full), expected) << search << ' ' << number;
      EXPECT_EQ(full.total, plain.total);
      EXPECT_EQ(full.number, plain.number);
      EXPECT_EQ(full.size, plain.size);
    }
}

TEST_P(own_rooms_suite, who_has_none_gets_none) {
  add_room(ann_);
  EXPECT_THAT(rooms(bob_).items, IsEmpty());
  EXPECT_EQ(rooms(bob_).total, 0);
}

INSTANTIATE_TEST_SUITE_P(backends, own_rooms_suite, ::testing::ValuesIn(all_backends()), backend_name);

} // namespace
} // namespace parley::storage::testing
