// Files of messages: who may use which, and what goes along with what.
#include "tests/storage/storage_suite.hpp"

namespace parley::storage::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class file_suite : public storage_suite {
protected:
  void SetUp() override {
    storage_suite::SetUp();
    ann_ = add_user("ann");
    bob_ = add_user("bob");
    room_ = add_room(ann_);
    join(room_, bob_);
  }

  attachment add_file(room_id room, user_id by, const std::string& name, bool is_picture = false, timestamp at = noon) {
    new_file x{.room = room,
               .uploaded_by = by,
               .file = "on disk " + name,
               .name = name,
               .content_type = is_picture ? "image/png" : "text/plain",
               .size = 7,
               .width = {},
               .height = {},
               .created_at = at};
    if (is_picture)
      x.width = x.height = 8;
    return commit([&] { return writer_->files().add(x); }).value();
  }

  static message_draft with_files(message_draft x, std::vector<file_id> files) {
    x.post.attachments = std::move(files);
    return x;
  }

  result<appended> say(std::vector<file_id> files, message_type type = message_type::text) {
    auto x = with_files(draft(room_, ann_, "text"), std::move(files));
    x.post.type = type;
    return append({x}).at(0);
  }

  user_id ann_;
  user_id bob_;
  room_id room_;
};

TEST_P(file_suite, a_file_is_read_back_whole_and_waits_for_a_message) {
  const auto made = add_file(room_, ann_, "a.png", true);
  const auto found = reader_->files().find(made.id);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->value, made);
  EXPECT_EQ(found->file, "on disk a.png");
  EXPECT_EQ(found->of, std::nullopt);
  EXPECT_FALSE(reader_->files().find(file_id{99}));
}

TEST_P(file_suite, a_message_has_its_files_in_their_order_wherever_it_is_read) {
  const auto a = add_file(room_, ann_, "a");
  const auto b = add_file(room_, ann_, "b");
  post(room_, ann_, "before");
  const auto said = say({b.id, a.id});
  ASSERT_TRUE(said);
  post(room_, ann_, "after");
  EXPECT_THAT(said->value.attachments, ElementsAre(b, a));
  EXPECT_EQ(reader_->messages().find(said->value.id)->attachments, said->value.attachments);
  EXPECT_EQ(reader_->files().find(a.id)->of, said->value.id);
  history_request backwards;
  history_request forwards;
  forwards.after = message_id{};
  for (const auto& at : {backwards, forwards}) {
    const auto all = reader_->messages().list(room_, {}, at).items;
    ASSERT_EQ(all.size(), 3U);
    EXPECT_THAT(all[0].attachments, IsEmpty());
    EXPECT_THAT(all[1].attachments, ElementsAre(b, a));
    EXPECT_THAT(all[2].attachments, IsEmpty());
  }
  EXPECT_THAT(reader_->messages().find_missed(room_, {}, 10).at(1).attachments, ElementsAre(b, a));
  const auto edited = commit([&] { return writer_->messages().edit(said->value.id, "edited", noon); });
  ASSERT_TRUE(edited);
  EXPECT_THAT(edited->attachments, ElementsAre(b, a));
  EXPECT_THAT(reader_->messages().find_changed(room_, 0, 10).at(0).attachments, ElementsAre(b, a));
}

TEST_P(file_suite, only_ones_own_unused_files_of_the_room_can_be_used_and_once) {
  const auto own = add_file(room_, ann_, "own");
  const auto theirs = add_file(room_, bob_, "theirs");
  const auto elsewhere = add_file(add_room(ann_), ann_, "elsewhere");
  for (const auto& wrong : {std::vector{theirs.id}, {elsewhere.id}, {own.id, own.id}, {own.id, file_id{99}}})
    EXPECT_EQ(say(wrong).error(), error_code::file_not_found);
  EXPECT_TRUE(say({own.id}));
  EXPECT_EQ(say({own.id}).error(), error_code::file_not_found);
}

TEST_P(file_suite, two_drafts_of_one_batch_cannot_use_one_file) {
  const auto own = add_file(room_, ann_, "own");
  const auto outcomes = append({draft(room_, bob_, "1"), with_files(draft(room_, ann_, "2"), {own.id}),
                                with_files(draft(room_, ann_, "3"), {own.id}), draft(room_, bob_, "4")});
  EXPECT_TRUE(outcomes[0] && outcomes[1] && outcomes[3]);
  EXPECT_EQ(outcomes[2].error(), error_code::file_not_found);
  EXPECT_LT(outcomes[0]->value.id, outcomes[1]->value.id);
  EXPECT_LT(outcomes[1]->value.id, outcomes[3]->value.id);
}

