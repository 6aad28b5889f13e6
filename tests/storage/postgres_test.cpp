// What PostgreSQL alone has to show: lost answers, the fence, one server a database, refusals that say what to do.
#include "tests/storage/storage_suite.hpp"
#include "tests/support/lossy_socket.hpp"
#include "tests/support/postgres_server.hpp"

#include <atomic>
#include <cstdlib>
#include <future>
#include <set>
#include <thread>

namespace parley::storage::testing {
namespace {

using test::lossy_socket;
using test::postgres_server;
using ::testing::HasSubstr;

/// How often answers get lost; `PARLEY_LOST_ANSWERS=400` is the long form.
int rounds(int usual) {
  const char* asked = std::getenv("PARLEY_LOST_ANSWERS");
  return asked == nullptr ? usual : std::atoi(asked);
}

class postgres : public ::testing::Test {
protected:
  void SetUp() override {
    database_ = open_database(trial_->url(), durability::full);
    database_->migrate(noon);
  }

  std::string refusal(const std::string& url) {
    try {
      open_database(url, durability::full)->migrate(noon);
      return "";
    } catch (const storage_error& e) {
      return e.what();
    }
  }

  /// A user with a room.
  void fill(writer& in) {
    in.begin();
    user_ = in.users().create({"ann", "ann@example.org", "hash", user_role::user, noon})->id;
    room_ = in.rooms().create(user_, {"room", "", {}}, noon).id;
    in.commit();
  }

  message_draft draft(const std::string& content, std::optional<std::string> name = std::nullopt) const {
    return {.room = room_,
            .sender = {user_, "ann", std::nullopt},
            .post = {content, message_type::text, std::move(name)},
            .sent_at = noon};
  }

  std::int64_t number(const std::string& sql) { return trial_->number(sql); }

  std::unique_ptr<trial_database> trial_ = make_postgres_trial();
  std::unique_ptr<database> database_;
  user_id user_;
  room_id room_;
};

/// The same database behind a socket that loses what it is told to.
class lost_answers : public postgres {
protected:
  void SetUp() override {
    postgres::SetUp();
    const auto url = trial_->url();
    database_ = open_database(url.substr(0, url.find('@') + 1) + escaped(way_.folder()) + url.substr(url.rfind('/')),
                              durability::full);
    lease_ = database_->join([] {});
    writer_ = database_->open_writer();
    fill(*writer_);
  }
  void TearDown() override {
    writer_.reset();
    lease_.reset();
  }

  static std::string escaped(const std::filesystem::path& folder) {
    std::string out;
    for (const char c : folder.string())
      out += c == '/' ? std::string("%2F") : std::string(1, c);
    return out;
  }

