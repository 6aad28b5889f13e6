// What only SQLite has: its settings, its file, its read-only connections.
#include "storage/ports.hpp"
#include "storage/sql/connection.hpp"
#include "storage/sql/query.hpp"
#include "storage/sqlite/dialect.hpp"
#include "tests/storage/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <soci/soci.h>

#include <fstream>

namespace parley::storage::testing {
namespace {

using sql::access;
using sql::connection;
using sqlite::sqlite_dialect;

class sqlite_settings : public ::testing::Test {
protected:
  std::shared_ptr<sqlite_dialect> dialect(durability how) const {
    auto out = std::make_shared<sqlite_dialect>(file(), how);
    out->create();
    return out;
  }
  std::filesystem::path file() const { return folder_.path() / "deep" / "parley.db"; }

  static std::string pragma(connection& link, const std::string& name) {
    std::string value;
    link.session() << "PRAGMA " + name, soci::into(value);
    return value;
  }
  static std::filesystem::perms mode(const std::filesystem::path& path) {
    return std::filesystem::status(path).permissions();
  }

  temporary_folder folder_;
};

TEST_F(sqlite_settings, full_durability_syncs_the_wal_at_each_commit) {
  connection link(dialect(durability::full), access::write);
  EXPECT_EQ(pragma(link, "synchronous"), "2");
  EXPECT_EQ(pragma(link, "journal_mode"), "wal");
  EXPECT_EQ(pragma(link, "foreign_keys"), "1");
  EXPECT_EQ(pragma(link, "secure_delete"), "1");
  EXPECT_EQ(pragma(link, "busy_timeout"), "2000");
  EXPECT_EQ(pragma(link, "query_only"), "0");
}

TEST_F(sqlite_settings, normal_durability_syncs_at_checkpoints) {
  connection link(dialect(durability::normal), access::write);
  EXPECT_EQ(pragma(link, "synchronous"), "1");
  EXPECT_EQ(pragma(link, "journal_mode"), "wal");
}

TEST_F(sqlite_settings, a_reader_cannot_write) {
  const auto kind = dialect(durability::full);
  connection writing(kind, access::write);
  writing.run_script("CREATE TABLE x (y INTEGER)");
  connection reading(kind, access::read);
  EXPECT_EQ(pragma(reading, "query_only"), "1");
  EXPECT_EQ(pragma(reading, "busy_timeout"), "2000");
  EXPECT_THROW(reading.run_script("INSERT INTO x VALUES (1)"), storage_error);
  reading.run_script("PRAGMA query_only = OFF");
  EXPECT_THROW(reading.run_script("INSERT INTO x VALUES (1)"), storage_error);
}

TEST_F(sqlite_settings, a_writer_holds_the_file_from_begin_on) {
  const auto kind = dialect(durability::full);
  connection first(kind, access::write);
  connection second(kind, access::write);
  second.run_script("PRAGMA busy_timeout = 0");
  first.begin();
  EXPECT_THROW(second.begin(), storage_error);
  first.rollback();
  EXPECT_NO_THROW(second.begin());
}

TEST_F(sqlite_settings, a_question_left_amid_its_rows_keeps_no_old_snapshot) {
  using sql::integer;
  const auto kind = dialect(durability::full);
  connection writing(kind, access::write);
  writing.run_script("CREATE TABLE x (y INTEGER); INSERT INTO x VALUES (1), (2)");
  connection reading(kind, access::read);
  sql::query<sql::scalar<integer>> rows(reading, "SELECT y FROM x ORDER BY y", {});
  sql::query<sql::scalar<integer>> count(reading, "SELECT COUNT(*) FROM x", {});
  EXPECT_THROW(rows.each([](auto&) { throw std::runtime_error("enough"); }), std::runtime_error);
  writing.run_script("INSERT INTO x VALUES (3)");
  EXPECT_EQ(count.one().value().value, 3);
  EXPECT_EQ(rows.one().value().value, 1);
  writing.run_script("INSERT INTO x VALUES (4)");
  EXPECT_EQ(count.one().value().value, 4);
}

TEST_F(sqlite_settings, the_file_and_what_sqlite_puts_beside_it_are_the_owners_alone) {
  using std::filesystem::perms;
  constexpr auto owner_only = perms::owner_read | perms::owner_write;
  const auto database = open_database("sqlite:///" + file().string(), durability::full);
  database->migrate({});
  const auto writer = database->open_writer();
  writer->begin();
  writer->rooms().clear_active();
  writer->commit();
  EXPECT_EQ(mode(file().parent_path()), perms::owner_all);
  for (const auto& entry : std::filesystem::directory_iterator(file().parent_path()))
    EXPECT_EQ(mode(entry.path()), owner_only) << entry.path();
}

TEST_F(sqlite_settings, the_content_of_a_deleted_message_is_nowhere_in_the_file) {
  const auto holds = [&](const std::string& text) {
    std::ifstream in(file(), std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {}).find(text) != std::string::npos;
  };
  const auto change = [&](auto step) {
    const auto database = open_database("sqlite:///" + file().string(), durability::full);
    database->migrate({});
    const auto writer = database->open_writer();
    writer->begin();
    step(*writer);
    writer->commit();
  };
  message_id said;
  change([&](writer& w) {
    const auto room = w.rooms().create(anonymous_user, {"room", "", {}}, {}).id;
    const message_draft draft{room, {anonymous_user, "", {}}, {"a private word", message_type::text, {}}, {}};
    said = w.messages().append(std::span(&draft, 1)).at(0)->value.id;
  });
  EXPECT_TRUE(holds("a private word"));
  change([&](writer& w) { EXPECT_TRUE(w.messages().remove(said)); });
  EXPECT_FALSE(holds("a private word"));
}

TEST_F(sqlite_settings, the_mode_of_an_existing_file_is_left_alone) {
  std::filesystem::create_directories(file().parent_path());
  std::ofstream(file()).close();
  std::filesystem::permissions(file(), std::filesystem::perms{0640});
  open_database("sqlite:///" + file().string(), durability::full)->migrate({});
  EXPECT_EQ(mode(file()), std::filesystem::perms{0640});
}

TEST_F(sqlite_settings, asking_for_the_migrations_creates_no_file) {
  EXPECT_FALSE(open_database("sqlite:///" + file().string(), durability::full)->migrations().empty());
  EXPECT_FALSE(std::filesystem::exists(file()));
}

TEST_F(sqlite_settings, a_file_that_is_no_database_is_a_failure_of_the_storage) {
  std::filesystem::create_directories(file().parent_path());
  std::ofstream(file()) << std::string(4096, 'x');
  const auto database = open_database("sqlite:///" + file().string(), durability::full);
  EXPECT_THROW(database->migrate({}), storage_error);
  EXPECT_THROW(database->migrations(), storage_error);
}

TEST_F(sqlite_settings, a_transaction_that_sqlite_gave_up_takes_no_more_changes) {
  const auto kind = dialect(durability::full);
  connection link(kind, access::write);
  link.run_script("CREATE TABLE x (y INTEGER UNIQUE ON CONFLICT ROLLBACK)");
  link.begin();
  link.run_script("INSERT INTO x VALUES (1)");
  EXPECT_THROW(link.run_script("INSERT INTO x VALUES (1)"), storage_error);
  EXPECT_THROW(link.require_transaction(), storage_error);
  EXPECT_THROW(link.savepoint(), storage_error);
  EXPECT_THROW(link.commit(), storage_error);
  link.rollback();
  link.begin();
  EXPECT_NO_THROW(link.require_transaction());
  link.commit();
}

} // namespace
} // namespace parley::storage::testing
