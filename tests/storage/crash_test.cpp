// What a process that dies without a word leaves behind.
#include "tests/storage/storage_suite.hpp"

#include <sys/wait.h>
#include <unistd.h>

namespace parley::storage::testing {
namespace {

class crash_suite : public ::testing::TestWithParam<backend> {
protected:
  void SetUp() override {
    trial_ = GetParam().make();
    database_ = open_database(trial_->url(), durability::full);
    database_->migrate(noon);
  }

  /// Runs `step` in a process that ends right after it, without a destructor or a handler.
  template <class Step>
  void in_a_doomed_process(Step&& step) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      try {
        step(*database_->open_writer().release());
      } catch (...) {
        ::_exit(1);
      }
      ::_exit(0);
    }
    int status = -1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  }

  static new_user named(const std::string& name) {
    return {.username = name,
            .email = name + "@example.org",
            .password_hash = "x",
            .role = user_role::user,
            .created_at = noon};
  }

  std::unique_ptr<trial_database> trial_;
  std::unique_ptr<database> database_;
};

TEST_P(crash_suite, what_was_committed_outlives_its_process) {
  in_a_doomed_process([](writer& w) {
    w.begin();
    (void)w.users().create(named("ann"));
    w.commit();
  });
  EXPECT_TRUE(database_->open_reader()->users().find_credentials("ann"));
}

TEST_P(crash_suite, what_was_not_committed_is_gone_and_blocks_nobody) {
  in_a_doomed_process([](writer& w) {
    w.begin();
    (void)w.users().create(named("ann"));
    w.commit();
    w.begin();
    (void)w.users().create(named("bob"));
  });
  const auto next = database_->open_writer();
  next->begin();
  EXPECT_TRUE(next->users().find_credentials("ann"));
  EXPECT_FALSE(next->users().find_credentials("bob"));
  EXPECT_TRUE(next->users().create(named("bob")));
  next->commit();
}

INSTANTIATE_TEST_SUITE_P(backends, crash_suite, ::testing::ValuesIn(all_backends()), backend_name);

} // namespace
} // namespace parley::storage::testing
