// Read marks, which only go up, and who has read a message.
#include "tests/storage/storage_suite.hpp"

#include <rapidcheck.h>

namespace parley::storage::testing {
namespace {

class read_mark_suite : public storage_suite {
protected:
  void SetUp() override {
    storage_suite::SetUp();
    ann_ = add_user("ann");
    bob_ = add_user("bob");
    room_ = add_room(ann_);
    join(room_, bob_);
    first_ = post(room_, ann_, "1");
    second_ = post(room_, ann_, "2");
  }

  message_id raise(user_id user, message_id id) {
    const auto mark = commit([&] { return writer_->read_marks().raise(room_, user, id); });
    EXPECT_EQ(mark.room, room_);
    EXPECT_EQ(mark.user, user);
    return mark.last_read;
  }

  user_id ann_;
  user_id bob_;
  room_id room_;
  message_id first_;
  message_id second_;
};

TEST_P(read_mark_suite, a_mark_goes_up_and_never_down) {
  EXPECT_EQ(raise(bob_, first_), first_);
  EXPECT_EQ(raise(bob_, second_), second_);
  EXPECT_EQ(raise(bob_, first_), second_);
  EXPECT_EQ(raise(bob_, second_), second_);
  EXPECT_EQ(reader_->profiles().find(bob_)->joined.at(0).unread, 0);
}

TEST_P(read_mark_suite, a_mark_is_of_one_user_in_one_room) {
  EXPECT_EQ(raise(bob_, second_), second_);
  EXPECT_EQ(raise(ann_, first_), first_);
  const auto before = room_;
  room_ = add_room(bob_);
  EXPECT_EQ(raise(bob_, first_), first_);
  EXPECT_EQ(reader_->read_marks().list_readers(before, second_, {}).total, 1);
}

TEST_P(read_mark_suite, a_stranger_gets_no_mark) {
  EXPECT_EQ(raise(add_user("eve"), first_), message_id{});
  EXPECT_EQ(raise(user_id{99}, first_), message_id{});
  room_ = room_id{99};
  EXPECT_EQ(raise(bob_, first_), message_id{});
  EXPECT_EQ(trial_->number("SELECT COUNT(*) FROM read_marks"), 0);
}

TEST_P(read_mark_suite, a_mark_outlives_leaving_and_coming_back) {
  raise(bob_, second_);
  EXPECT_TRUE(commit([&] { return writer_->members().remove(room_, bob_, false, noon); }));
  EXPECT_EQ(reader_->read_marks().list_readers(room_, first_, {}).total, 0);
  join(room_, bob_);
  EXPECT_EQ(raise(bob_, first_), second_);
}

TEST_P(read_mark_suite, readers_are_members_whose_mark_is_at_or_past_the_message) {
  raise(ann_, second_);
  raise(bob_, first_);
  EXPECT_THAT(usernames(reader_->read_marks().list_readers(room_, first_, {})), ::testing::ElementsAre("ann", "bob"));
  const auto of_second = reader_->read_marks().list_readers(room_, second_, {});
  EXPECT_THAT(of_second.items, ::testing::ElementsAre(user_brief{ann_, "ann", std::nullopt}));
  EXPECT_EQ(of_second.total, 1);
  EXPECT_EQ(reader_->read_marks().list_readers(room_id{99}, first_, {}).total, 0);
}

TEST_P(read_mark_suite, marks_of_a_room_are_those_of_its_members) {
  const auto eve = add_user("eve");
  join(room_, eve);
  raise(bob_, first_);
  raise(ann_, second_);
  raise(eve, first_);
  EXPECT_TRUE(commit([&] { return writer_->members().remove(room_, eve, false, noon); }));
  EXPECT_THAT(reader_->read_marks().list(room_),
              ::testing::ElementsAre(read_mark{room_, ann_, second_}, read_mark{room_, bob_, first_}));
  EXPECT_EQ(reader_->read_marks().find(room_, eve), first_);
  EXPECT_EQ(reader_->read_marks().find(room_, user_id{99}), message_id{});
  EXPECT_THAT(reader_->read_marks().list(room_id{99}), ::testing::IsEmpty());
}

TEST_P(read_mark_suite, readers_come_in_pages_by_id) {
  for (const char* name : {"c", "d", "e"}) {
    const auto user = add_user(name);
    join(room_, user);
    raise(user, second_);
  }
  const auto second = reader_->read_marks().list_readers(room_, second_, {.number = 2, .size = 2});
  EXPECT_THAT(usernames(second), ::testing::ElementsAre("e"));
  EXPECT_EQ(second.total, 3);
}

TEST_P(read_mark_suite, under_any_raises_a_mark_is_the_highest_so_far) {
  EXPECT_TRUE(rc::check([&](const std::vector<std::uint8_t>& raises) {
    writer_->rollback(); // a case that failed left it open
    writer_->begin();
    message_id highest;
    for (const auto x : raises) {
      const message_id id{x + 1};
      highest = std::max(highest, id);
      RC_ASSERT(writer_->read_marks().raise(room_, bob_, id).last_read == highest);
    }
    RC_ASSERT(writer_->read_marks().list_readers(room_, highest, {}).total == (raises.empty() ? 0 : 1));
  }));
}

INSTANTIATE_TEST_SUITE_P(backends, read_mark_suite, ::testing::ValuesIn(all_backends()), backend_name);

} // namespace
} // namespace parley::storage::testing
