// When the writer erases: after what removes something, in time, again and again where it cannot, and at the end.
#include "actors/erasure_duty.hpp"
#include "tests/support/memory_writer.hpp"
#include "tests/support/small_node.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::test {
namespace {

using namespace std::chrono_literals;
using storage::erasure;

class erasure_duty_suite : public ::testing::Test {
protected:
  erasure_duty_suite() {
    store_.owes_erasure = true;
    store_.erase = [this] {
      ++calls_;
      if (fails_)
        throw storage::storage_error("the disk is full");
      store_.owes_erasure = outcome_ != erasure::done;
      return outcome_;
    };
  }

  std::optional<erasure_duty::duration> work(erasure_duty::duration later = {}) {
    return duty_.work(*writer_, start_ + later);
  }

  memory_store store_;
  std::unique_ptr<storage::writer> writer_ = store_.open_writer();
  erasure_duty duty_{7s};
  erasure_duty::time_point start_{1h};
  erasure outcome_ = erasure::done;
  bool fails_ = false;
  int calls_ = 0;
};

TEST_F(erasure_duty_suite, is_due_once_after_its_pause) {
  EXPECT_EQ(duty_.due(*writer_, start_), 7s);
  EXPECT_EQ(duty_.due(*writer_, start_ + 1s), std::nullopt) << "what is removed meanwhile goes along";
  EXPECT_EQ(work(7s), std::nullopt);
  EXPECT_EQ(duty_.due(*writer_, start_ + 8s), std::nullopt) << "nothing is left";
  store_.owes_erasure = true;
  EXPECT_EQ(duty_.due(*writer_, start_ + 9s), 7s);
}

TEST_F(erasure_duty_suite, goes_on_until_it_is_done) {
  duty_.due(*writer_, start_);
  outcome_ = erasure::unfinished;
  EXPECT_EQ(work(), erasure_duty::unfinished_pause);
  outcome_ = erasure::hindered;
  EXPECT_EQ(work(), erasure_duty::hindered_pause);
  fails_ = true;
  EXPECT_EQ(work(), erasure_duty::failed_pause);
  EXPECT_EQ(duty_.due(*writer_, start_), std::nullopt) << "it is awaited already";
  fails_ = false;
  outcome_ = erasure::done;
  EXPECT_EQ(work(), std::nullopt);
}

TEST_F(erasure_duty_suite, keeps_its_promise_of_a_minute) {
  EXPECT_LT(erasure_duty::default_pause + 10 * erasure_duty::hindered_pause, erasure_duty::promised);
  EXPECT_LT(erasure_duty::default_pause + 4 * erasure_duty::failed_pause, erasure_duty::promised);
}

TEST_F(erasure_duty_suite, at_the_end_goes_on_while_there_is_more_and_not_against_a_reader) {
  outcome_ = erasure::hindered;
  duty_.finish(*writer_);
  EXPECT_EQ(calls_, 1);
  calls_ = 0;
  store_.erase = [this] { return ++calls_ < 3 ? erasure::unfinished : erasure::done; };
  duty_.finish(*writer_);
  EXPECT_EQ(calls_, 3);
  store_.owes_erasure = false;
  duty_.finish(*writer_);
  EXPECT_EQ(calls_, 3) << "nothing was owed";
}

TEST_F(erasure_duty_suite, at_the_end_bears_a_disk_that_fails) {
  fails_ = true;
  EXPECT_NO_THROW(duty_.finish(*writer_));
  EXPECT_EQ(calls_, 1);
}

TEST(a_writer, erases_some_seconds_after_a_commit_and_comes_again_until_it_is_done) {
  small_node node;
  int calls = 0;
  node.store.erase = [&] {
    node.store.owes_erasure = ++calls < 3;
    return node.store.owes_erasure ? erasure::hindered : erasure::done;
  };
  const auto change = [&](bool removes) {
    auto done = node.ask<finished>(node.writer, write_request{make_write_job([&node, removes](storage::writer&) {
                                     node.store.owes_erasure = removes;
                                     return true;
                                   })});
    node.settle();
    EXPECT_TRUE(done->value);
  };
  change(false);
  node.advance(20s);
  EXPECT_EQ(calls, 0);
  change(true);
  node.advance(9s);
  EXPECT_EQ(calls, 0);
  node.advance(1250ms);
  EXPECT_EQ(calls, 1);
  node.advance(20s);
  EXPECT_EQ(calls, 3);
}

} // namespace
} // namespace parley::test
