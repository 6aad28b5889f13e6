// Transactions, savepoints, snapshots, and a database that cannot store.
#include "tests/storage/storage_suite.hpp"

namespace parley::storage::testing {
namespace {

const new_user ann{
  .username = "ann", .email = "ann@example.org", .password_hash = "x", .role = user_role::user, .created_at = noon};
const new_user bob{
  .username = "bob", .email = "bob@example.org", .password_hash = "x", .role = user_role::user, .created_at = noon};

TEST_P(storage_suite, a_change_is_seen_by_its_writer_at_once_and_by_readers_after_the_commit) {
  writer_->begin();
  ASSERT_TRUE(writer_->users().create(ann));
  EXPECT_TRUE(writer_->users().find_credentials("ann"));
  EXPECT_FALSE(reader_->users().find_credentials("ann"));
  writer_->commit();
  EXPECT_TRUE(reader_->users().find_credentials("ann"));
}

TEST_P(storage_suite, a_rollback_undoes_everything_since_begin) {
  writer_->begin();
  ASSERT_TRUE(writer_->users().create(ann));
  writer_->rollback();
  EXPECT_FALSE(reader_->users().find_credentials("ann"));
  ASSERT_TRUE(commit([&] { return writer_->users().create(ann); }));
  EXPECT_TRUE(reader_->users().find_credentials("ann"));
}

TEST_P(storage_suite, a_rollback_without_a_transaction_does_nothing) {
  writer_->rollback();
  EXPECT_TRUE(commit([&] { return writer_->users().create(ann); }));
}

TEST_P(storage_suite, a_change_outside_of_a_transaction_is_a_failure) {
  EXPECT_THROW((void)writer_->users().create(ann), storage_error);
  EXPECT_THROW(writer_->rooms().clear_active(), storage_error);
  EXPECT_FALSE(reader_->users().find_credentials("ann"));
}

TEST_P(storage_suite, a_guarded_step_that_throws_undoes_itself_alone) {
  writer_->begin();
  ASSERT_TRUE(writer_->users().create(ann));
  EXPECT_THROW(writer_->guarded([&] {
    EXPECT_TRUE(writer_->users().create(bob));
    throw std::runtime_error("no");
  }),
               std::runtime_error);
  const auto eve = writer_->guarded([&] {
    auto x = bob;
    x.username = "eve";
    return writer_->users().create(x);
  });
  writer_->commit();
  EXPECT_TRUE(eve);
  EXPECT_TRUE(reader_->users().find_credentials("ann"));
  EXPECT_FALSE(reader_->users().find_credentials("bob"));
  EXPECT_TRUE(reader_->users().find_credentials("eve"));
}

TEST_P(storage_suite, guarded_steps_nest) {
  writer_->begin();
  writer_->guarded([&] {
    EXPECT_TRUE(writer_->users().create(ann));
    EXPECT_THROW(writer_->guarded([&] {
      EXPECT_TRUE(writer_->users().create(bob));
      throw std::runtime_error("no");
    }),
                 std::runtime_error);
  });
  writer_->commit();
  EXPECT_TRUE(reader_->users().find_credentials("ann"));
  EXPECT_FALSE(reader_->users().find_credentials("bob"));
}

TEST_P(storage_suite, a_guarded_failure_of_the_storage_leaves_the_batch_going_on) {
  const auto owner = add_user("owner");
  writer_->begin();
  EXPECT_THROW(writer_->guarded([&] {
    return writer_->rooms().create(user_id{99}, {"none", "", {}}, noon);
  }),
               storage_error);
  const auto made = writer_->guarded([&] { return writer_->rooms().create(owner, {"some", "", {}}, noon); });
  writer_->commit();
  EXPECT_TRUE(reader_->rooms().find(made.id));
}

TEST_P(storage_suite, a_failed_commit_loses_its_changes_and_leaves_the_writer_usable) {
  writer_->begin();
  ASSERT_TRUE(writer_->users().create(ann));
  trial_->while_broken([&] { EXPECT_THROW(writer_->commit(), storage_error); });
  writer_->rollback();
  EXPECT_FALSE(reader_->users().find_credentials("ann"));

  ASSERT_TRUE(commit([&] { return writer_->users().create(bob); }));
  EXPECT_FALSE(reader_->users().find_credentials("ann"));
  EXPECT_TRUE(reader_->users().find_credentials("bob"));
}

TEST_P(storage_suite, a_failed_commit_leaves_every_kept_statement_usable) {
  const auto owner = add_user("owner");
  const auto room = add_room(owner);
  post(room, owner, "first");
  writer_->begin();
  EXPECT_TRUE(writer_->messages().append(std::vector{draft(room, owner, "lost")}).at(0));
  trial_->while_broken([&] { EXPECT_THROW(writer_->commit(), storage_error); });
  writer_->rollback();
  post(room, owner, "second");
  EXPECT_THAT(contents(reader_->messages().list(room, {}, {}).items), ::testing::ElementsAre("first", "second"));
}

TEST_P(storage_suite, a_reader_sees_each_commit_at_its_next_question) {
  const auto owner = add_user("owner");
  const auto room = add_room(owner);
  for (int i = 0; i < 3; ++i) {
    const auto last = post(room, owner, "hello");
    EXPECT_EQ(reader_->rooms().find(room)->last_message, last);
    EXPECT_EQ(reader_->messages().list(room, {}, {.limit = 1, .before = {}, .after = {}}).items.at(0).id, last);
    EXPECT_EQ(reader_->profiles().find(owner)->owned.size(), 1U);
    EXPECT_EQ(reader_->rooms().list(owner, room_scope::mine, "", {}).total, 1);
  }
}

TEST_P(storage_suite, a_failure_tells_no_value_that_was_stored) {
  writer_->begin();
  try {
    (void)writer_->rooms().create(user_id{99}, {"a private word", "", {}}, noon);
    FAIL() << "no such owner";
  } catch (const storage_error& e) {
    EXPECT_THAT(e.what(), ::testing::HasSubstr("INSERT INTO rooms"));
    EXPECT_THAT(e.what(), ::testing::Not(::testing::HasSubstr("private")));
  }
  writer_->rollback();
}

TEST_P(storage_suite, a_living_storage_answers_a_ping) {
  EXPECT_NO_THROW(reader_->ping());
  EXPECT_NO_THROW(commit([&] { writer_->ping(); }));
}

TEST_P(storage_suite, the_commit_of_a_writers_ping_fails_where_the_storage_takes_nothing) {
  for (int i = 0; i < 2; ++i) {
    writer_->begin();
    writer_->ping();
    trial_->while_broken([&] { EXPECT_THROW(writer_->commit(), storage_error); });
    writer_->rollback();
    EXPECT_NO_THROW(commit([&] { writer_->ping(); }));
  }
}

TEST_P(storage_suite, a_storage_without_its_schema_does_not_answer_a_ping) {
  trial_->execute("DROP TABLE schema_migrations");
  EXPECT_THROW(reader_->ping(), storage_error);
}

} // namespace
} // namespace parley::storage::testing
