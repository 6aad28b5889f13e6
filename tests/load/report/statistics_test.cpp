#include "load/report/statistics.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace parley::load {
namespace {

/// Rounds of two servers, B being `ratio` times A, on a machine whose runs differ by `noise` of themselves.
struct pair_of_servers {
  pair_of_servers(std::mt19937_64& chance, double ratio, double noise, int rounds) {
    std::normal_distribution<double> each(0, noise);
    for (int i = 0; i < rounds; ++i) {
      a.push_back(10 * std::exp(each(chance)));
      b.push_back(10 * ratio * std::exp(each(chance)));
    }
  }

  std::vector<double> a;
  std::vector<double> b;
};

/// Share of comparisons that told a difference.
double told(double ratio, double noise, int rounds) {
  std::mt19937_64 chance(7);
  constexpr int comparisons = 200;
  int found = 0;
  for (int i = 0; i < comparisons; ++i) {
    const pair_of_servers of(chance, ratio, noise, rounds);
    found += estimate_ratio(of.a, of.b)->distinguishable() ? 1 : 0;
  }
  return static_cast<double>(found) / comparisons;
}

TEST(statistics, identical_servers_are_seldom_called_different) {
  for (const double noise : {0.02, 0.5})
    for (const int rounds : {3, 7})
      EXPECT_LT(told(1, noise, rounds), 0.03) << noise << " " << rounds;
}

TEST(statistics, a_change_of_a_fifth_is_found_nine_times_in_ten) {
  EXPECT_GT(told(1.2, 0.05, 7), 0.9);
  EXPECT_GT(told(0.8, 0.05, 7), 0.9);
  EXPECT_GT(told(1.2, 0.1, 15), 0.9);
}

TEST(statistics, the_rounds_that_are_needed_are_enough_and_not_far_too_many) {
  const double noise = 0.02;
  const std::size_t rounds = rounds_needed(noise * std::sqrt(2), 0.03);
  EXPECT_GT(told(1.03, noise, static_cast<int>(rounds)), 0.85);
  EXPECT_LT(told(1.03, noise, static_cast<int>(rounds / 2)), 0.85);
  EXPECT_EQ(rounds_needed(0, 0.03), 3U);
  EXPECT_EQ(rounds_needed(1000, 0.03), 10'000U);
}

TEST(statistics, an_estimate_holds_the_ratio_between_its_bounds) {
  const auto of = estimate_ratio({10, 11, 9, 10}, {20, 22, 18, 20});
  ASSERT_TRUE(of);
  EXPECT_NEAR(of->ratio, 2, 1e-9);
  EXPECT_NEAR(of->low, 2, 1e-6) << "each round says the same";
  EXPECT_TRUE(of->distinguishable());
  EXPECT_EQ(of->rounds, 4U);
}

TEST(statistics, little_or_impossible_values_tell_nothing) {
  EXPECT_FALSE(estimate_ratio({1, 2}, {1, 2}));
  EXPECT_FALSE(estimate_ratio({1, 2, 3}, {1, 2, 0}));
  EXPECT_FALSE(estimate_ratio({1, 2, 3}, {1, 2, 3, 4}));
  EXPECT_FALSE(predict({1, 2}));
  EXPECT_FALSE(predict({1, -2, 3}));
}

TEST(statistics, a_further_run_falls_where_it_was_predicted) {
  std::mt19937_64 chance(3);
  std::normal_distribution<double> each(0, 0.1);
  int outside = 0;
  for (int i = 0; i < 2000; ++i) {
    std::vector<double> runs;
    for (int k = 0; k < 5; ++k)
      runs.push_back(std::exp(each(chance)));
    const auto expected = predict(runs);
    const double further = std::exp(each(chance));
    outside += further < expected->low || further > expected->high ? 1 : 0;
  }
  EXPECT_LT(outside, 40);
  EXPECT_GT(outside, 4) << "nor is it wider than it must be";
}

} // namespace
} // namespace parley::load