TEST_P(file_suite, a_picture_is_among_the_files_of_an_image) {
  const auto text = add_file(room_, ann_, "text");
  EXPECT_EQ(say({text.id}, message_type::image).error(), error_code::validation_failed);
  EXPECT_TRUE(say({text.id, add_file(room_, ann_, "picture", true).id}, message_type::image));
}

TEST_P(file_suite, a_repetition_names_the_same_files) {
  const auto a = add_file(room_, ann_, "a");
  const auto b = add_file(room_, ann_, "b");
  const auto named = [&](std::vector<file_id> files) {
    return append({with_files(draft(room_, ann_, "text", "name"), std::move(files))}).at(0);
  };
  const auto first = named({a.id});
  ASSERT_TRUE(first && !first->repeated);
  const auto again = named({a.id});
  ASSERT_TRUE(again && again->repeated);
  EXPECT_EQ(again->value.id, first->value.id);
  EXPECT_EQ(again->value.attachments, first->value.attachments);
  EXPECT_EQ(named({b.id}).error(), error_code::client_msg_id_reused);
  EXPECT_EQ(named({}).error(), error_code::client_msg_id_reused);
}

TEST_P(file_suite, files_go_with_their_message_and_with_their_room) {
  const auto a = add_file(room_, ann_, "a");
  const auto b = add_file(room_, ann_, "b");
  const auto said = say({a.id});
  EXPECT_THAT(reader_->files().list_names(room_, said->value.id), ElementsAre("on disk a"));
  const auto removed = commit([&] { return writer_->messages().remove(said->value.id); });
  EXPECT_THAT(removed->attachments, IsEmpty());
  EXPECT_FALSE(reader_->files().find(a.id));
  EXPECT_THAT(reader_->files().list_names(room_), ElementsAre("on disk b"));
  commit([&] { return writer_->rooms().remove(room_); });
  EXPECT_FALSE(reader_->files().find(b.id));
}

TEST_P(file_suite, files_without_a_message_are_found_by_age_and_by_user) {
  const auto old = add_file(room_, ann_, "old", false, noon - 2h);
  const auto young = add_file(room_, ann_, "young");
  const auto used = add_file(room_, ann_, "used", false, noon - 3h);
  ASSERT_TRUE(say({used.id}));
  const auto stale = reader_->files().list_unused(noon - 1h, 10);
  ASSERT_EQ(stale.size(), 1U);
  EXPECT_EQ(stale[0].value, old);
  EXPECT_THAT(reader_->files().list_unused(ann_), ::testing::UnorderedElementsAre("on disk old", "on disk young"));
  EXPECT_TRUE(commit([&] { return writer_->files().remove_unused(old.id); }));
  EXPECT_FALSE(commit([&] { return writer_->files().remove_unused(old.id); }));
  EXPECT_FALSE(commit([&] { return writer_->files().remove_unused(used.id); })) << "a message has it";
  EXPECT_THAT(reader_->files().list_names("", 1), ElementsAre("on disk used"));
  EXPECT_THAT(reader_->files().list_names("on disk used", 10), ElementsAre("on disk young"));
}

TEST_P(file_suite, an_upload_becomes_a_file) {
  upload begun{.id = "up",
               .room = room_,
               .user = ann_,
               .title = "a",
               .content_type = "text/plain",
               .length = 7,
               .touched_at = noon,
               .metadata = {},
               .concat = {},
               .made = {},
               .is_attachment = true,
               .made_file = {}};
  ASSERT_TRUE(commit([&] { return writer_->uploads().add(begun); }));
  EXPECT_TRUE(reader_->uploads().find("up")->is_attachment);
  EXPECT_EQ(reader_->uploads().count(ann_), 1);
  const auto made = add_file(room_, ann_, "a");
  commit([&] { writer_->uploads().finish("up", made.id); });
  EXPECT_EQ(reader_->uploads().find("up")->made_file, made.id);
  EXPECT_EQ(reader_->uploads().count(ann_), 0);
}

INSTANTIATE_TEST_SUITE_P(backends, file_suite, ::testing::ValuesIn(all_backends()), backend_name);

} // namespace
} // namespace parley::storage::testing
