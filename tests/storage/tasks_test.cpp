// The last status of each task and its owner.
#include "tests/storage/storage_suite.hpp"

namespace parley::storage::testing {
namespace {

const task_status halfway{.connection = "jobs/7 %2F",
                          .status = "обработка",
                          .progress = 12.5,
                          .message = "half",
                          .data = R"({"a":[1,null]})",
                          .at = noon};

TEST_P(storage_suite, a_task_is_read_back_whole) {
  const auto ann = add_user("ann");
  ASSERT_TRUE(commit([&] { return writer_->tasks().save(ann, halfway); }));
  const auto found = reader_->tasks().find("jobs/7 %2F");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->owner, ann);
  EXPECT_EQ(found->value, halfway);
  EXPECT_FALSE(reader_->tasks().find("jobs/7"));
  EXPECT_FALSE(reader_->tasks().find("JOBS/7 %2F"));
  EXPECT_FALSE(reader_->tasks().find(""));
}

TEST_P(storage_suite, the_last_status_of_a_task_replaces_the_one_before) {
  const auto ann = add_user("ann");
  const task_status done{
    .connection = halfway.connection, .status = "done", .progress = {}, .message = "", .data = "null", .at = noon + 1s};
  commit([&] {
    EXPECT_TRUE(writer_->tasks().save(ann, halfway));
    EXPECT_TRUE(writer_->tasks().save(ann, done));
  });
  EXPECT_EQ(reader_->tasks().find(halfway.connection)->value, done);
  EXPECT_EQ(trial_->number("SELECT COUNT(*) FROM tasks"), 1);
}

TEST_P(storage_suite, each_status_of_a_task_has_the_next_version) {
  const auto ann = add_user("ann");
  EXPECT_EQ(commit([&] { return writer_->tasks().save(ann, halfway); }), 1);
  EXPECT_EQ(commit([&] { return writer_->tasks().save(ann, halfway); }), 2);
  EXPECT_EQ(reader_->tasks().find(halfway.connection)->version, 2);
}

TEST_P(storage_suite, progress_keeps_every_digit) {
  const auto ann = add_user("ann");
  for (const double progress : {0.0, 100.0, 1.0 / 3, 0.1 + 0.2, 1e-9}) {
    auto x = halfway;
    x.progress = progress;
    ASSERT_TRUE(commit([&] { return writer_->tasks().save(ann, x); }));
    EXPECT_EQ(reader_->tasks().find(x.connection)->value.progress, progress);
  }
}

TEST_P(storage_suite, a_task_belongs_to_who_published_first) {
  const auto ann = add_user("ann");
  const auto bob = add_user("bob");
  ASSERT_TRUE(commit([&] { return writer_->tasks().save(ann, halfway); }));
  auto other = halfway;
  other.status = "stolen";
  EXPECT_EQ(commit([&] { return writer_->tasks().save(bob, other); }).error(), error_code::not_task_owner);
  EXPECT_EQ(reader_->tasks().find(halfway.connection)->value, halfway);
  EXPECT_EQ(reader_->tasks().find(halfway.connection)->owner, ann);
  other.connection = "jobs/8";
  EXPECT_TRUE(commit([&] { return writer_->tasks().save(bob, other); }));
}

TEST_P(storage_suite, a_task_survives_a_restart) {
  const auto ann = add_user("ann");
  ASSERT_TRUE(commit([&] { return writer_->tasks().save(ann, halfway); }));
  writer_.reset();
  reader_.reset();
  database_ = open_database(trial_->url(), durability::full);
  database_->migrate(noon + 1h);
  EXPECT_EQ(database_->open_reader()->tasks().find(halfway.connection)->value, halfway);
}

} // namespace
} // namespace parley::storage::testing
