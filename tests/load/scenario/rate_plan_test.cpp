#include "load/measure/clock.hpp"
#include "load/scenario/rate_plan.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace parley::load {
namespace {

constexpr std::int64_t never_due = std::numeric_limits<std::int64_t>::max();

/// A run without a warm-up that begins at 0 and lasts as long as the plan.
rate_span whole(const rate_plan& of) {
  return {.start = 0, .stages_from = 0, .until = static_cast<std::int64_t>(of.seconds() * ns_per_s)};
}

/// When everything that a plan begins is due, one after the other.
std::vector<std::int64_t> all_due(const rate_plan& of, const rate_span& over) {
  std::vector<std::int64_t> out;
  for (std::int64_t due = of.due(0, over); due != never_due; due = of.due(out.size(), over))
    out.push_back(due);
  return out;
}

rc::Gen<std::vector<stage>> some_stages() {
  return rc::gen::suchThat(rc::gen::container<std::vector<stage>>(rc::gen::construct<stage>(
                             rc::gen::map(rc::gen::inRange(0, 400), [](int x) { return x * 0.5; }),
                             rc::gen::map(rc::gen::inRange(0, 50), [](int x) { return x * 0.1; }))),
                           [](const std::vector<stage>& of) { return !of.empty() && of.size() < 12; });
}

TEST(rate_plan, of_one_rate_never_ends) {
  const rate_plan of(100);
  EXPECT_TRUE(of.there());
  EXPECT_FALSE(of.staged());
  EXPECT_EQ(of.due(0, {.start = 7}), 7);
  EXPECT_EQ(of.due(1'000'000, {.start = 7}), 7 + 10'000 * ns_per_s);
  EXPECT_EQ(of.begun_by(5 * ns_per_s, {.start = 0, .until = 3 * ns_per_s}), 300) << "nothing is begun after the end";
  EXPECT_EQ(of.begun_by(-5, {.start = 0, .until = 3 * ns_per_s}), 0);
}

TEST(rate_plan, without_a_rate_is_never_due) {
  EXPECT_FALSE(rate_plan().there());
  EXPECT_EQ(rate_plan().due(0, {}), never_due);
}

TEST(rate_plan, ramps_by_a_straight_line) {
  const rate_plan of(0, {{.target = 100, .seconds = 10}}); // 5 t² things by t
  for (const std::uint64_t thing : {0U, 5U, 20U, 125U, 320U, 499U})
    EXPECT_NEAR(static_cast<double>(of.due(thing, {})) / ns_per_s, std::sqrt(static_cast<double>(thing) / 5), 1e-8);
  EXPECT_EQ(of.due(500, {}), never_due);
  EXPECT_DOUBLE_EQ(of.begun_by(4 * ns_per_s, whole(of)), 80);
}

TEST(rate_plan, ramps_down_to_nothing_and_up_again) {
  const rate_plan of(0, {{100, 0}, {0, 10}, {0, 5}, {100, 0}, {100, 1}});
  const auto due = all_due(of, {});
  EXPECT_EQ(due.size(), 600U);
  EXPECT_EQ(due[0], 0);
  EXPECT_LT(due[499], 10 * ns_per_s);
  EXPECT_EQ(due[500], 15 * ns_per_s) << "nothing falls into the five seconds without a rate";
  EXPECT_EQ(due[501], 15 * ns_per_s + 10 * ns_per_ms);
  EXPECT_EQ(of.things_of(0), 0) << "a jump takes no time";
  EXPECT_EQ(of.things_of(1), 500);
  EXPECT_EQ(of.target_of(1), 0);
  EXPECT_EQ(of.target_of(0), 100);
}

TEST(rate_plan, warms_up_at_its_first_rate_before_the_first_stage) {
  const rate_plan of(10, {{10, 1}, {30, 1}});
  const rate_span over{.start = 5 * ns_per_s, .stages_from = 7 * ns_per_s, .until = 9 * ns_per_s};
  const auto due = all_due(of, over);
  EXPECT_EQ(due.size(), 20U + 10U + 20U);
  EXPECT_EQ(due[0], 5 * ns_per_s);
  EXPECT_EQ(due[19], 6'900 * ns_per_ms);
  EXPECT_EQ(due[20], 7 * ns_per_s);
  EXPECT_EQ(due[30], 8 * ns_per_s);
  EXPECT_EQ(of.begun_by(7 * ns_per_s, over), 20);
  EXPECT_EQ(of.begun_by(60 * ns_per_s, over), 50);
}

TEST(rate_plan, knows_in_which_stage_a_moment_lies) {
  const rate_plan of(0, {{10, 1}, {20, 0}, {20, 2}});
  EXPECT_EQ(of.stage_at(-1), 3U);
  EXPECT_EQ(of.stage_at(0), 0U);
  EXPECT_EQ(of.stage_at(ns_per_s - 1), 0U);
  EXPECT_EQ(of.stage_at(ns_per_s), 2U) << "a jump has no time";
  EXPECT_EQ(of.stage_at(3 * ns_per_s - 1), 2U);
  EXPECT_EQ(of.stage_at(3 * ns_per_s), 3U);
  EXPECT_EQ(of.begins_at_s(2), 1);
}

RC_GTEST_PROP(rate_plan, begins_as_many_as_its_rate_adds_up_to, ()) {
  const auto stages = *some_stages();
  const rate_plan of(*rc::gen::inRange(0, 100), stages);
  const std::int64_t warm_up = *rc::gen::inRange(0, 3) * ns_per_s;
  const rate_span over{
    .start = 0, .stages_from = warm_up, .until = warm_up + static_cast<std::int64_t>(of.seconds() * ns_per_s)};
  const auto due = all_due(of, over);
  const double integral = of.begun_by(over.until, over);
  // Where the sum is a whole number, its last digits decide whether one more falls on the very end, which is not sent.
  const bool whole_number = std::abs(integral - std::round(integral)) < 1e-6;
  RC_ASSERT(std::abs(static_cast<double>(due.size()) - std::ceil(integral)) <= (whole_number ? 1 : 0));
  RC_ASSERT(std::ranges::count_if(due, [&](std::int64_t each) { return each < over.until; }) <=
            std::ceil(integral + 1e-6));
  RC_ASSERT(std::is_sorted(due.begin(), due.end()));
  // The same at any moment in between, by the trapezes of the stages themselves.
  const std::int64_t t = *rc::gen::inRange<std::int64_t>(0, over.until + 1);
  const auto begun = static_cast<double>(std::lower_bound(due.begin(), due.end(), t) - due.begin());
  RC_ASSERT(std::abs(begun - of.begun_by(t, over)) <= 1 + 1e-6);
}

RC_GTEST_PROP(rate_plan, adds_up_to_the_trapezes_of_its_stages, ()) {
  const auto stages = *some_stages();
  const double first = *rc::gen::inRange(0, 100);
  const rate_plan of(first, stages);
  double rate = first;
  double all = 0;
  for (std::size_t i = 0; i < stages.size(); ++i) {
    const double things = (rate + stages[i].target) / 2 * stages[i].seconds;
    RC_ASSERT(std::abs(of.things_of(i) - things) < 1e-6);
    RC_ASSERT(std::abs(of.target_of(i) - stages[i].target) < 1e-9);
    rate = stages[i].target;
    all += things;
  }
  RC_ASSERT(std::abs(of.begun_by(never_due / 2, whole(of)) - all) < 1e-4);
}

TEST(stages, are_read_from_one_text_or_several) {
  const std::vector<stage> wanted{{100, 10}, {100, 30.5}, {0, 0}};
  EXPECT_EQ(parse_stages({"100:10,100:30.5,0:0"}).value(), wanted);
  EXPECT_EQ(parse_stages({"100:10", "100:30.5,0:0"}).value(), wanted);
}

TEST(stages, that_make_no_sense_are_refused_with_what_would) {
  for (const char* text : {"", "100", "100:", ":10", "100:10,", "100:10;200:10", "-1:10", "100:-1", "1e8:10", "nan:1",
                           "100:inf", "100:10s", "100:86401"}) {
    const auto read = parse_stages({text});
    ASSERT_FALSE(read) << text;
    EXPECT_NE(read.error().find("TARGET:SECONDS"), std::string::npos) << read.error();
  }
  EXPECT_NE(parse_stages({"100:0"}).error().find("0.1 s"), std::string::npos);
  EXPECT_NE(parse_stages({"100:50000,100:50000"}).error().find("a day"), std::string::npos);
  EXPECT_NE(parse_stages({"0:10,0:5"}).error().find("begin nothing"), std::string::npos);
  EXPECT_NE(parse_stages(std::vector<std::string>(101, "1:1")).error().find("at most 100"), std::string::npos);
}

} // namespace
} // namespace parley::load
