// Old messages: cursors in both directions, visibility, resume.
#include "tests/storage/storage_suite.hpp"

namespace parley::storage::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class history_suite : public storage_suite {
protected:
  void SetUp() override {
    storage_suite::SetUp();
    ann_ = add_user("ann");
    room_ = add_room(ann_);
    const auto other = add_room(ann_);
    for (const char* content : {"a", "b", "c", "d", "e"}) {
      ids_.push_back(post(room_, ann_, content));
      post(other, ann_, "elsewhere");
    }
  }

  history_page list(const history_request& at, message_id visible_after = {}) {
    return reader_->messages().list(room_, visible_after, at);
  }

  user_id ann_;
  room_id room_;
  std::vector<message_id> ids_;
};

TEST_P(history_suite, without_a_cursor_the_newest_messages_come_oldest_first) {
  const auto newest = list({.limit = 2, .before = {}, .after = {}});
  EXPECT_THAT(contents(newest.items), ElementsAre("d", "e"));
  EXPECT_TRUE(newest.has_more);
  const auto all = list({.limit = 5, .before = {}, .after = {}});
  EXPECT_THAT(contents(all.items), ElementsAre("a", "b", "c", "d", "e"));
  EXPECT_FALSE(all.has_more);
}

TEST_P(history_suite, before_a_cursor_the_newest_older_messages_come) {
  const auto page = list({.limit = 2, .before = ids_[3], .after = {}});
  EXPECT_THAT(contents(page.items), ElementsAre("b", "c"));
  EXPECT_TRUE(page.has_more);
  const auto rest = list({.limit = 2, .before = ids_[2], .after = {}});
  EXPECT_THAT(contents(rest.items), ElementsAre("a", "b"));
  EXPECT_FALSE(rest.has_more);
}

TEST_P(history_suite, after_a_cursor_the_oldest_newer_messages_come) {
  const auto page = list({.limit = 2, .before = {}, .after = ids_[1]});
  EXPECT_THAT(contents(page.items), ElementsAre("c", "d"));
  EXPECT_TRUE(page.has_more);
  const auto rest = list({.limit = 2, .before = {}, .after = ids_[2]});
  EXPECT_THAT(contents(rest.items), ElementsAre("d", "e"));
  EXPECT_FALSE(rest.has_more);
}

TEST_P(history_suite, cursor_0_is_the_beginning) {
  EXPECT_THAT(contents(list({.limit = 2, .before = {}, .after = message_id{}}).items), ElementsAre("a", "b"));
  const auto nothing = list({.limit = 2, .before = message_id{}, .after = {}});
  EXPECT_THAT(nothing.items, IsEmpty());
  EXPECT_FALSE(nothing.has_more);
}

TEST_P(history_suite, past_the_ends_there_is_nothing) {
  EXPECT_THAT(list({.limit = 2, .before = ids_[0], .after = {}}).items, IsEmpty());
  const auto end = list({.limit = 2, .before = {}, .after = ids_[4]});
  EXPECT_THAT(end.items, IsEmpty());
  EXPECT_FALSE(end.has_more);
  EXPECT_THAT(reader_->messages().list(room_id{99}, {}, {}).items, IsEmpty());
}

TEST_P(history_suite, a_cursor_need_not_be_a_message_of_the_room) {
  const message_id elsewhere{ids_[1].value + 1};
  EXPECT_THAT(contents(list({.limit = 1, .before = {}, .after = elsewhere}).items), ElementsAre("c"));
  EXPECT_THAT(contents(list({.limit = 1, .before = elsewhere, .after = {}}).items), ElementsAre("b"));
}

TEST_P(history_suite, pages_of_any_size_in_either_direction_add_up_to_the_whole) {
  const auto whole = list({});
  for (std::int64_t limit = 1; limit <= 6; ++limit) {
    std::vector<message> up;
    for (message_id at{}; up.size() < 100;) {
      const auto page = list({.limit = limit, .before = {}, .after = at});
      up.insert(up.end(), page.items.begin(), page.items.end());
      if (!page.has_more)
        break;
      at = page.items.back().id;
    }
    EXPECT_EQ(up, whole.items) << limit;
    std::vector<message> down;
    for (std::optional<message_id> at; down.size() < 100;) {
      const auto page = list({.limit = limit, .before = at, .after = {}});
      down.insert(down.begin(), page.items.begin(), page.items.end());
      if (!page.has_more)
        break;
      at = page.items.front().id;
    }
    EXPECT_EQ(down, whole.items) << limit;
  }
}

TEST_P(history_suite, hidden_messages_come_in_no_direction_and_count_as_none) {
  const auto newest = list({.limit = 3, .before = {}, .after = {}}, ids_[1]);
  EXPECT_THAT(contents(newest.items), ElementsAre("c", "d", "e"));
  EXPECT_FALSE(newest.has_more);
  EXPECT_THAT(contents(list({.limit = 9, .before = ids_[3], .after = {}}, ids_[1]).items), ElementsAre("c"));
  EXPECT_THAT(contents(list({.limit = 2, .before = {}, .after = message_id{}}, ids_[1]).items), ElementsAre("c", "d"));
  EXPECT_THAT(contents(list({.limit = 2, .before = {}, .after = ids_[2]}, ids_[1]).items), ElementsAre("d", "e"));
}

TEST_P(history_suite, deleted_messages_stay_in_lists_without_their_content) {
  mark_deleted(ids_[1]);
  const auto found = list({}).items;
  ASSERT_EQ(found.size(), 5U);
  EXPECT_TRUE(found[1].deleted);
  EXPECT_EQ(found[1].content, "");
  EXPECT_FALSE(found[2].deleted);
  EXPECT_EQ(reader_->messages().find(ids_[1])->content, "");
  EXPECT_TRUE(reader_->messages().find_missed(room_, ids_[0], 1).at(0).deleted);
}

TEST_P(history_suite, an_edited_message_tells_when) {
  const auto at = std::to_string((noon + 1h).time_since_epoch().count());
  trial_->execute("UPDATE messages SET edited_at = " + at + " WHERE id = " + std::to_string(ids_[0].value));
  EXPECT_EQ(reader_->messages().find(ids_[0])->edited_at, noon + 1h);
  EXPECT_FALSE(reader_->messages().find(ids_[1])->edited_at);
}

TEST_P(history_suite, a_resume_gets_what_it_missed_up_to_a_bound) {
  EXPECT_THAT(contents(reader_->messages().find_missed(room_, ids_[1], 10)), ElementsAre("c", "d", "e"));
  EXPECT_THAT(contents(reader_->messages().find_missed(room_, ids_[1], 2)), ElementsAre("c", "d"));
  EXPECT_THAT(contents(reader_->messages().find_missed(room_, {}, 1)), ElementsAre("a"));
  EXPECT_THAT(reader_->messages().find_missed(room_, ids_[4], 10), IsEmpty());
  EXPECT_THAT(reader_->messages().find_missed(room_, ids_[0], 0), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(backends, history_suite, ::testing::ValuesIn(all_backends()), backend_name);

} // namespace
} // namespace parley::storage::testing
