// Which URLs name a database.
#include "storage/ports.hpp"
#include "tests/storage/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::storage::testing {
namespace {

std::string refusal(const std::string& url) {
  try {
    open_database(url, durability::full);
    return "";
  } catch (const storage_error& e) {
    return e.what();
  }
}

TEST(database_url, every_refusal_names_what_is_allowed) {
  for (const char* url : {"", "parley.db", "/tmp/parley.db", "sqlite:", "sqlite://", "sqlite:///", "sqlite://host/x.db",
                          "sqlite:///folder/", "sqlite:///a?mode=ro", "sqlite:///a\"b", "SQLITE:///a", "mysql://h/d"})
    EXPECT_THAT(refusal(url), ::testing::HasSubstr("sqlite:////absolute/path")) << url;
  EXPECT_THAT(refusal(std::string("sqlite:///a\0b", 13)), ::testing::HasSubstr("sqlite:///relative/path"));
}

#ifndef PARLEY_POSTGRESQL
TEST(database_url, postgresql_is_refused_by_name_and_without_showing_its_password) {
  for (const char* url : {"postgresql://me:secret@host/db", "postgres://me:secret@host/db"}) {
    EXPECT_THAT(refusal(url), ::testing::HasSubstr("postgresql is not built into this program"));
    EXPECT_THAT(refusal(url), ::testing::Not(::testing::HasSubstr("secret")));
  }
}
#endif

TEST(database_url, four_slashes_begin_an_absolute_path_and_three_a_relative_one) {
  const temporary_folder folder;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  const auto relative = open_database("sqlite:///a folder/my = file.db", durability::normal);
  const auto absolute = open_database("sqlite:///" + (folder.path() / "absolute.db").string(), durability::normal);
  std::filesystem::current_path(before);
  relative->migrate({});
  absolute->migrate({});
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "a folder" / "my = file.db"));
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "absolute.db"));
}

TEST(database_url, a_name_that_means_memory_to_sqlite_is_a_file) {
  const temporary_folder folder;
  open_database("sqlite:///" + (folder.path() / ":memory:").string(), durability::full)->migrate({});
  EXPECT_TRUE(std::filesystem::exists(folder.path() / ":memory:"));
}

TEST(database_url, a_path_that_cannot_be_made_is_a_failure_of_the_storage) {
  const auto db = open_database("sqlite:////dev/null/parley.db", durability::full);
  EXPECT_THROW(db->migrate({}), storage_error);
  EXPECT_THROW(db->open_writer(), storage_error);
}

} // namespace
} // namespace parley::storage::testing
