// What is asked of all nodes ends, whoever does not answer.
#include "cluster/rounds.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace parley::cluster::test {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class rounds_suite : public ::testing::Test {
protected:
  std::uint64_t begin(std::set<std::int64_t> asked) {
    return rounds_.begin(std::move(asked), start_ + 1s, 0, [this](std::int64_t sum, const auto& silent) {
      sums_.push_back(sum);
      silent_ = silent;
    });
  }
  void hear(std::uint64_t number, std::int64_t node, std::int64_t answer = 0) {
    rounds_.hear(number, node, [answer](std::int64_t& sum) {
      sum += answer;
      return answer >= 0;
    });
  }

  rounds<std::int64_t> rounds_;
  moment start_{};
  std::vector<std::int64_t> sums_;
  std::set<std::int64_t> silent_;
};

TEST_F(rounds_suite, end_with_the_sum_when_all_have_answered) {
  const auto number = begin({rounds_.here, 1, 2});
  hear(number, 1, 5);
  hear(number, 1, 5); // once is enough
  hear(number, 3, 9); // it was not asked
  hear(number, rounds_.here, 1);
  EXPECT_THAT(sums_, IsEmpty());
  hear(number, 2);
  EXPECT_THAT(sums_, ElementsAre(6));
  hear(number, 2, 7);
  EXPECT_THAT(sums_, ElementsAre(6));
}

TEST_F(rounds_suite, tell_who_had_no_answer) {
  const auto number = begin({1, 2, 3});
  hear(number, 1, 4);
  hear(number, 2, -1); // which is none
  rounds_.expire(start_ + 1s);
  EXPECT_THAT(silent_, ElementsAre(2, 3));
}

TEST_F(rounds_suite, do_not_wait_for_a_node_that_is_gone) {
  const auto one = begin({1, 2});
  begin({2});
  hear(one, 1, 3);
  rounds_.lose(2);
  EXPECT_THAT(sums_, ::testing::UnorderedElementsAre(3, 0));
  EXPECT_THAT(silent_, ElementsAre(2));
}

TEST_F(rounds_suite, wait_for_other_nodes_so_long_and_for_this_one_to_its_end) {
  const auto number = begin({rounds_.here, 1});
  begin({1});
  rounds_.expire(start_ + 999ms);
  EXPECT_THAT(sums_, IsEmpty());
  rounds_.expire(start_ + 1s);
  EXPECT_THAT(sums_, ElementsAre(0));
  hear(number, rounds_.here, 2);
  EXPECT_THAT(sums_, ElementsAre(0, 2));
}

TEST_F(rounds_suite, may_begin_another_when_they_end) {
  rounds_.begin({1}, start_, 0, [this](std::int64_t, const auto&) { begin({1}); });
  rounds_.lose(1);
  EXPECT_THAT(sums_, IsEmpty());
  rounds_.lose(1);
  EXPECT_THAT(sums_, ElementsAre(0));
}

} // namespace
} // namespace parley::cluster::test
