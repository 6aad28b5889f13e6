// Videos of a room, and what it watches.
#include "tests/storage/storage_suite.hpp"

namespace parley::storage::testing {
namespace {

class video_suite : public storage_suite {
protected:
  void SetUp() override {
    storage_suite::SetUp();
    ann_ = add_user("ann");
    room_ = add_room(ann_);
  }

  new_video file(const std::string& name) const {
    return {.room = room_,
            .title = "Кино",
            .kind = video_kind::file,
            .url = {},
            .file = name,
            .size = 3'000'000'000,
            .content_type = "video/mp4",
            .uploaded_by = ann_,
            .created_at = noon + 3ms};
  }
  result<video> add(const new_video& x) {
    return commit([&] { return writer_->videos().add(x); });
  }
  result<stored_video> remove(video_id id) {
    return commit([&] { return writer_->videos().remove(id); });
  }
  void watch(const playback& x) {
    commit([&] { writer_->playback().save(room_, x); });
  }
  std::optional<playback> watched() { return reader_->rooms().find(room_)->watching; }

  user_id ann_;
  room_id room_;
};

TEST_P(video_suite, a_file_is_read_back_whole_and_without_an_address) {
  const auto made = add(file("f1.mp4"));
  ASSERT_TRUE(made);
  EXPECT_EQ(*made, (video{.id = made->id,
                          .room = room_,
                          .title = "Кино",
                          .kind = video_kind::file,
                          .url = "",
                          .size = 3'000'000'000,
                          .content_type = "video/mp4",
                          .uploaded_by = ann_,
                          .created_at = noon + 3ms}));
  const auto found = reader_->videos().find(made->id);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->value, *made);
  EXPECT_EQ(found->file, "f1.mp4");
}

TEST_P(video_suite, a_link_has_an_address_and_no_file) {
  const auto made = add(link_to(room_, ann_, "film"));
  ASSERT_TRUE(made);
  const auto found = reader_->videos().find(made->id);
  EXPECT_EQ(found->value, *made);
  EXPECT_EQ(found->value.url, "https://example.org/film");
  EXPECT_EQ(found->value.size, std::nullopt);
  EXPECT_EQ(found->value.content_type, std::nullopt);
  EXPECT_EQ(found->file, "");
}

TEST_P(video_suite, videos_are_listed_the_newest_first_in_pages) {
  const auto other = add_room(ann_);
  ASSERT_TRUE(add(link_to(other, ann_, "elsewhere")));
  for (const char* title : {"a", "b", "c"})
    ASSERT_TRUE(add(link_to(room_, ann_, title)));
  const auto titles = [&](page_request at) {
    std::vector<std::string> out;
    const auto found = reader_->videos().list(room_, at);
    EXPECT_EQ(found.total, 3);
    for (const auto& x : found.items)
      out.push_back(x.title);
    return out;
  };
  EXPECT_THAT(titles({}), ::testing::ElementsAre("c", "b", "a"));
  EXPECT_THAT(titles({.number = 2, .size = 2}), ::testing::ElementsAre("a"));
  EXPECT_THAT(titles({.number = 3, .size = 2}), ::testing::IsEmpty());
}

TEST_P(video_suite, a_removed_video_tells_its_file_and_its_id_is_not_used_again) {
  const auto made = add(file("f1.mp4"));
  const auto removed = remove(made->id);
  ASSERT_TRUE(removed);
  EXPECT_EQ(removed->value, *made);
  EXPECT_EQ(removed->file, "f1.mp4");
  EXPECT_FALSE(reader_->videos().find(made->id));
  EXPECT_EQ(remove(made->id).error(), error_code::video_not_found);
  EXPECT_GT(add(file("f2.mp4"))->id, made->id);
}

TEST_P(video_suite, a_video_needs_its_room) {
  EXPECT_EQ(add(link_to(room_id{99}, ann_, "film")).error(), error_code::room_not_found);
}

TEST_P(video_suite, a_room_watches_nothing_at_first) {
  EXPECT_FALSE(watched());
}

TEST_P(video_suite, playback_is_read_back_whole) {
  const auto film = add(file("f1.mp4")).value();
  watch({.version = 5, .watched = film, .position_s = 61.125, .rate = 1.25, .by = ann_});
  watch({.version = 6, .watched = film, .position_s = 1.0 / 3, .rate = 0.25, .by = ann_});
  const auto now = watched();
  ASSERT_TRUE(now);
  EXPECT_EQ(now->version, 6);
  EXPECT_EQ(now->watched, film);
  EXPECT_EQ(now->position_s, 1.0 / 3);
  EXPECT_EQ(now->rate, 0.25);
  EXPECT_EQ(now->by, ann_);
}

TEST_P(video_suite, playback_may_show_nothing_by_nobody) {
  watch({.version = 1, .watched = {}, .position_s = 0, .rate = 1, .by = {}});
  const auto now = watched();
  ASSERT_TRUE(now);
  EXPECT_EQ(now->version, 1);
  EXPECT_EQ(now->watched, std::nullopt);
  EXPECT_EQ(now->by, user_id{});
}

TEST_P(video_suite, playback_shows_nothing_once_its_video_is_removed) {
  const auto film = add(file("f1.mp4")).value();
  watch({.version = 5, .watched = film, .position_s = 9, .rate = 2, .by = ann_});
  ASSERT_TRUE(remove(film.id));
  const auto now = watched();
  ASSERT_TRUE(now);
  EXPECT_EQ(now->watched, std::nullopt);
  EXPECT_EQ(now->version, 5);
  watch({.version = 6, .watched = film, .position_s = 9, .rate = 2, .by = ann_});
  EXPECT_EQ(watched()->watched, std::nullopt);
  EXPECT_EQ(watched()->version, 6);
}

TEST_P(video_suite, playback_shows_no_video_of_another_room) {
  const auto film = add(link_to(add_room(ann_), ann_, "film")).value();
  watch({.version = 1, .watched = film, .position_s = 0, .rate = 1, .by = ann_});
  EXPECT_EQ(watched()->watched, std::nullopt);
}

TEST_P(video_suite, playback_of_a_room_that_is_gone_is_not_kept) {
  room_ = room_id{99};
  watch({.version = 1, .watched = {}, .position_s = 0, .rate = 1, .by = ann_});
  EXPECT_EQ(trial_->number("SELECT COUNT(*) FROM playback"), 0);
}

INSTANTIATE_TEST_SUITE_P(backends, video_suite, ::testing::ValuesIn(all_backends()), backend_name);

} // namespace
} // namespace parley::storage::testing
