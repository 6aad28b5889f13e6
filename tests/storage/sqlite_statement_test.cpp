// A statement of SQLite's own interface: what it binds and reads, and that it lets go of its snapshot.
#include "storage/ports.hpp"
#include "storage/sqlite/statement.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <sqlite3.h>
#include <string>
#include <string_view>

namespace parley::storage::testing {
namespace {

struct sqlite_statement_suite : ::testing::Test {
  sqlite_statement_suite() {
    sqlite3_open(":memory:", &db);
    run("CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT, weight REAL)");
  }
  ~sqlite_statement_suite() override {
    EXPECT_EQ(sqlite3_close(db), SQLITE_OK) << "a statement outlives its connection";
  }

  std::unique_ptr<sql::statement> prepare(const std::string& text) { return sqlite::prepare(db, text); }
  void run(const std::string& text) { prepare(text)->step(); }

  sqlite3* db = nullptr;
};

TEST_F(sqlite_statement_suite, gives_back_what_was_bound) {
  const std::string text("a\0b\xC3\xA9", 5);
  {
    const auto put = prepare("INSERT INTO things VALUES (:id, :name, :weight)");
    put->bind(put->place_of("weight"), 0.1);
    put->bind(put->place_of("name"), std::string_view(text));
    put->bind(put->place_of("id"), std::int64_t{-9'000'000'000'000'000'000});
    EXPECT_FALSE(put->step());
    EXPECT_EQ(put->rows_changed(), 1);
  }
  const auto all = prepare("SELECT id, name, weight FROM things");
  ASSERT_TRUE(all->step());
  EXPECT_EQ(all->integer_at(0), -9'000'000'000'000'000'000);
  EXPECT_EQ(all->text_at(1), text);
  EXPECT_EQ(all->real_at(2), 0.1);
  EXPECT_FALSE(all->step());
}

TEST_F(sqlite_statement_suite, tells_an_empty_text_from_none) {
  const auto put = prepare("INSERT INTO things (name) VALUES (:name)");
  put->bind(1, std::string_view());
  put->step();
  put->bind_null(1);
  put->step();
  const auto all = prepare("SELECT name FROM things ORDER BY id");
  ASSERT_TRUE(all->step());
  EXPECT_FALSE(all->is_null(0));
  EXPECT_EQ(all->text_at(0), "");
  ASSERT_TRUE(all->step());
  EXPECT_TRUE(all->is_null(0));
}

TEST_F(sqlite_statement_suite, refuses_null_where_a_value_must_be) {
  run("INSERT INTO things (name) VALUES (NULL)");
  const auto all = prepare("SELECT name, weight FROM things");
  ASSERT_TRUE(all->step());
  EXPECT_THROW(all->text_at(0), storage_error);
  EXPECT_THROW(all->integer_at(1), storage_error);
  EXPECT_THROW(all->real_at(1), storage_error);
}

TEST_F(sqlite_statement_suite, begins_anew_after_its_last_row) {
  run("INSERT INTO things (name) VALUES ('one')");
  const auto all = prepare("SELECT name FROM things");
  EXPECT_TRUE(all->step());
  EXPECT_FALSE(all->step());
  EXPECT_EQ(sqlite3_next_stmt(db, nullptr) != nullptr && sqlite3_stmt_busy(sqlite3_next_stmt(db, nullptr)) != 0, false)
    << "a statement at its end holds its snapshot";
  run("INSERT INTO things (name) VALUES ('two')");
  EXPECT_TRUE(all->step());
  EXPECT_TRUE(all->step());
  EXPECT_FALSE(all->step());
}

TEST_F(sqlite_statement_suite, names_itself_in_its_failures_and_no_value) {
  const auto why = [](auto&& step) -> std::string {
    try {
      step();
    } catch (const storage_error& e) {
      return e.what();
    }
    return "nothing was thrown";
  };
  EXPECT_EQ(why([&] { prepare("SELECT absent"); }), "no such column: absent in: SELECT absent");
  EXPECT_EQ(why([&] { static_cast<void>(prepare("SELECT :a")->place_of("b")); }), "no parameter :b in: SELECT :a");
  const auto put = prepare("INSERT INTO things (id, name) VALUES (1, :name)");
  put->bind(1, std::string_view("a secret"));
  put->step();
  EXPECT_EQ(why([&] { put->step(); }),
            "UNIQUE constraint failed: things.id in: INSERT INTO things (id, name) VALUES (1, :name)");
}

} // namespace
} // namespace parley::storage::testing
