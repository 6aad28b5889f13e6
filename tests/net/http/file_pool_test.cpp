#include "net/http/file_pool.hpp"
#include "tests/net/http/socket_pair.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <array>
#include <sys/stat.h>
#include <thread>

namespace parley::net {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;

class a_file_pool : public testing::Test {
protected:
  template <class T>
  T wait(asio::awaitable<T> work) {
    return pair_.serve(std::move(work));
  }

  test::temporary_folder folder_;
  socket_pair pair_;
  file_pool files_;
};

TEST_F(a_file_pool, writes_where_it_is_told_and_reads_it_again) {
  const auto file = wait(files_.create(folder_ / "a"));
  ASSERT_TRUE(file);
  EXPECT_TRUE(wait(files_.write(*file, 0, "hello")));
  EXPECT_TRUE(wait(files_.write(*file, 5, " world")));
  EXPECT_TRUE(wait(files_.sync(*file)));
  EXPECT_EQ(folder_.read("a"), "hello world");
  const auto again = wait(files_.open_to_read(folder_ / "a"));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->size, 11U);
  std::array<char, 100> bytes{};
  EXPECT_EQ(wait(files_.read(again->file, 6, bytes)), 5U);
  EXPECT_EQ(std::string_view(bytes.data(), 5), "world");
  EXPECT_EQ(wait(files_.read(again->file, 11, bytes)), 0U);
}

TEST_F(a_file_pool, makes_files_for_the_owner_alone_and_only_new_ones) {
  ASSERT_TRUE(wait(files_.create(folder_ / "a")));
  EXPECT_EQ(fs::status(folder_ / "a").permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_FALSE(wait(files_.create(folder_ / "a")));
}

TEST_F(a_file_pool, goes_on_with_a_file_that_is_there) {
  folder_.write("a", "12345");
  const auto file = wait(files_.open_to_write(folder_ / "a"));
  ASSERT_TRUE(file);
  EXPECT_EQ(file->size, 5U);
  EXPECT_EQ(wait(files_.open_to_write(folder_ / "b"))->size, 0U);
}

TEST_F(a_file_pool, measures_what_is_not_there_as_nothing) {
  folder_.write("a", "12345");
  EXPECT_EQ(wait(files_.size(folder_ / "a")), 5U);
  EXPECT_EQ(wait(files_.size(folder_ / "b")), 0U);
}

TEST_F(a_file_pool, renames_and_removes) {
  folder_.write("a", "x");
  EXPECT_TRUE(wait(files_.rename(folder_ / "a", folder_ / "b")));
  EXPECT_FALSE(fs::exists(folder_ / "a"));
  EXPECT_TRUE(wait(files_.remove(folder_ / "b")));
  EXPECT_FALSE(fs::exists(folder_ / "b"));
  EXPECT_TRUE(wait(files_.remove(folder_ / "b"))) << "gone is gone";
  EXPECT_FALSE(wait(files_.rename(folder_ / "a", folder_ / "b")));
}

TEST_F(a_file_pool, opens_neither_links_nor_folders_nor_pipes) {
  folder_.write("a", "x");
  fs::create_symlink(folder_ / "a", folder_ / "link");
  fs::create_directory(folder_ / "folder");
  ASSERT_EQ(::mkfifo((folder_ / "pipe").c_str(), 0600), 0);
  for (const auto* name : {"link", "folder", "pipe", "nothing"})
    EXPECT_FALSE(wait(files_.open_to_read(folder_ / name))) << name;
}

TEST_F(a_file_pool, works_on_another_thread_and_comes_back_to_its_own) {
  const auto here = [this]() -> asio::awaitable<bool> {
    const auto mine = std::this_thread::get_id();
    auto ask = [] { return std::this_thread::get_id(); };
    const auto other = co_await files_.run(std::move(ask));
    co_return other != mine&& std::this_thread::get_id() == mine;
  };
  EXPECT_TRUE(wait(here()));
}

TEST_F(a_file_pool, ends_what_was_begun_before_it_ends) {
  folder_.write("a", "x");
  files_.remove_later(folder_ / "a");
  files_.join();
  EXPECT_FALSE(fs::exists(folder_ / "a"));
}

} // namespace
} // namespace parley::net
