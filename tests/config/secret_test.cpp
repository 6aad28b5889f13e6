#include "config/secret.hpp"
#include "tests/config/read_whole.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

namespace parley::config {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

const std::string generated(43, 'g');
const std::string kept(43, 'k');

class obtain_secret_of : public testing::Test {
protected:
  obtain_secret_of() { settings_.data_dir = folder_.path() / "data"; }

  tl::expected<std::string, std::string> obtain() {
    return obtain_secret(settings_, [this] {
      ++generations_;
      return generated;
    });
  }

  fs::path file() const { return settings_.data_dir / "secret"; }

  /// A secret that was kept by an earlier start.
  void keep(std::string_view content, mode_t mode = 0600) {
    fs::create_directories(settings_.data_dir);
    std::ofstream(file(), std::ios::binary) << content;
    ASSERT_EQ(chmod(file().c_str(), mode), 0);
  }

  static mode_t mode_of(const fs::path& path) {
    struct stat about {};
    EXPECT_EQ(stat(path.c_str(), &about), 0) << path;
    return about.st_mode & 07777;
  }

  test::temporary_folder folder_;
  settings settings_;
  int generations_ = 0;
};

TEST_F(obtain_secret_of, the_settings_touches_no_disk) {
  settings_.auth.secret = "given";
  EXPECT_EQ(obtain(), "given");
  EXPECT_FALSE(fs::exists(settings_.data_dir));
  EXPECT_EQ(generations_, 0);
}

TEST_F(obtain_secret_of, a_first_start_is_made_and_kept_for_the_next) {
  EXPECT_EQ(obtain(), generated);
  EXPECT_EQ(read_whole(file()), generated);
  EXPECT_EQ(obtain(), generated);
  EXPECT_EQ(generations_, 1);
}

TEST_F(obtain_secret_of, a_first_start_is_for_the_owner_alone_whatever_the_umask) {
  auto before = umask(0);
  auto secret = obtain();
  umask(before);
  ASSERT_TRUE(secret) << secret.error();
  EXPECT_EQ(mode_of(file()), 0600u);
  EXPECT_EQ(mode_of(settings_.data_dir), 0700u);
}

TEST_F(obtain_secret_of, a_first_start_leaves_no_other_file_behind) {
  ASSERT_TRUE(obtain());
  EXPECT_EQ(std::distance(fs::directory_iterator(settings_.data_dir), {}), 1);
}

TEST_F(obtain_secret_of, a_first_start_makes_the_parents_of_the_data_folder) {
  settings_.data_dir = folder_.path() / "a" / "b" / "c";
  EXPECT_EQ(obtain(), generated);
}

TEST_F(obtain_secret_of, a_first_start_leaves_a_folder_that_is_there_as_it_is) {
  fs::create_directories(settings_.data_dir);
  ASSERT_EQ(chmod(settings_.data_dir.c_str(), 0755), 0);
  EXPECT_EQ(obtain(), generated);
  EXPECT_EQ(mode_of(settings_.data_dir), 0755u);
}

TEST_F(obtain_secret_of, two_processes_that_start_at_once_is_that_of_the_faster_one) {
  auto secret = obtain_secret(settings_, [this] {
    keep(kept); // the other one is done while we make ours
    return generated;
  });
  EXPECT_EQ(secret, kept);
  EXPECT_EQ(read_whole(file()), kept);
  EXPECT_EQ(std::distance(fs::directory_iterator(settings_.data_dir), {}), 1);
}

TEST_F(obtain_secret_of, a_later_start_is_the_kept_one) {
  keep(kept);
  EXPECT_EQ(obtain(), kept);
  EXPECT_EQ(generations_, 0);
}

TEST_F(obtain_secret_of, a_file_that_was_edited_by_hand_is_without_its_line_end) {
  keep(kept + "\n");
  EXPECT_EQ(obtain(), kept);
}

TEST_F(obtain_secret_of, a_file_that_others_may_touch_is_refused) {
  for (mode_t mode : {0640u, 0604u, 0620u, 0644u, 0601u}) {
    keep(kept, mode);
    auto secret = obtain();
    ASSERT_FALSE(secret) << std::oct << mode;
    EXPECT_THAT(secret.error(), AllOf(HasSubstr("auth.secret"), HasSubstr("0600")));
  }
}

TEST_F(obtain_secret_of, a_file_that_is_too_short_is_refused_not_replaced) {
  for (const auto& content : {std::string(), std::string(31, 'k'), std::string(31, 'k') + "\n\n"}) {
    keep(content);
    auto secret = obtain();
    ASSERT_FALSE(secret) << content.size();
    EXPECT_THAT(secret.error(), HasSubstr("too short"));
    EXPECT_EQ(read_whole(file()), content);
  }
  keep(std::string(32, 'k'));
  EXPECT_TRUE(obtain());
}

TEST_F(obtain_secret_of, a_file_that_is_too_long_is_refused) {
  keep(std::string(4096, 'k'));
  EXPECT_TRUE(obtain());
  keep(std::string(4097, 'k'));
  EXPECT_FALSE(obtain());
}

TEST_F(obtain_secret_of, something_that_is_no_plain_file_is_refused) {
  fs::create_directories(file());
  EXPECT_FALSE(obtain());
  fs::remove(file());
  fs::create_symlink(folder_.write("elsewhere", kept), file());
  EXPECT_FALSE(obtain()) << "a link";
  fs::remove(file());
  ASSERT_EQ(mkfifo(file().c_str(), 0600), 0);
  EXPECT_FALSE(obtain()) << "a pipe";
}

TEST_F(obtain_secret_of, a_data_folder_that_cannot_be_is_an_error_in_one_line) {
  settings_.data_dir = folder_.write("file", "") / "data";
  auto secret = obtain();
  ASSERT_FALSE(secret);
  EXPECT_THAT(secret.error(), AllOf(HasSubstr("auth.secret"), testing::Not(HasSubstr("\n"))));
}

TEST_F(obtain_secret_of, a_draft_of_a_process_that_died_is_no_obstacle) {
  fs::create_directories(settings_.data_dir);
  std::ofstream(settings_.data_dir / ("secret." + std::to_string(getpid()))) << "half";
  EXPECT_EQ(obtain(), generated);
  EXPECT_EQ(std::distance(fs::directory_iterator(settings_.data_dir), {}), 1);
}

} // namespace
} // namespace parley::config
