// New messages: ids, order, rooms that are gone, and the client's own ids.
#include "tests/storage/storage_suite.hpp"

namespace parley::storage::testing {
namespace {

class message_suite : public storage_suite {
protected:
  void SetUp() override {
    storage_suite::SetUp();
    ann_ = add_user("ann");
    bob_ = add_user("bob");
    room_ = add_room(ann_);
    other_ = add_room(ann_);
  }

  result<appended> append_one(const message_draft& x) { return append({x}).at(0); }

  user_id ann_;
  user_id bob_;
  room_id room_;
  room_id other_;
};

TEST_P(message_suite, an_appended_message_is_answered_as_it_was_given) {
  auto x = draft(room_, ann_, "Привет 🫖\n'); DROP TABLE messages; --", "c1", noon + 5ms);
  x.post.type = message_type::image;
  const auto done = append_one(x);
  ASSERT_TRUE(done);
  EXPECT_FALSE(done->repeated);
  EXPECT_TRUE(done->value.id);
  EXPECT_EQ(done->value.room, room_);
  EXPECT_EQ(done->value.sender, ann_);
  EXPECT_EQ(done->value.sender_username, "name at sending");
  EXPECT_EQ(done->value.content, x.post.content);
  EXPECT_EQ(done->value.type, message_type::image);
  EXPECT_EQ(done->value.sent_at, noon + 5ms);
  EXPECT_EQ(done->value.client_msg_id, "c1");
}

TEST_P(message_suite, a_stored_message_is_the_answered_one_with_the_senders_name_of_now) {
  const auto done = append_one(draft(room_, ann_, "hello", "c1"));
  ASSERT_TRUE(done);
  auto expected = done->value;
  expected.sender_username = "ann";
  EXPECT_EQ(reader_->messages().find(done->value.id), expected);
  const auto plain = post(room_, ann_, "no client id");
  EXPECT_FALSE(reader_->messages().find(plain)->client_msg_id);
  EXPECT_FALSE(reader_->messages().find(message_id{999}));
}

TEST_P(message_suite, ids_rise_in_the_order_of_the_drafts_over_all_rooms) {
  std::vector<message_draft> drafts;
  for (int i = 0; i < 20; ++i)
    drafts.push_back(draft(i % 2 ? room_ : other_, i % 3 ? ann_ : bob_, std::to_string(i)));
  message_id last;
  for (int round = 0; round < 2; ++round) {
    for (const auto& x : append(drafts)) {
      ASSERT_TRUE(x);
      EXPECT_GT(x->value.id, last);
      last = x->value.id;
    }
  }
}

TEST_P(message_suite, a_draft_for_a_room_that_is_gone_fails_alone) {
  const auto out = append({draft(room_, ann_, "a"), draft(room_id{99}, ann_, "b"),
                           draft(room_id{99}, ann_, "c", "with a client id"), draft(room_, ann_, "d")});
  ASSERT_EQ(out.size(), 4U);
  EXPECT_TRUE(out[0]);
  EXPECT_EQ(out[1].error(), error_code::room_not_found);
  EXPECT_EQ(out[2].error(), error_code::room_not_found);
  EXPECT_TRUE(out[3]);
  EXPECT_THAT(contents(reader_->messages().list(room_, {}, {}).items), ::testing::ElementsAre("a", "d"));
}

TEST_P(message_suite, a_sender_who_does_not_exist_is_a_failure_of_the_call) {
  if (GetParam().name == "postgres")
    GTEST_SKIP() << "messages have no foreign keys there: users are never deleted";
  writer_->begin();
  EXPECT_THROW(writer_->messages().append(std::vector{draft(room_, user_id{99}, "a")}), storage_error);
  writer_->rollback();
  EXPECT_TRUE(append_one(draft(room_, ann_, "b")));
}

TEST_P(message_suite, no_drafts_answer_nothing) {
  EXPECT_THAT(append({}), ::testing::IsEmpty());
}

TEST_P(message_suite, a_repeated_client_id_answers_the_first_message) {
  const auto first = append_one(draft(room_, ann_, "first", "c1"));
  const auto second = append_one(draft(room_, ann_, "first", "c1", noon + 1min));
  ASSERT_TRUE(second);
  EXPECT_TRUE(second->repeated);
  EXPECT_EQ(second->value.id, first->value.id);
  EXPECT_EQ(second->value.content, "first");
  EXPECT_EQ(second->value.sent_at, noon);
  EXPECT_EQ(second->value.client_msg_id, "c1");
  EXPECT_EQ(reader_->messages().list(room_, {}, {}).items.size(), 1U);
}

TEST_P(message_suite, a_client_id_names_one_message_of_its_author) {
  append_one(draft(room_, ann_, "first", "c1"));
  auto of_another_type = draft(room_, ann_, "first", "c1");
  of_another_type.post.type = message_type::image;
  for (const auto& other : {draft(room_, ann_, "second", "c1"), draft(room_, ann_, "first ", "c1"), of_another_type}) {
    const auto done = append_one(other);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error(), error_code::client_msg_id_reused);
  }
  EXPECT_THAT(contents(reader_->messages().list(room_, {}, {}).items), ::testing::ElementsAre("first"));
}

TEST_P(message_suite, a_client_id_is_noticed_within_one_batch) {
  const auto out = append({draft(room_, ann_, "a", "c1"), draft(room_, ann_, "a", "c1"), draft(room_, ann_, "b", "c1"),
                           draft(room_, ann_, "c", "c2")});
  EXPECT_FALSE(out[0]->repeated);
  EXPECT_TRUE(out[1]->repeated);
  EXPECT_EQ(out[1]->value.id, out[0]->value.id);
  EXPECT_EQ(out[2].error(), error_code::client_msg_id_reused);
  EXPECT_FALSE(out[3]->repeated);
}

TEST_P(message_suite, guests_are_authors_of_their_own) {
  const auto by = [&](const std::string& guest, const std::string& content) {
    auto out = draft(room_, anonymous_user, content, "c1");
    out.guest = guest;
    return out;
  };
  EXPECT_FALSE(append_one(by("run:1", "a"))->repeated);
  EXPECT_FALSE(append_one(by("run:2", "b"))->repeated);
  EXPECT_FALSE(append_one(by("run:12", "a"))->repeated);
  EXPECT_TRUE(append_one(by("run:2", "b"))->repeated);
  EXPECT_EQ(append_one(by("run:1", "b")).error(), error_code::client_msg_id_reused);
  EXPECT_EQ(reader_->messages().list(room_, {}, {}).items.size(), 3U);
}

// -- messages that say something else since ---------------------------------------------------

TEST_P(message_suite, a_client_id_of_an_edited_message_is_compared_with_what_it_said_first) {
  const auto id = append_one(draft(room_, ann_, "first", "c1"))->value.id;
  for (const auto* edited : {"second", "third"})
    commit([&] { return writer_->messages().edit(id, edited, noon + 1min); });
  const auto again = append_one(draft(room_, ann_, "first", "c1", noon + 2min));
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->repeated);
  EXPECT_EQ(again->value.id, id);
  EXPECT_EQ(again->value.content, "third");
  for (const auto* other : {"second", "third", ""})
    EXPECT_EQ(append_one(draft(room_, ann_, other, "c1")).error(), error_code::client_msg_id_reused) << other;
}

