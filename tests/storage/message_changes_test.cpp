// Editing and deleting messages.
#include "tests/storage/storage_suite.hpp"

namespace parley::storage::testing {
namespace {

class message_change_suite : public storage_suite {
protected:
  void SetUp() override {
    storage_suite::SetUp();
    ann_ = add_user("ann");
    room_ = add_room(ann_);
    first_ = append({draft(room_, ann_, "first", "c1")}).at(0)->value.id;
    second_ = post(room_, ann_, "second");
  }

  result<message> edit(message_id id, const std::string& content, timestamp now = noon + 1min) {
    return commit([&] { return writer_->messages().edit(id, content, now); });
  }
  result<message> remove(message_id id) {
    return commit([&] { return writer_->messages().remove(id); });
  }

  user_id ann_;
  room_id room_;
  message_id first_;
  message_id second_;
};

TEST_P(message_change_suite, an_edited_message_has_new_content_and_the_time_of_it) {
  auto expected = *reader_->messages().find(first_);
  expected.content = "пе́рвое 🫖";
  expected.edited_at = noon + 1min;
  expected.change = 1;
  const auto edited = edit(first_, expected.content);
  ASSERT_TRUE(edited);
  EXPECT_EQ(*edited, expected);
  EXPECT_EQ(reader_->messages().find(first_), expected);
  EXPECT_EQ(edit(first_, "again", noon + 2min)->edited_at, noon + 2min);
  EXPECT_THAT(contents(reader_->messages().list(room_, {}, {}).items), ::testing::ElementsAre("again", "second"));
}

TEST_P(message_change_suite, a_deleted_message_stays_in_its_place_without_content) {
  auto expected = *edit(first_, "edited");
  expected.content.clear();
  expected.deleted = true;
  expected.change = 2;
  const auto deleted = remove(first_);
  ASSERT_TRUE(deleted);
  EXPECT_EQ(*deleted, expected);
  EXPECT_EQ(reader_->messages().find(first_), expected);
  EXPECT_THAT(contents(reader_->messages().list(room_, {}, {}).items), ::testing::ElementsAre("", "second"));
  EXPECT_THAT(contents(reader_->messages().find_missed(room_, {}, 10)), ::testing::ElementsAre("", "second"));
  EXPECT_EQ(trial_->number("SELECT COUNT(*) FROM messages WHERE content <> ''"), 1);
}

TEST_P(message_change_suite, deleting_again_changes_nothing) {
  const auto once = remove(first_);
  EXPECT_EQ(remove(first_), once);
}

TEST_P(message_change_suite, a_deleted_message_is_gone_for_an_edit) {
  ASSERT_TRUE(remove(first_));
  EXPECT_EQ(edit(first_, "back again").error(), error_code::gone);
  EXPECT_EQ(reader_->messages().find(first_)->content, "");
  EXPECT_EQ(reader_->messages().find(first_)->edited_at, std::nullopt);
}

TEST_P(message_change_suite, an_unknown_message_changes_in_no_way) {
  EXPECT_EQ(edit(message_id{99}, "x").error(), error_code::message_not_found);
  EXPECT_EQ(remove(message_id{99}).error(), error_code::message_not_found);
}

TEST_P(message_change_suite, the_last_message_of_a_room_may_be_a_deleted_one) {
  ASSERT_TRUE(remove(second_));
  EXPECT_EQ(reader_->rooms().find(room_)->last_message, second_);
}

TEST_P(message_change_suite, a_room_counts_the_changes_of_its_messages) {
  const auto other = add_room(ann_, "other");
  const auto revision = [&](room_id id) { return reader_->rooms().find(id)->revision; };
  EXPECT_EQ(revision(room_), 0);
  EXPECT_EQ(edit(first_, "edited")->change, 1);
  EXPECT_EQ(remove(second_)->change, 2);
  EXPECT_EQ(remove(second_)->change, 2) << "it was deleted before";
  EXPECT_FALSE(edit(second_, "too late"));
  EXPECT_EQ(revision(room_), 2);
  EXPECT_EQ(revision(other), 0);
  EXPECT_EQ(edit(post(other, ann_, "x"), "y")->change, 1);
}

TEST_P(message_change_suite, changes_are_found_in_their_order_each_message_once) {
  const auto third = post(room_, ann_, "third");
  edit(first_, "edited");
  edit(third, "edited");
  remove(second_);
  edit(first_, "edited again");
  const auto changed = [&](std::int64_t after, std::size_t limit = 10) {
    std::vector<message_id> out;
    for (const auto& x : reader_->messages().find_changed(room_, after, limit))
      out.push_back(x.id);
    return out;
  };
  EXPECT_THAT(changed(0), ::testing::ElementsAre(third, second_, first_));
  EXPECT_THAT(changed(0, 2), ::testing::ElementsAre(third, second_));
  EXPECT_THAT(changed(3), ::testing::ElementsAre(first_));
  EXPECT_THAT(changed(4), ::testing::IsEmpty());
  EXPECT_EQ(reader_->messages().find_changed(room_, 3, 1).at(0).content, "edited again");
  EXPECT_THAT(reader_->messages().find_changed(room_id{99}, 0, 10), ::testing::IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(backends, message_change_suite, ::testing::ValuesIn(all_backends()), backend_name);

} // namespace
} // namespace parley::storage::testing
