#include "load/measure/clock.hpp"
#include "load/scenario/fanout.hpp"
#include "load/scenario/stage_meter.hpp"

#include <CLI/CLI.hpp>
#include <gtest/gtest.h>

namespace parley::load {
namespace {

const plan two_seconds{.start = ns_per_s, .measure_from = 2 * ns_per_s, .measure_to = 4 * ns_per_s};

TEST(stage_meter, counts_what_left_by_when_it_left_and_latency_by_when_it_was_due) {
  tally counts;
  stage_meter of(counts, rate_plan(0, {{10, 1}, {10, 1}}));
  of.begin(two_seconds);
  of.sent(2 * ns_per_s);
  of.sent(3 * ns_per_s);
  of.sent(3 * ns_per_s + 1); // due in the first second, but late
  of.sent(4 * ns_per_s);     // too late for any stage
  of.sent(ns_per_s);         // of the warm-up
  of.heard(2 * ns_per_s + 5, 7 * ns_per_ms);
  of.heard(3 * ns_per_s, 9 * ns_per_ms);
  EXPECT_EQ(counts.count_of("stage.1.sent"), 1U);
  EXPECT_EQ(counts.count_of("stage.2.sent"), 2U);
  EXPECT_EQ(counts.times_of("stage.1.latency").max(), 7 * ns_per_ms);
  EXPECT_EQ(counts.times_of("stage.2.latency").max(), 9 * ns_per_ms);
}

TEST(stage_meter, counts_nothing_without_stages) {
  tally counts;
  stage_meter of(counts, rate_plan(10));
  of.begin(two_seconds);
  of.sent(2 * ns_per_s);
  of.heard(2 * ns_per_s, 1);
  EXPECT_TRUE(counts.counts().empty());
  EXPECT_TRUE(counts.histograms().empty());
}

figures rate_figures(const std::string& flags, const tally& total, double measured_s) {
  fanout_scenario of;
  CLI::App app;
  of.add_flags(app);
  app.parse("--rooms 1 --members 1 " + flags);
  figures out;
  run_facts facts;
  facts.measured_s = measured_s;
  add_rate_figures(of, total, facts, out);
  return out;
}

double number(const figures& of, std::string_view name) {
  const figure* found = of.find(name);
  return found != nullptr ? as_number(*found).value_or(-1) : -2;
}

TEST(rate_figures, set_the_intended_rate_beside_the_achieved_one_stage_by_stage) {
  tally total;
  total.count("stage.1.sent") = 90;
  total.count("stage.2.sent") = 100;
  total.times("stage.2.latency").record(8 * ns_per_ms);
  const figures of = rate_figures("--rate 50 --stages 150:1,200:0,200:2", total, 2);
  EXPECT_EQ(number(of, "intended_per_s"), (100.0 + 200) / 2) << "of the two seconds that were measured";
  EXPECT_EQ(number(of, "intended_per_s{stage=1}"), 100);
  EXPECT_EQ(number(of, "sent_per_s{stage=1}"), 90);
  EXPECT_EQ(number(of, "target_per_s{stage=2}"), 200);
  EXPECT_EQ(number(of, "sent_per_s{stage=2}"), -1) << "a jump has no time";
  EXPECT_EQ(number(of, "stage_s{stage=3}"), 2);
  EXPECT_EQ(number(of, "sent_per_s{stage=3}"), 0);
  EXPECT_EQ(number(of, "delivered{stage=2}"), 1);
  EXPECT_NEAR(number(of, "p95_ms{stage=2}"), 8, 0.01);
  EXPECT_EQ(number(of, "p95_ms{stage=1}"), -1);
}

TEST(rate_figures, of_one_rate_have_no_stages_and_a_closed_loop_has_none) {
  EXPECT_EQ(number(rate_figures("--rate 50", {}, 2), "intended_per_s"), 50);
  EXPECT_EQ(rate_figures("--rate 50", {}, 2).all().size(), 1U);
  EXPECT_TRUE(rate_figures("", {}, 2).all().empty());
}

} // namespace
} // namespace parley::load