TEST_P(message_suite, a_client_id_of_a_deleted_message_is_compared_with_what_it_said_first) {
  const auto plain = append_one(draft(room_, ann_, "first", "c1"))->value.id;
  const auto edited = append_one(draft(room_, ann_, "first", "c2"))->value.id;
  commit([&] { return writer_->messages().edit(edited, "second", noon + 1min); });
  for (const auto id : {plain, edited})
    commit([&] { return writer_->messages().remove(id); });
  for (const auto* name : {"c1", "c2"}) {
    const auto again = append_one(draft(room_, ann_, "first", name));
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->repeated);
    EXPECT_EQ(again->value.content, "");
    EXPECT_TRUE(again->value.deleted);
    for (const auto* other : {"second", ""})
      EXPECT_EQ(append_one(draft(room_, ann_, other, name)).error(), error_code::client_msg_id_reused) << other;
  }
}

TEST_P(message_suite, of_what_was_said_first_a_seal_is_kept_where_somebody_may_ask_for_it) {
  const auto count = [&](const char* where) {
    return trial_->number(std::string("SELECT COUNT(*) FROM messages WHERE ") + where);
  };
  const auto named = append_one(draft(room_, ann_, "first", "c1"))->value.id;
  const auto plain = post(room_, ann_, "first");
  EXPECT_EQ(count("first_said IS NOT NULL"), 0);
  for (const auto id : {named, plain})
    commit([&] { return writer_->messages().remove(id); });
  EXPECT_EQ(count("first_said LIKE 'key A%'"), 1);
  EXPECT_EQ(count("first_said LIKE '%first%'"), 0);
}

