// Bringing a database up: once, safely, and never over something unknown.
#include "storage/sql/migrations.hpp"
#include "tests/storage/storage_suite.hpp"

#include <latch>
#include <limits>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace parley::storage::testing {
namespace {

class migration_suite : public ::testing::TestWithParam<backend> {
protected:
  void SetUp() override {
    trial_ = GetParam().make();
    database_ = open_database(trial_->url(), durability::full);
  }

  std::string failure() {
    try {
      database_->migrate(noon);
      return "";
    } catch (const storage_error& e) {
      return e.what();
    }
  }

  /// Brings the database to where the first migrations left it, as a program of that time did.
  void apply_only(std::size_t count) {
    trial_->execute("CREATE TABLE schema_migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL, "
                    "checksum TEXT NOT NULL, applied_at BIGINT NOT NULL)");
    auto first = sql::migrations_of(GetParam().name);
    first.resize(count);
    for (const auto& x : first) {
      std::string text(x.text);
      replace_all(text, "{{identity}}", trial_->identity_column());
      replace_all(text, "{{now}}", std::to_string(noon.time_since_epoch().count()));
      trial_->execute("BEGIN;" + text + "COMMIT;");
      trial_->execute("INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES (" +
                      std::to_string(x.version) + ", '" + std::string(x.name) + "', '" + std::string(x.checksum) +
                      "', 5)");
    }
  }

  static void replace_all(std::string& text, const std::string& what, const std::string& by) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
      text.replace(at, what.size(), by);
  }

  std::unique_ptr<trial_database> trial_;
  std::unique_ptr<database> database_;
};

TEST_P(migration_suite, before_the_first_run_nothing_is_applied_and_nothing_can_be_opened) {
  const auto all = database_->migrations();
  ASSERT_FALSE(all.empty());
  EXPECT_EQ(all[0].version, 1);
  EXPECT_EQ(all[0].name, "initial");
  EXPECT_FALSE(all[0].applied_at);
  EXPECT_THROW(database_->open_reader(), storage_error);
  EXPECT_THROW(database_->open_writer(), storage_error);
}

TEST_P(migration_suite, a_run_notes_name_checksum_and_time) {
  database_->migrate(noon);
  for (const auto& x : database_->migrations()) {
    EXPECT_EQ(x.checksum.size(), 64U);
    EXPECT_EQ(x.applied_at, noon);
    EXPECT_EQ(trial_->number("SELECT COUNT(*) FROM schema_migrations WHERE version = " + std::to_string(x.version) +
                             " AND name = '" + x.name + "' AND checksum = '" + x.checksum + "'"),
              1);
  }
}

TEST_P(migration_suite, a_second_run_changes_nothing) {
  database_->migrate(noon);
  database_->migrate(noon + 1h);
  EXPECT_EQ(database_->migrations().at(0).applied_at, noon);
  EXPECT_EQ(trial_->number("SELECT COUNT(*) FROM users"), 1);
}

TEST_P(migration_suite, an_applied_migration_with_another_checksum_is_refused) {
  database_->migrate(noon);
  trial_->execute("UPDATE schema_migrations SET checksum = 'other' WHERE version = 1");
  EXPECT_THAT(failure(), ::testing::HasSubstr("checksum"));
}

TEST_P(migration_suite, a_database_of_a_newer_program_is_refused) {
  database_->migrate(noon);
  trial_->execute("INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES (9999, 'later', 'x', 5)");
  EXPECT_THAT(failure(), ::testing::HasSubstr("newer"));
  const auto last = database_->migrations().back();
  EXPECT_EQ(last.version, 9999);
  EXPECT_EQ(last.name, "later");
}

TEST_P(migration_suite, a_newer_program_may_say_that_this_one_can_go_on) {
  database_->migrate(noon);
  const auto later = [&](int version, int breaks) {
    trial_->execute("DELETE FROM schema_migrations WHERE version > 9000; "
                    "INSERT INTO schema_migrations (version, name, checksum, applied_at, breaks) VALUES (" +
                    std::to_string(version) + ", 'later', 'x', 5, " + std::to_string(breaks) + ")");
  };
  later(9998, 0);
  EXPECT_EQ(failure(), "");
  later(9998, sql::newest_migration());
  EXPECT_EQ(failure(), "");
  later(9998, sql::newest_migration() + 1);
  EXPECT_THAT(failure(), ::testing::HasSubstr("newer"));
}

TEST_P(migration_suite, what_each_migration_breaks_is_noted) {
  database_->migrate(noon);
  for (const auto& x : sql::migrations_of(GetParam().name))
    EXPECT_EQ(trial_->number("SELECT breaks FROM schema_migrations WHERE version = " + std::to_string(x.version)),
              x.breaks);
  EXPECT_EQ(trial_->number("SELECT breaks FROM schema_migrations WHERE version = 1"), std::numeric_limits<int>::max());
  EXPECT_EQ(trial_->number("SELECT breaks FROM schema_migrations WHERE version = 16"), 0);
}

TEST_P(migration_suite, a_run_that_fails_leaves_nothing_behind) {
  trial_->execute("CREATE TABLE read_marks (in_the_way INTEGER)");
  EXPECT_NE(failure(), "");
  EXPECT_FALSE(database_->migrations().at(0).applied_at);
  trial_->execute("DROP TABLE read_marks");
  database_->migrate(noon);
  EXPECT_TRUE(database_->migrations().at(0).applied_at);
}