  lossy_socket way_{postgres_server::shared().folder()};
  std::unique_ptr<lease> lease_;
  std::unique_ptr<writer> writer_;
};

TEST_F(lost_answers, a_batch_is_stored_once_and_its_ids_are_told) {
  std::set<std::int64_t> told;
  std::int64_t last = 0;
  const int count = rounds(60);
  for (int i = 0; i < count; ++i) {
    way_.lose(i % 3 == 0   ? lossy_socket::loss::question
              : i % 3 == 1 ? lossy_socket::loss::answer
                           : lossy_socket::loss::none);
    const auto one = "one " + std::to_string(i);
    const std::vector drafts{draft(one), draft("two", "key " + std::to_string(i))};
    for (const auto& x : writer_->store(drafts)) {
      ASSERT_TRUE(x);
      EXPECT_GT(x->value.id.value, last) << i;
      last = x->value.id.value;
      told.insert(last);
    }
  }
  EXPECT_EQ(told.size(), static_cast<std::size_t>(2 * count));
  EXPECT_EQ(number("SELECT COUNT(*) FROM messages"), 2 * count);
  EXPECT_EQ(number("SELECT COUNT(DISTINCT content) FROM messages"), count + 1);
}

TEST_F(lost_answers, a_commit_that_returns_is_stored_and_one_that_throws_is_not) {
  int stored = 0;
  const int count = rounds(40);
  for (int i = 0; i < count; ++i) {
    try {
      writer_->begin();
      (void)writer_->rooms().create(user_, {"new", "", {}}, noon);
      way_.lose(i % 2 == 0 ? lossy_socket::loss::question : lossy_socket::loss::answer);
      writer_->commit();
      ++stored;
    } catch (const storage_error&) {
      writer_->rollback();
    }
    EXPECT_EQ(number("SELECT COUNT(*) FROM rooms WHERE name = 'new'"), stored) << i;
  }
  EXPECT_GE(stored, count / 3);
}

TEST_F(postgres, a_writer_without_its_row_stores_nothing) {
  std::atomic<int> lost = 0;
  const auto place = database_->join([&] { ++lost; });
  const auto in = database_->open_writer();
  fill(*in);
  ASSERT_TRUE(in->store(std::vector{draft("before")}).at(0));
  EXPECT_FALSE(place->is_fenced());
  trial_->execute("DELETE FROM nodes");
  EXPECT_THROW(in->store(std::vector{draft("after")}), storage_error);
  EXPECT_THROW(in->begin(), storage_error);
  EXPECT_TRUE(place->is_fenced());
  EXPECT_TRUE(place->is_suspended());
  while (lost == 0)
    std::this_thread::yield();
  EXPECT_EQ(number("SELECT COUNT(*) FROM messages"), 1);
}

TEST_F(postgres, a_server_doubts_its_place_while_the_database_is_away_and_no_longer) {
  postgres_server own;
  const auto elsewhere = open_database(own.url("postgres"), durability::full);
  elsewhere->migrate(noon);
  const auto place = elsewhere->join([] { FAIL() << "nobody took it"; });
  EXPECT_FALSE(place->is_suspended());
  own.stop();
  while (!place->is_suspended())
    std::this_thread::yield();
  own.start();
  while (place->is_suspended() && !place->is_fenced())
    std::this_thread::yield();
  EXPECT_FALSE(place->is_fenced()) << "its row was on the disk before the server was killed";
}

TEST_F(postgres, an_open_transaction_holds_the_fence_up) {
  const auto place = database_->join([] {});
  const auto in = database_->open_writer();
  fill(*in);
  in->begin();
  (void)in->rooms().create(user_, {"new", "", {}}, noon);
  auto fence = std::async(std::launch::async, [&] { trial_->execute("DELETE FROM nodes"); });
  while (!trial_->somebody_waits())
    std::this_thread::yield();
  in->commit();
  fence.get();
  EXPECT_EQ(number("SELECT COUNT(*) FROM rooms WHERE name = 'new'"), 1);
  EXPECT_THROW(in->begin(), storage_error);
}

TEST_F(postgres, a_second_server_is_refused_while_the_first_one_lives) {
  const auto place = database_->join([] {});
  const auto other = open_database(trial_->url(), durability::full);
  try {
    (void)other->join([] {});
    FAIL() << "two servers";
  } catch (const storage_error& e) {
    EXPECT_THAT(e.what(), HasSubstr("another server runs on this database (process "));
  }
  EXPECT_FALSE(place->is_fenced());
}

TEST_F(postgres, the_schema_does_not_change_below_a_server) {
  trial_->execute("DELETE FROM schema_migrations WHERE version = 6");
  const auto place = database_->join([] {});
  EXPECT_THAT(refusal(trial_->url()), HasSubstr("another server runs on this database"));
}

TEST_F(postgres, the_schema_may_change_below_a_server_that_can_go_on) {
  trial_->execute("DELETE FROM schema_migrations WHERE version = 16; "
                  "ALTER TABLE schema_migrations DROP COLUMN breaks");
  const auto place = database_->join([] {});
  EXPECT_EQ(refusal(trial_->url()), "");
}

TEST_F(postgres, the_place_of_a_server_that_is_silent_is_taken) {
  trial_->execute(
    "INSERT INTO nodes (name, host, process, version, started_at) VALUES ('server', 'elsewhere', 1, '', 0)");
  const auto place = database_->join([] {});
  EXPECT_EQ(number("SELECT COUNT(*) FROM nodes"), 1);
  EXPECT_EQ(number("SELECT COUNT(*) FROM nodes WHERE host = 'elsewhere'"), 0);
}

TEST_F(postgres, a_server_that_ends_leaves_its_place) {
  database_->join([] {}).reset();
  EXPECT_EQ(number("SELECT COUNT(*) FROM nodes"), 0);
}

TEST_F(postgres, a_command_leaves_nothing_behind_and_takes_along_what_others_left) {
  trial_->execute("INSERT INTO nodes (name, host, process, version, started_at) VALUES ('command x', '', 1, '', 0)");
  {
    const auto in = database_->open_writer();
    fill(*in);
    EXPECT_EQ(number("SELECT COUNT(*) FROM nodes"), 1);
  }
  EXPECT_EQ(number("SELECT COUNT(*) FROM nodes"), 0);
  EXPECT_EQ(number("SELECT COUNT(*) FROM commits"), 0);
}

TEST_F(postgres, broken_connections_are_made_again) {
  const auto in = database_->open_writer();
  const auto out = database_->open_reader();
  fill(*in);
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(out->users().find(user_));
    trial_->execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() "
                    "AND pid <> pg_backend_pid()");
    const auto ask = [&] { return out->users().find(user_).has_value(); };
    EXPECT_TRUE(ask());
    in->begin();
    EXPECT_TRUE(in->rooms().update(room_, {.name = "name " + std::to_string(i), .description = {}}));
    in->commit();
  }
}

