// Resumable uploads, and the files that are known.
#include "tests/storage/storage_suite.hpp"

namespace parley::storage::testing {
namespace {

class upload_suite : public storage_suite {
protected:
  void SetUp() override {
    storage_suite::SetUp();
    ann_ = add_user("ann");
    room_ = add_room(ann_);
  }

  upload begun(const std::string& id, timestamp at = noon) const {
    return {.id = id,
            .room = room_,
            .user = ann_,
            .title = "Кино",
            .content_type = "video/webm",
            .length = 5'000'000'000,
            .touched_at = at,
            .metadata = "name Zi5tcDQ=,other %%%",
            .concat = "partial",
            .made = std::nullopt,
            .made_file = std::nullopt};
  }
  result<void> add(const upload& x) {
    return commit([&] { return writer_->uploads().add(x); });
  }
  std::vector<std::string> stale(timestamp limit) {
    std::vector<std::string> out;
    for (const auto& x : reader_->uploads().list_stale(limit))
      out.push_back(x.id);
    return out;
  }

  user_id ann_;
  room_id room_;
};

TEST_P(upload_suite, an_upload_is_read_back_whole) {
  ASSERT_TRUE(add(begun("u1", noon + 5ms)));
  const auto found = reader_->uploads().find("u1");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, "u1");
  EXPECT_EQ(found->room, room_);
  EXPECT_EQ(found->user, ann_);
  EXPECT_EQ(found->title, "Кино");
  EXPECT_EQ(found->content_type, "video/webm");
  EXPECT_EQ(found->length, 5'000'000'000);
  EXPECT_EQ(found->touched_at, noon + 5ms);
  EXPECT_EQ(found->metadata, "name Zi5tcDQ=,other %%%");
  EXPECT_EQ(found->concat, "partial");
  EXPECT_FALSE(found->made);
  EXPECT_FALSE(reader_->uploads().find("u2"));
}

TEST_P(upload_suite, a_length_may_come_later) {
  auto wish = begun("u1");
  wish.length.reset();
  ASSERT_TRUE(add(wish));
  EXPECT_FALSE(reader_->uploads().find("u1")->length);
  commit([&] { writer_->uploads().set_length("u1", 7); });
  EXPECT_EQ(reader_->uploads().find("u1")->length, 7);
}

TEST_P(upload_suite, an_upload_that_became_a_video_is_known_until_the_video_goes) {
  auto wish = begun("u1");
  wish.concat = "final;/uploads/a /uploads/b";
  ASSERT_TRUE(add(wish));
  EXPECT_FALSE(reader_->uploads().find_whole(ann_, wish.concat));
  auto film = link_to(room_, ann_, "film");
  film.kind = video_kind::file;
  film.url.clear();
  film.file = "u1";
  const auto made = commit([&] {
    auto out = writer_->videos().add(film);
    writer_->uploads().finish("u1", out->id);
    return out;
  });
  ASSERT_TRUE(made);
  EXPECT_EQ(reader_->uploads().find("u1")->made, made->id);
  EXPECT_EQ(reader_->uploads().count(ann_), 0);
  const auto whole = reader_->uploads().find_whole(ann_, wish.concat);
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->id, "u1");
  EXPECT_FALSE(reader_->uploads().find_whole(add_user("bob"), wish.concat));
  ASSERT_TRUE(commit([&] { return writer_->videos().remove(made->id); }));
  EXPECT_FALSE(reader_->uploads().find("u1"));
}

TEST_P(upload_suite, an_upload_needs_its_room) {
  room_ = room_id{99};
  EXPECT_EQ(add(begun("u1")).error(), error_code::room_not_found);
}

TEST_P(upload_suite, a_users_uploads_are_counted_while_they_are_there) {
  EXPECT_EQ(reader_->uploads().count(ann_), 0);
  ASSERT_TRUE(add(begun("u1")));
  ASSERT_TRUE(add(begun("u2")));
  EXPECT_EQ(reader_->uploads().count(ann_), 2);
  EXPECT_EQ(reader_->uploads().count(add_user("bob")), 0);
  commit([&] { writer_->uploads().remove("u1"); });
  EXPECT_EQ(reader_->uploads().count(ann_), 1);
}

TEST_P(upload_suite, uploads_are_stale_until_they_are_touched) {
  ASSERT_TRUE(add(begun("late", noon + 2s)));
  ASSERT_TRUE(add(begun("early", noon + 1s)));
  EXPECT_THAT(stale(noon + 1s), ::testing::IsEmpty());
  EXPECT_THAT(stale(noon + 1s + 1ms), ::testing::ElementsAre("early"));
  EXPECT_THAT(stale(noon + 1h), ::testing::ElementsAre("early", "late"));
  commit([&] {
    writer_->uploads().touch("early", noon + 2h);
    writer_->uploads().touch("nobody's", noon);
  });
  EXPECT_THAT(stale(noon + 1h), ::testing::ElementsAre("late"));
  EXPECT_EQ(reader_->uploads().find("early")->touched_at, noon + 2h);
}

TEST_P(upload_suite, a_removed_upload_is_forgotten) {
  ASSERT_TRUE(add(begun("u1")));
  ASSERT_TRUE(add(begun("u2")));
  commit([&] {
    writer_->uploads().remove("u1");
    writer_->uploads().remove("u1");
  });
  EXPECT_FALSE(reader_->uploads().find("u1"));
  EXPECT_TRUE(reader_->uploads().find("u2"));
}

TEST_P(upload_suite, files_of_videos_and_uploads_are_known_until_they_or_their_room_go) {
  auto film = link_to(room_, ann_, "film");
  ASSERT_TRUE(commit([&] { return writer_->videos().add(film); }));
  film.kind = video_kind::file;
  film.url.clear();
  film.file = "f1.mp4";
  const auto made = commit([&] { return writer_->videos().add(film); });
  ASSERT_TRUE(add(begun("u1")));
  EXPECT_THAT(reader_->videos().list_files(), ::testing::UnorderedElementsAre("f1.mp4", "u1"));
  ASSERT_TRUE(commit([&] { return writer_->videos().remove(made->id); }));
  EXPECT_THAT(reader_->videos().list_files(), ::testing::ElementsAre("u1"));
  ASSERT_TRUE(commit([&] { return writer_->rooms().remove(room_); }));
  EXPECT_THAT(reader_->videos().list_files(), ::testing::IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(backends, upload_suite, ::testing::ValuesIn(all_backends()), backend_name);

} // namespace
} // namespace parley::storage::testing
