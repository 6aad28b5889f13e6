#include "config/database_url.hpp"

#include <gtest/gtest.h>

namespace parley::config {
namespace {

std::string resolved(const char* data_dir, const char* url) {
  settings s;
  s.data_dir = data_dir;
  s.storage.url = url;
  return resolve_database_url(s);
}

TEST(resolve_database_url, puts_a_relative_file_under_the_data_folder) {
  EXPECT_EQ(resolve_database_url({}), "sqlite:///./data/parley.db");
  EXPECT_EQ(resolved("/srv/parley", "sqlite:///parley.db"), "sqlite:////srv/parley/parley.db");
  EXPECT_EQ(resolved("/srv/parley/", "sqlite:///sub/x.db"), "sqlite:////srv/parley/sub/x.db");
}

TEST(resolve_database_url, leaves_absolute_files_and_servers_alone) {
  EXPECT_EQ(resolved("/srv/parley", "sqlite:////var/lib/x.db"), "sqlite:////var/lib/x.db");
  EXPECT_EQ(resolved("/srv/parley", "postgresql://u:p@h/d"), "postgresql://u:p@h/d");
}

TEST(is_database_url, takes_two_kinds_of_url) {
  for (auto url :
       {"sqlite:///parley.db", "sqlite:////abs/x.db", "postgresql://localhost/parley", "postgresql:///parley"})
    EXPECT_TRUE(is_database_url(url)) << url;
  for (auto url : {"", "parley.db", "sqlite://parley.db", "sqlite:///", "sqlite:///folder/",
                   "sqlite:///:memory:", "sqlite:///x.db?mode=ro", "sqlite:///x.db#y", "postgres://h/d",
                   "postgresql://", "mysql://h/d", "SQLITE:///x.db"})
    EXPECT_FALSE(is_database_url(url)) << url;
}

TEST(mask_password, hides_the_password_wherever_it_stands) {
  EXPECT_EQ(mask_password("postgresql://u:hunter2@h:5432/d"), "postgresql://u:********@h:5432/d");
  EXPECT_EQ(mask_password("postgresql://u:hun@ter2@h/d"), "postgresql://u:********@h/d");
  EXPECT_EQ(mask_password("postgresql://u:hun/ter2@h/d"), "postgresql://u:********@h/d");
  EXPECT_EQ(mask_password("postgresql://h/d?user=u&password=hunter2"), "postgresql://h/d?********");
  EXPECT_EQ(mask_password("postgresql://h/d?pass%77ord=hunter2"), "postgresql://h/d?********");
}

TEST(mask_password, shows_a_url_without_one_in_full) {
  for (auto url : {"sqlite:///parley.db", "postgresql://u@h:5432/d", "postgresql://h:5432/d?sslmode=require"})
    EXPECT_EQ(mask_password(url), url);
}

} // namespace
} // namespace parley::config