TEST_F(postgres, a_dissolved_room_takes_its_messages_along_in_pieces) {
  const auto in = database_->open_writer();
  fill(*in);
  trial_->execute("INSERT INTO messages (room_id, sender_id, content, type, sent_at) SELECT " +
                  std::to_string(room_.value) + ", " + std::to_string(user_.value) +
                  ", 'x', 0, 0 FROM generate_series(1, 12000)");
  in->begin();
  ASSERT_TRUE(in->rooms().remove(room_));
  in->commit();
  EXPECT_EQ(number("SELECT COUNT(*) FROM messages"), 7000);
  while (in->erase(100ms) != erasure::done)
    continue;
  EXPECT_EQ(number("SELECT COUNT(*) FROM messages"), 0);
  EXPECT_FALSE(in->owes_erasure());
}

TEST_F(postgres, a_room_may_say_the_same_twice_in_one_batch) {
  const auto in = database_->open_writer();
  fill(*in);
  const auto out = in->store(std::vector{draft("a", "key"), draft("a", "key"), draft("b", "key"), draft("c")});
  EXPECT_FALSE(out.at(0)->repeated);
  EXPECT_TRUE(out.at(1)->repeated);
  EXPECT_EQ(out.at(1)->value.id, out.at(0)->value.id);
  EXPECT_EQ(out.at(2).error(), error_code::client_msg_id_reused);
  EXPECT_TRUE(out.at(3));
  EXPECT_EQ(number("SELECT COUNT(*) FROM messages"), 2);
}

TEST_F(postgres, a_plan_of_a_table_that_was_empty_stays_good_when_it_has_grown) {
  auto in = database_->open_writer();
  fill(*in);
  trial_->execute("ANALYZE"); // the planner knows from here on that there are no messages
  int stored = 0;
  const auto store = [&](int count) {
    std::vector<message_draft> drafts;
    for (int i = 0; i < count; ++i)
      drafts.push_back(draft("hello", "key " + std::to_string(stored++)));
    in->store(drafts);
  };
  for (int i = 0; i < 10; ++i) // a statement that ran five times keeps its plan
    store(1);
  for (int i = 0; i < 20; ++i)
    store(100);
  in.reset();
  // What a connection did is counted when it has ended, all at once.
  for (int i = 0; i < 200 && number("SELECT n_tup_ins FROM pg_stat_user_tables WHERE relname = 'messages'") < stored;
       ++i)
    trial_->execute("SELECT pg_sleep(0.05)");
  ASSERT_EQ(number("SELECT n_tup_ins FROM pg_stat_user_tables WHERE relname = 'messages'"), stored);
  EXPECT_EQ(number("SELECT seq_tup_read FROM pg_stat_user_tables WHERE relname = 'messages'"), 0);
}

TEST_F(postgres, refusals_say_on_one_line_what_to_do) {
  const auto url = trial_->url();
  const auto server = url.substr(0, url.rfind('/') + 1);
  trial_->execute("CREATE ROLE stranger LOGIN");
  trial_->execute("REVOKE ALL ON SCHEMA public FROM PUBLIC");
  EXPECT_THAT(refusal(server + "nowhere"), HasSubstr("create it first (createuser, createdb)"));
  EXPECT_THAT(refusal("postgresql://stranger" + url.substr(url.find('@'))), HasSubstr("the role needs the rights"));
  EXPECT_THAT(refusal("postgresql://u:secret@%2Fnowhere/db"), HasSubstr("is PostgreSQL running there"));
  EXPECT_THAT(refusal("postgresql://u:secret@127.0.0.1:1/db"), HasSubstr("is PostgreSQL running there"));
  EXPECT_THAT(refusal("postgresql://u:secret@h/db?no_such=1"), HasSubstr("is not a URL of PostgreSQL"));
  for (const auto& text : {refusal(server + "nowhere"), refusal("postgresql://u:secret@127.0.0.1:1/db"),
                           refusal("postgresql://u:secret@h/db?no_such=1")}) {
    EXPECT_THAT(text, ::testing::Not(HasSubstr("\n")));
    EXPECT_THAT(text, ::testing::Not(HasSubstr("secret")));
  }
}

TEST_F(postgres, another_encoding_is_refused) {
  trial_->execute("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
  const auto url = trial_->url();
  EXPECT_THAT(refusal(url.substr(0, url.rfind('/') + 1) + "latin"), HasSubstr("createdb --encoding UTF8"));
  trial_->execute("DROP DATABASE latin");
}

TEST_F(postgres, a_read_only_server_is_refused) {
  trial_->execute("ALTER ROLE postgres IN DATABASE " + trial_->url().substr(trial_->url().rfind('/') + 1) +
                  " SET default_transaction_read_only = on");
  EXPECT_THAT(refusal(trial_->url()), HasSubstr("this is a standby"));
}

} // namespace
} // namespace parley::storage::testing
