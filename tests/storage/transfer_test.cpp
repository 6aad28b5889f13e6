// A SQLite database moves into PostgreSQL, whole.
#include "storage/transfer.hpp"
#include "tests/storage/storage_suite.hpp"
#include "tests/storage/temporary_folder.hpp"

#include <fstream>
#include <iterator>

namespace parley::storage::testing {
namespace {

using ::testing::HasSubstr;

class transfer : public ::testing::Test {
protected:
  void SetUp() override {
    auto from = open_database("sqlite:///" + file_.string(), durability::full, seal_by("key A"));
    from->migrate(noon);
    const auto in = from->open_writer();
    in->begin();
    ann_ = in->users().create({"Ännchen", "ann@example.org", "hash", user_role::admin, noon})->id;
    bob_ = *in->users().admit({"issuer", "bob"}, noon, {"bob", "bob@example.org", {}, user_role::user, noon});
    room_ = in->rooms().create(ann_, {"tab\there", "line\nbreak \\ back", {}}, noon).id;
    const auto gone = in->rooms().create(ann_, {"gone", "", {}}, noon).id;
    std::vector<message_draft> drafts;
    for (int i = 0; i < 12'000; ++i)
      drafts.push_back({.room = room_,
                        .sender = {ann_, "", std::nullopt},
                        .post = {"message " + std::to_string(i), message_type::text,
                                 i % 2 == 0 ? std::nullopt : std::optional("key " + std::to_string(i))},
                        .sent_at = noon});
    for (const auto& x : in->messages().append(drafts))
      last_ = x->value.id;
    (void)in->messages().edit(last_, "changed", noon);
    (void)in->tasks().save(
      ann_, {.connection = "job", .status = "running", .progress = 0.1, .message = {}, .data = "{}", .at = noon});
    const auto film = in->videos().add(storage_video())->id;
    in->playback().save(
      room_,
      {.version = 7, .watched = in->videos().find(film)->value, .position_s = 100'000, .rate = 1.25, .by = ann_});
    (void)in->rooms().remove(gone);
    gone_ = gone;
    in->commit();
    in->erase(1s);
    in->gather(1s);
  }

  new_video storage_video() const {
    return {.room = room_,
            .title = "film",
            .kind = video_kind::url,
            .url = "https://example.org/film",
            .file = {},
            .size = {},
            .content_type = {},
            .uploaded_by = ann_,
            .created_at = noon};
  }

  std::string bytes() const {
    std::ifstream in(file_, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  std::string refusal() {
    try {
      transfer_to_postgresql(file_, to_->url(), noon, [](const auto&) {});
      return "";
    } catch (const storage_error& e) {
      return e.what();
    }
  }

  temporary_folder folder_;
  std::filesystem::path file_ = folder_.path() / "parley.db";
  std::unique_ptr<trial_database> to_ = make_postgres_trial();
  user_id ann_;
  user_id bob_;
  room_id room_;
  room_id gone_;
  message_id last_;
};

TEST_F(transfer, brings_all_rows_over_and_leaves_the_source_as_it_is) {
  const auto before = bytes();
  std::int64_t rows = 0;
  transfer_to_postgresql(file_, to_->url(), noon, [&](const transfer_progress& x) {
    if (x.table == "messages")
      rows = x.done;
  });
  EXPECT_EQ(bytes(), before);
  EXPECT_EQ(rows, 12'000);

  const auto there = open_database(to_->url(), durability::full, seal_by("key A"));
  const auto in = there->open_writer();
  EXPECT_EQ(in->users().find_credentials("ÄNNCHEN")->value.id, ann_);
  EXPECT_EQ(in->rooms().find(room_)->value.description, "line\nbreak \\ back");
  EXPECT_EQ(in->rooms().find(room_)->last_message, last_);
  EXPECT_EQ(in->rooms().find(room_)->watching->position_s, 100'000);
  EXPECT_EQ(in->tasks().find("job")->value.progress, 0.1);
  EXPECT_EQ(in->messages().find(last_)->content, "changed");
  in->begin();
  EXPECT_EQ(in->users().admit({"issuer", "bob"}, noon, {"new", "new@example.org", {}, user_role::user, noon}), bob_);
  EXPECT_GT(in->rooms().create(ann_, {"new", "", {}}, noon).id, gone_) << "the id of a dissolved room comes again";
  in->commit();
  const std::vector drafts{message_draft{.room = room_,
                                         .sender = {ann_, "", std::nullopt},
                                         .post = {"message 11999", message_type::text, "key 11999"},
                                         .sent_at = noon}};
  EXPECT_TRUE(in->store(drafts).at(0)->repeated);
}

TEST_F(transfer, goes_on_where_it_was_stopped) {
  struct stopped {};
  EXPECT_THROW(transfer_to_postgresql(file_, to_->url(), noon,
                                      [](const transfer_progress& x) {
                                        if (x.table == "messages")
                                          throw stopped();
                                      }),
               stopped);
  EXPECT_EQ(to_->number("SELECT COUNT(*) FROM messages"), 5'000);
  EXPECT_EQ(refusal(), "");
  EXPECT_EQ(to_->number("SELECT COUNT(*) FROM messages"), 12'000);
  EXPECT_EQ(to_->number("SELECT COUNT(*) FROM pg_tables WHERE tablename = 'transfer_progress'"), 0);
}

TEST_F(transfer, is_refused_where_somebody_lives_already) {
  ASSERT_EQ(refusal(), "");
  EXPECT_THAT(refusal(), HasSubstr("the target has users already"));
}

TEST_F(transfer, a_copy_that_differs_is_found) {
  struct stopped {};
  EXPECT_THROW(transfer_to_postgresql(file_, to_->url(), noon,
                                      [](const transfer_progress& x) {
                                        if (x.table == "read_marks")
                                          throw stopped();
                                      }),
               stopped);
  to_->execute("UPDATE messages SET content = 'other' WHERE id = " + std::to_string(last_.value));
  EXPECT_THAT(refusal(), HasSubstr("the copy of messages differs from its source"));
}

TEST_F(transfer, a_table_that_it_does_not_know_is_not_left_behind) {
  {
    auto from = make_sqlite_trial();
    open_database(from->url(), durability::full)->migrate(noon);
    from->execute("CREATE TABLE stamps (id INTEGER)");
    const auto file = from->url().substr(std::string_view("sqlite:///").size());
    EXPECT_THROW(transfer_to_postgresql(file, to_->url(), noon, [](const auto&) {}), storage_error);
  }
}

} // namespace
} // namespace parley::storage::testing
