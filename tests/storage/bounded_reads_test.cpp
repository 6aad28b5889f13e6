// How much of the database each question looks at, counted by SQLite itself: the steps of its virtual machine.
#include "protocol/limits.hpp"
#include "storage/ports.hpp"
#include "tests/storage/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <sqlite3.h>
#include <stdexcept>
#include <string>

namespace parley::storage::testing {
namespace {

using handle = std::unique_ptr<sqlite3, decltype(&sqlite3_close)>;

constexpr user_id owner{2};           // of 5,000 rooms
constexpr user_id guest{3};           // in 300 of them and in the crowd
constexpr room_id crowd{1};           // 10,000 members, of whom 5,000 have read all, and 500,000 messages
constexpr message_id newest{500'000}; // of the crowd

/// 1,000,000 messages: 500,000 in the crowd, 100 in each of 5,000 rooms.
constexpr auto fill = R"(
BEGIN;
CREATE TEMP TABLE n (x INTEGER PRIMARY KEY);
WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 500000) INSERT INTO n SELECT x FROM c;
INSERT INTO users (id, username, username_key, email, email_key, password_hash, role, created_at)
  SELECT x + 1, 'u' || x, 'u' || x, 'u' || x, 'u' || x, '', 0, 0 FROM n WHERE x <= 10000;
INSERT INTO rooms (id, owner_id, name, name_key, description, is_public, join_policy, history, allow_guests, sync_mode,
  created_at) SELECT x, 2, 'r', 'r', '', 1, 0, 0, 0, 0, 0 FROM n WHERE x <= 5001;
INSERT INTO members (room_id, user_id, role, joined_at, joined_after) SELECT x, 2, 2, 0, 0 FROM n WHERE x <= 5001;
INSERT INTO members (room_id, user_id, role, joined_at, joined_after)
  SELECT 1, x + 2, 0, 0, 0 FROM n WHERE x < 10000;
INSERT INTO members (room_id, user_id, role, joined_at, joined_after)
  SELECT x + 1, 3, x % 2, 0, 0 FROM n WHERE x <= 300;
INSERT INTO messages (id, room_id, sender_id, content, type, sent_at) SELECT x, 1, 2, 'text', 0, 0 FROM n;
INSERT INTO messages (id, room_id, sender_id, content, type, sent_at)
  SELECT x + 500000, 2 + x % 5000, 2, 'text', 0, 0 FROM n;
INSERT INTO read_marks (room_id, user_id, last_read_id) SELECT 1, x + 5000, 500000 FROM n WHERE x <= 5000;
UPDATE messages SET changed = id WHERE id <= 200000;
INSERT INTO members (room_id, user_id, role, joined_at, joined_after) SELECT 4000, x + 5001, 0, 0, 0 FROM n WHERE x <= 150;
INSERT INTO read_marks (room_id, user_id, last_read_id) SELECT 4000, x + 2, 1 FROM n WHERE x < 10000;
INSERT INTO notifications (receiver_id, from_id, candidate_id, kind, status, room_id, room_name, token, created_at)
  SELECT 3, 2, x, 0, 0, 7, 'r', 't', 0 FROM n WHERE x <= 20000;
INSERT INTO sessions (family, user_id, created_at, last_used_at, expires_at, address, user_agent)
  SELECT 'f' || x, 3, 0, 0, x, '', '' FROM n WHERE x <= 20000;
INSERT INTO files (room_id, uploaded_by, file, name, content_type, size, created_at, message_id)
  SELECT 1, 2, 'used' || x, 'n', 't', 1, x, 400000 + x FROM n WHERE x <= 20000;
INSERT INTO files (room_id, uploaded_by, file, name, content_type, size, created_at)
  SELECT 1, 3 + x % 200, 'waits' || x, 'n', 't', 1, x FROM n WHERE x <= 20000;
UPDATE messages SET file_count = 1 WHERE id > 400000 AND id <= 420000;
COMMIT;
)";

/// What a reader's connection did.
struct work {
  int steps = 0;
  int scanned = 0; ///< rows that no index led to
  int sorted = 0;
  int prepared_again = 0;
};

int on_statement_end(unsigned, void* to, void* statement, void*) {
  auto* const ended = static_cast<sqlite3_stmt*>(statement);
  auto& sum = *static_cast<work*>(to);
  sum.steps += sqlite3_stmt_status(ended, SQLITE_STMTSTATUS_VM_STEP, 1);
  sum.scanned += sqlite3_stmt_status(ended, SQLITE_STMTSTATUS_FULLSCAN_STEP, 1);
  sum.sorted += sqlite3_stmt_status(ended, SQLITE_STMTSTATUS_SORT, 1);
  sum.prepared_again += sqlite3_stmt_status(ended, SQLITE_STMTSTATUS_REPREPARE, 1);
  return 0;
}

/// The connection that SQLite opened last.
sqlite3* opened = nullptr;

extern "C" int note_connection(sqlite3* db, char**, const sqlite3_api_routines*) {
  opened = db;
  return SQLITE_OK;
}

/// The database is made once: it is big.
class bounded_reads : public ::testing::Test {
protected:
  static void SetUpTestSuite() {
    big_ = new big_database;
    big_->stored = open_database("sqlite:///" + big_->file(), durability::normal);
    big_->stored->migrate(timestamp{});
    sqlite3* raw = nullptr;
    sqlite3_open(big_->file().c_str(), &raw);
    const handle db(raw, sqlite3_close);
    if (sqlite3_exec(db.get(), fill, nullptr, nullptr, nullptr) != SQLITE_OK)
      throw std::runtime_error(sqlite3_errmsg(db.get()));
  }
  static void TearDownTestSuite() { delete std::exchange(big_, nullptr); }