TEST_P(migration_suite, a_released_migration_keeps_its_text) {
  EXPECT_EQ(database_->migrations().at(0).checksum, "1b711aea5bb25558b82222cade4c5a1bc628d5f4ec539e43a90737da440b0e5d");
}

TEST_P(migration_suite, a_database_of_the_first_version_comes_up_with_all_it_holds) {
  apply_only(1);
  EXPECT_THROW(database_->open_reader()->tasks().find("x"), storage_error);
  trial_->execute("INSERT INTO users (username, username_key, email, email_key, password_hash, role, created_at) "
                  "VALUES ('Ann', 'ann', 'a@example.org', 'a@example.org', 'hash', 0, 1);"
                  "INSERT INTO rooms (owner_id, name, name_key, description, is_public, join_policy, history, "
                  "allow_guests, sync_mode, created_at) VALUES (2, 'Tea', 'tea', '', 1, 0, 0, 0, 0, 1);"
                  "INSERT INTO members (room_id, user_id, role, joined_at, joined_after) VALUES (1, 2, 2, 1, 0);"
                  "INSERT INTO bans (room_id, user_id, banned_at) VALUES (1, 1, 1);"
                  "INSERT INTO messages (room_id, sender_id, content, type, sent_at) VALUES (1, 2, 'hello', 0, 1)");

  database_->migrate(noon + 1h);
  const auto all = database_->migrations();
  EXPECT_EQ(all.at(0).applied_at, timestamp{5ms});
  EXPECT_EQ(all.at(1).applied_at, noon + 1h);

  const auto store = database_->open_writer();
  const user_id ann{2};
  const room_id tea{1};
  EXPECT_EQ(store->rooms().find(tea)->value.name, "Tea");
  EXPECT_EQ(store->rooms().find(tea)->value.members, 1);
  EXPECT_FALSE(store->rooms().find(tea)->watching);
  EXPECT_EQ(store->messages().find(message_id{1})->content, "hello");
  EXPECT_EQ(store->users().find_credentials("ann")->password_hash, "hash");
  EXPECT_EQ(store->members().list_bans(tea, {}).total, 1);
  EXPECT_EQ(store->profiles().find(ann)->unread_notifications, 0);
  store->begin();
  const auto film = store->videos().add({.room = tea,
                                         .title = "film",
                                         .kind = video_kind::url,
                                         .url = "https://example.org/",
                                         .file = {},
                                         .size = {},
                                         .content_type = {},
                                         .uploaded_by = ann,
                                         .created_at = noon});
  store->playback().save(tea, {.version = 1, .watched = film.value(), .position_s = 0, .rate = 1, .by = ann});
  store->commit();
  EXPECT_EQ(store->rooms().find(tea)->watching->watched, *film);
}

TEST_P(migration_suite, client_ids_of_messages_from_before_they_had_authors_are_known_still) {
  apply_only(2);
  trial_->execute(
    "INSERT INTO rooms (owner_id, name, name_key, description, is_public, join_policy, history, "
    "allow_guests, sync_mode, created_at) VALUES (1, 'Tea', 'tea', '', 1, 0, 0, 1, 0, 1);"
    "INSERT INTO messages (room_id, sender_id, content, type, sent_at, edited_at, deleted, client_msg_id) "
    "VALUES (1, 1, 'hello', 0, 1, NULL, 0, 'plain'), (1, 1, 'changed', 0, 1, 2, 0, 'edited'), "
    "(1, 1, '', 0, 1, NULL, 1, 'deleted')");
  database_->migrate(noon);
  const auto store = database_->open_writer();
  const auto say = [&](const char* name, const char* content) {
    const message_draft draft{
      room_id{1}, {anonymous_user, "anonymous", {}}, {content, message_type::text, name}, timestamp{1h}};
    return store->messages().append(std::span(&draft, 1)).at(0);
  };
  store->begin();
  EXPECT_EQ(say("plain", "hello")->value.id, message_id{1});
  EXPECT_EQ(say("plain", "other").error(), error_code::client_msg_id_reused);
  EXPECT_EQ(say("edited", "what it was")->value.id, message_id{2}) << "what it said first is not known";
  EXPECT_EQ(say("deleted", "what it was")->value.id, message_id{3});
  EXPECT_FALSE(say("new", "new")->repeated);
  store->rollback();
}

TEST_P(migration_suite, threads_may_migrate_at_once) {
  constexpr int count = 4;
  std::latch start(count);
  std::vector<std::string> faults(count);
  {
    std::vector<std::jthread> threads;
    for (auto& fault : faults) {
      threads.emplace_back([&] {
        const auto mine = open_database(trial_->url(), durability::full);
        start.arrive_and_wait();
        try {
          mine->migrate(noon);
        } catch (const storage_error& e) {
          fault = e.what();
        }
      });
    }
  }
  EXPECT_THAT(faults, ::testing::Each(""));
  EXPECT_EQ(trial_->number("SELECT COUNT(*) FROM users"), 1);
}

TEST_P(migration_suite, processes_may_migrate_at_once) {
  std::vector<pid_t> children;
  for (int i = 0; i < 4; ++i) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0)
      ::_exit(failure().empty() ? 0 : 1);
    children.push_back(child);
  }
  EXPECT_EQ(failure(), "");
  for (const pid_t child : children) {
    int status = -1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  }
  EXPECT_EQ(trial_->number("SELECT COUNT(*) FROM users"), 1);
}

INSTANTIATE_TEST_SUITE_P(backends, migration_suite, ::testing::ValuesIn(all_backends()), backend_name);

} // namespace
} // namespace parley::storage::testing