TEST_P(message_suite, with_another_key_a_changed_message_is_the_first_of_whatever_has_its_name) {
  const auto id = append_one(draft(room_, ann_, "first", "c1"))->value.id;
  commit([&] { return writer_->messages().remove(id); });
  for (const auto& seal : {seal_by("key B"), content_seal()}) {
    const auto next = open_database(trial_->url(), durability::full, seal)->open_writer();
    next->begin();
    for (const auto* content : {"first", "second"}) {
      const auto again = draft(room_, ann_, content, "c1");
      EXPECT_TRUE(next->messages().append(std::span(&again, 1)).at(0)->repeated) << content;
    }
    next->commit();
  }
}

TEST_P(message_suite, a_client_id_is_known_for_24_hours) {
  append_one(draft(room_, ann_, "a", "c1"));
  EXPECT_TRUE(append_one(draft(room_, ann_, "a", "c1", noon + 24h))->repeated);
  EXPECT_EQ(append_one(draft(room_, ann_, "b", "c1", noon + 24h)).error(), error_code::client_msg_id_reused);
  const auto late = append_one(draft(room_, ann_, "c", "c1", noon + 24h + 1ms));
  EXPECT_FALSE(late->repeated);
  EXPECT_EQ(append_one(draft(room_, ann_, "c", "c1", noon + 25h))->value.id, late->value.id);
}

TEST_P(message_suite, a_client_id_belongs_to_one_sender_in_one_room) {
  append_one(draft(room_, ann_, "a", "c1"));
  EXPECT_FALSE(append_one(draft(room_, bob_, "b", "c1"))->repeated);
  EXPECT_FALSE(append_one(draft(other_, ann_, "c", "c1"))->repeated);
  EXPECT_FALSE(append_one(draft(room_, ann_, "d", "C1"))->repeated);
}

TEST_P(message_suite, messages_without_a_client_id_never_repeat) {
  EXPECT_FALSE(append_one(draft(room_, ann_, "same"))->repeated);
  EXPECT_FALSE(append_one(draft(room_, ann_, "same"))->repeated);
}

TEST_P(message_suite, a_repeat_of_a_deleted_message_shows_no_content) {
  const auto first = append_one(draft(room_, ann_, "secret", "c1"));
  mark_deleted(first->value.id);
  const auto again = append_one(draft(room_, ann_, "secret", "c1"));
  EXPECT_TRUE(again->repeated);
  EXPECT_TRUE(again->value.deleted);
  EXPECT_EQ(again->value.content, "");
}

INSTANTIATE_TEST_SUITE_P(backends, message_suite, ::testing::ValuesIn(all_backends()), backend_name);

} // namespace
} // namespace parley::storage::testing