  void SetUp() override {
    // SQLite casts what it is given to this type.
    auto* const hook = reinterpret_cast<void (*)()>(&note_connection);
    sqlite3_auto_extension(hook);
    reader_ = big_->stored->open_reader();
    sqlite3_cancel_auto_extension(hook);
    // In place of the limit of time, which listens the same way.
    sqlite3_progress_handler(opened, 0, nullptr, nullptr);
    sqlite3_trace_v2(opened, SQLITE_TRACE_PROFILE, &on_statement_end, &sum_);
  }

  template <class Step>
  work during(Step step) {
    step();
    sum_ = {}; // the statements are prepared now
    step();
    EXPECT_EQ(sum_.prepared_again, 0);
    return std::exchange(sum_, {});
  }

  /// The first time, with nothing remembered but the schema.
  template <class Step>
  work during_first(Step step) {
    sum_ = {};
    step();
    return std::exchange(sum_, {});
  }

  struct big_database {
    std::string file() const { return (folder.path() / "big.db").string(); }
    temporary_folder folder;
    std::unique_ptr<database> stored;
  };
  static big_database* big_;

  work sum_;
  std::unique_ptr<reader> reader_; // it tells of its last statements while it closes
};

bounded_reads::big_database* bounded_reads::big_ = nullptr;

/// Steps for each row that is answered, and for the rest of the question.
constexpr int a_row = 60;
constexpr int a_question = 150;

TEST_F(bounded_reads, single_rows_are_found_without_looking_at_others) {
  EXPECT_LE(during([&] { reader_->users().find(guest); }).steps, a_question);
  EXPECT_LE(during([&] { reader_->users().find_credentials("u777"); }).steps, a_question);
  EXPECT_LE(during([&] { reader_->rooms().find_access(crowd, guest); }).steps, a_question);
  EXPECT_LE(during([&] { reader_->rooms().find(crowd); }).steps, a_question);
  EXPECT_LE(during([&] { reader_->messages().find(newest); }).steps, a_question);
}

TEST_F(bounded_reads, changes_of_messages_cost_no_more_than_those_that_are_asked_for) {
  const auto x = during([&] { EXPECT_EQ(reader_->messages().find_changed(crowd, 100'000, 1001).size(), 1001U); });
  EXPECT_LE(x.steps, 1001 * a_row + a_question);
  EXPECT_EQ(x.scanned, 0);
  EXPECT_EQ(x.sorted, 0);
}

TEST_F(bounded_reads, marks_of_a_room_cost_its_members_and_not_those_who_left) {
  const auto x = during([&] { EXPECT_EQ(reader_->read_marks().list(room_id{4000}).size(), 150U); });
  EXPECT_LE(x.steps, 151 * a_row + a_question);
  EXPECT_EQ(x.scanned, 0);
  EXPECT_EQ(x.sorted, 0);
}

TEST_F(bounded_reads, ids_of_members_cost_their_entries_of_an_index) {
  const auto x = during([&] { EXPECT_EQ(reader_->members().list_ids(crowd).size(), 10'000U); });
  EXPECT_LE(x.steps, 10'000 * 8 + a_question);
  EXPECT_EQ(x.sorted, 0);
}

TEST_F(bounded_reads, a_place_in_a_room_costs_no_more_than_a_few_rows) {
  for (const auto user : {guest, user_id{4}, user_id{9999}, user_id{20'000}}) {
    const auto x = during([&] { EXPECT_TRUE(reader_->profiles().find_place(crowd, user)); });
    EXPECT_LE(x.steps, 2 * a_question);
    EXPECT_EQ(x.scanned, 0);
    EXPECT_EQ(x.sorted, 0);
  }
}

TEST_F(bounded_reads, a_page_of_history_costs_its_own_length) {
  history_request newest_ones;
  newest_ones.limit = 50;
  auto before = newest_ones;
  before.before = message_id{250'000};
  auto after = newest_ones;
  after.after = message_id{250'000};
  for (const auto& at : {newest_ones, before, after}) {
    const auto x = during([&] { EXPECT_EQ(reader_->messages().list(crowd, {}, at).items.size(), 50U); });
    EXPECT_LE(x.steps, 51 * a_row + a_question);
    EXPECT_EQ(x.sorted, 0);
    EXPECT_EQ(x.scanned, 0);
  }
  EXPECT_LE(during([&] { reader_->messages().find_missed(crowd, message_id{1}, 100); }).steps,
            100 * a_row + a_question);
}

TEST_F(bounded_reads, files_cost_no_more_than_those_that_are_asked_for) {
  const auto page = during([&] {
    const auto found = reader_->messages().list(crowd, {}, {.limit = 50, .before = message_id{410'000}, .after = {}});
    EXPECT_TRUE(std::ranges::all_of(found.items, [](const message& x) { return x.attachments.size() == 1; }));
  });
  EXPECT_LE(page.steps, 101 * a_row + 2 * a_question);
  const auto old = during([&] { EXPECT_EQ(reader_->files().list_unused(timestamp::max(), 1000).size(), 1000U); });
  EXPECT_LE(old.steps, 1000 * a_row + a_question);
  const auto own = during([&] { EXPECT_EQ(reader_->files().list_unused(guest).size(), 100U); });
  EXPECT_LE(own.steps, 100 * a_row + a_question);
  const auto names = during([&] { EXPECT_EQ(reader_->files().list_names("used5", 1000).size(), 1000U); });
  EXPECT_LE(names.steps, 1000 * a_row + a_question);
  const auto one = during([&] { EXPECT_EQ(reader_->files().list_names(crowd, message_id{410'000}).size(), 1U); });
  EXPECT_LE(one.steps, a_question);
  for (const auto& x : {page, old, own, names, one})
    EXPECT_EQ(x.scanned + x.sorted, 0);
}

TEST_F(bounded_reads, a_page_of_sessions_costs_a_count_on_an_index_and_its_own_length) {
  const auto x = during([&] { EXPECT_EQ(reader_->tokens().list_sessions(guest, {}, {}, {1, 20}).total, 20'000); });
  EXPECT_LE(x.steps, 20'000 * 6 + 20 * a_row + a_question);
  EXPECT_EQ(x.sorted, 0);
}

TEST_F(bounded_reads, a_profile_has_so_many_rooms_and_no_more) {
  const auto profile = reader_->profiles().find(owner).value();
  EXPECT_EQ(profile.owned.size(), limits::profile_rooms_max);
  EXPECT_EQ(profile.owned.back().id, room_id{200});
  const auto joined = reader_->profiles().find(guest).value().joined;
  EXPECT_EQ(joined.size(), limits::profile_rooms_max);
  EXPECT_TRUE(std::ranges::is_sorted(joined, {}, &room_brief::id));
  EXPECT_EQ(joined.front().id, crowd);
}

TEST_F(bounded_reads, what_is_unread_is_counted_so_far_and_once) {
  const auto crowded = [&] { return reader_->profiles().find(user_id{4}).value().joined; };
  EXPECT_LE(during_first([&] { EXPECT_EQ(crowded().at(0).unread, limits::unread_max); }).steps,
            20 * limits::unread_max + 3 * a_question);
  EXPECT_LE(during([&] { EXPECT_EQ(crowded().at(0).unread, limits::unread_max); }).steps, 4 * a_question);
}

TEST_F(bounded_reads, messages_of_ones_own_are_passed_over_step_by_step) {
  // All 500,000 are the owner's own.
  EXPECT_LE(during_first([&] { EXPECT_EQ(reader_->profiles().find(owner)->owned.at(0).unread, 0); }).steps,
            20 * 2 * limits::unread_max + 200 * (20 * 100 + 2 * a_row));
}

TEST_F(bounded_reads, a_profile_costs_no_more_than_its_rooms) {
  EXPECT_LE(during([&] { reader_->profiles().find(guest); }).steps, 402 * a_row + 20 * limits::unread_max);
}

TEST_F(bounded_reads, a_page_of_rooms_costs_a_count_on_an_index_and_its_own_length) {
  const auto mine = during([&] { EXPECT_EQ(reader_->rooms().list(owner, room_scope::mine, {}, {1, 20}).total, 5001); });
  EXPECT_LE(mine.steps, 5001 * 4 + 20 * a_row + a_question);
  const auto last = during([&] {
    EXPECT_EQ(reader_->rooms().list(owner, room_scope::mine, {}, {250, 20}).items.size(), 20);
  });
  EXPECT_LE(last.steps, 5001 * 8 + 20 * a_row + a_question);
  const auto listed = during([&] {
    EXPECT_EQ(reader_->rooms().list(guest, room_scope::listed, {}, {1, 20}).total, 5001);
  });
  EXPECT_LE(listed.steps, 5001 * 4 + 20 * a_row + a_question);
}

TEST_F(bounded_reads, a_page_of_own_rooms_costs_a_count_on_an_index_and_its_own_length) {
  for (const int number : {2, 250}) { // the first one has the crowd, where the owner's own messages are passed over
    const auto x = during([&] {
      const auto found = reader_->profiles().list_rooms(owner, {}, {number, 20});
      EXPECT_EQ(found.total, 5001);
      EXPECT_EQ(found.items.size(), 20U);
      EXPECT_TRUE(std::ranges::all_of(found.items, [](const own_room& one) { return one.last_message.has_value(); }));
    });
    // A room is rows of six tables.
    EXPECT_LE(x.steps, 5001 * (number == 2 ? 4 : 8) + 20 * 3 * a_row + a_question);
    EXPECT_LE(x.scanned, 20) << "what the page holds";
    EXPECT_EQ(x.sorted, 0);
  }
}

TEST_F(bounded_reads, a_page_of_readers_costs_no_more_than_the_members_of_its_room) {
  const auto readers = during([&] {
    EXPECT_EQ(reader_->read_marks().list_readers(crowd, newest, {1, 20}).total, 5000);
  });
  EXPECT_LE(readers.steps, 5000 * 30 + 20 * a_row + a_question);
}

TEST_F(bounded_reads, a_page_of_notifications_costs_a_count_on_an_index_and_its_own_length) {
  const auto all = during([&] {
    EXPECT_EQ(reader_->notifications().list(guest, std::nullopt, {1, 20}).total, 20'000);
  });
  EXPECT_LE(all.steps, 20'000 * 6 + 20 * a_row + a_question);
}

} // namespace
} // namespace parley::storage::testing
