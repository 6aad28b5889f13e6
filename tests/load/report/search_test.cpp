#include "load/report/search.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <random>

namespace parley::load {
namespace {

rate_search searched(rate_search search, const std::function<bool(double)>& holds) {
  for (int probes = 0; probes < 100; ++probes) {
    const auto rate = search.next();
    if (!rate)
      return search;
    search.note(holds(*rate));
  }
  ADD_FAILURE() << "no end";
  return search;
}

TEST(rate_search, finds_the_edge_within_five_percent_in_few_runs) {
  for (const double edge : {120.0, 1234.5, 99'000.0}) {
    const auto done = searched({100, 1e6}, [edge](double rate) { return rate <= edge; });
    ASSERT_TRUE(done.highest_held() && done.lowest_failed());
    EXPECT_LE(*done.highest_held(), edge);
    EXPECT_GT(*done.lowest_failed(), edge);
    EXPECT_LE(*done.lowest_failed() / *done.highest_held(), rate_search::precision);
    EXPECT_LE(done.probes().size(), 24U);
  }
}

TEST(rate_search, goes_down_where_even_the_first_rate_does_not_hold) {
  const auto done = searched({100, 1e6}, [](double rate) { return rate <= 3; });
  ASSERT_TRUE(done.highest_held());
  EXPECT_NEAR(*done.highest_held(), 3, 0.2);
}

TEST(rate_search, ends_at_its_bounds) {
  const auto all = searched({100, 1000}, [](double) { return true; });
  EXPECT_EQ(all.highest_held(), 1000);
  EXPECT_FALSE(all.lowest_failed());
  const auto none = searched({100, 1000}, [](double) { return false; });
  EXPECT_FALSE(none.highest_held());
  EXPECT_TRUE(none.lowest_failed());
}

TEST(rate_search, one_unlucky_run_does_not_decide) {
  int runs = 0;
  const auto done = searched({100, 1e5}, [&runs](double rate) { return rate <= 5000 && ++runs != 3; });
  ASSERT_TRUE(done.highest_held());
  EXPECT_GT(*done.highest_held(), 4500);
}

TEST(rate_search, is_near_the_edge_where_runs_near_it_fall_to_either_side) {
  std::mt19937_64 chance(5);
  std::normal_distribution<double> blur(1, 0.02);
  for (int i = 0; i < 50; ++i) {
    const auto done = searched({100, 1e6}, [&](double rate) { return rate * blur(chance) <= 4000; });
    EXPECT_NEAR(*done.highest_held(), 4000, 400);
  }
}

} // namespace
} // namespace parley::load
