#include "load/measure/clock.hpp"
#include "load/run/conclude.hpp"
#include "load/scenario/worst_room.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace parley::load {
namespace {

/// Every name that a crowd and its scenarios count, with something in it.
tally busy_tally() {
  tally of;
  for (const char* name : {"connections", "left_open", "handshakes", "measured_handshakes", "sent", "acknowledged",
                           "expected", "delivered", "doubled", "out_of_order", "strays", "damaged", "id_conflicts",
                           "given_up", "measured_sent", "measured_delivered", "errors", "closes", "client_cpu_ns"})
    of.count(name) = 10;
  for (const char* name : {"latency", "ack", "send_lag", "handshake"})
    of.times(name).record(2 * ns_per_ms);
  of.maximum("opening_ns") = ns_per_s;
  of.maximum("client_busy_ppm") = 500'000;
  of.first("error", "muted");
  of.first("close", "the server hung up");
  return of;
}

run_facts known_facts() {
  run_facts of;
  of.measured_s = 2;
  of.opening_cpu_ns = of.measured_cpu_ns = ns_per_s;
  of.rss_before = 1000;
  of.rss_opened = 2000;
  of.rss_after = 3000;
  return of;
}

std::vector<std::string> names(const concluded& of) {
  std::vector<std::string> out;
  for (const auto& [name, value] : of.out.values.all())
    out.push_back(name);
  return out;
}

double number(const concluded& of, std::string_view name) {
  const figure* found = of.out.values.find(name);
  return found != nullptr ? as_number(*found).value_or(-1) : -2;
}

TEST(conclude, every_scenario_has_the_same_figures_whatever_was_counted) {
  for (const auto& each : all_scenarios()) {
    const auto none = names(conclude_run(*each, {}, {}));
    EXPECT_EQ(none, names(conclude_run(*each, busy_tally(), known_facts()))) << each->name();
    EXPECT_EQ(std::set<std::string>(none.begin(), none.end()).size(), none.size()) << each->name();
  }
}

TEST(conclude, scenarios_have_names_and_summaries_of_their_own) {
  std::set<std::string_view> seen;
  const auto all = all_scenarios();
  for (const auto& each : all) {
    EXPECT_TRUE(seen.insert(each->name()).second) << each->name();
    EXPECT_FALSE(each->summary().empty());
  }
}

std::unique_ptr<scenario> named(std::string_view name) {
  for (auto& each : all_scenarios())
    if (each->name() == name)
      return std::move(each);
  return nullptr;
}

TEST(conclude, fanout_turns_counts_into_rates_and_costs) {
  tally of = busy_tally();
  of.count("errors") = of.count("closes") = of.count("doubled") = of.count("out_of_order") = of.count("strays") = 0;
  of.count("damaged") = of.count("id_conflicts") = 0;
  const auto made = conclude_run(*named("fanout"), of, known_facts());
  EXPECT_TRUE(made.out.faults.empty()) << made.out.faults.front();
  EXPECT_EQ(number(made, "delivered_per_s"), 5);
  EXPECT_EQ(number(made, "server_cpu_us_per_delivery"), 100'000);
  EXPECT_EQ(number(made, "server_cpu_percent"), 50);
  EXPECT_EQ(number(made, "bytes_per_connection"), 1000) << "one connection by default";
  EXPECT_EQ(number(made, "lost"), 0);
  EXPECT_EQ(number(made, "client_busy_percent"), 50);
  EXPECT_FALSE(made.saturated);
}

TEST(conclude, what_went_wrong_is_told_with_numbers) {
  tally of = busy_tally();
  of.count("delivered") = 7;
  of.count("out_of_order") = 0;
  of.count("acks_expected") = 11;
  const auto made = conclude_run(*named("fanout"), of, known_facts());
  const std::vector<std::string> wanted{
    "connections ended: the server hung up", "the server answered errors, first muted",
    "deliveries: 3 lost, 10 doubled, 10 astray, 10 damaged, 10 under another id than another member was told",
    "the closed loop went on without 10 messages that did not come back within a second",
    "not every message was acknowledged"};
  EXPECT_EQ(made.out.faults, wanted);
  EXPECT_EQ(number(made, "lost"), 3);
}

TEST(conclude, acknowledgements_that_are_taken_in_order_tell_nothing_where_one_is_missing) {
  tally of = busy_tally();
  of.count("acks_by_order") = 2;
  EXPECT_EQ(number(conclude_run(*named("fanout"), of, known_facts()), "ack_p50_ms"), 2);
  of.count("acks_expected") = 11;
  EXPECT_EQ(number(conclude_run(*named("fanout"), of, known_facts()), "ack_p50_ms"), -1);
  of.count("acks_by_order") = 0;
  EXPECT_EQ(number(conclude_run(*named("fanout"), of, known_facts()), "ack_p50_ms"), 2);
}

TEST(conclude, wherever_there_is_a_p99_there_is_a_p95) {
  for (const auto& each : all_scenarios()) {
    const auto all = names(conclude_run(*each, {}, {}));
    for (const std::string& name : all)
      if (name.ends_with("p99_ms")) {
        EXPECT_NE(std::ranges::find(all, name.substr(0, name.size() - 6) + "p95_ms"), all.end()) << name;
      }
  }
  tally of = busy_tally();
  of.times("send_lag").record(ns_per_ms);
  of.times("read_lag").record(3 * ns_per_ms);
  const auto made = conclude_run(*named("fanout"), of, known_facts());
  EXPECT_EQ(number(made, "send_lag_p95_ms"), 2);
  EXPECT_EQ(number(made, "read_lag_p95_ms"), 3);
}

TEST(conclude, connect_tells_the_phases_of_a_handshake) {
  tally of = busy_tally();
  of.times("phase.join").record(4 * ns_per_ms);
  const auto made = conclude_run(*named("connect"), of, known_facts());
  EXPECT_NEAR(number(made, "p95_ms{phase=join}"), 4, 0.01);
  EXPECT_EQ(number(made, "p95_ms{phase=greeting}"), -1);
}

TEST(conclude, the_worst_room_is_told_by_its_number) {
  tally of = busy_tally();
  of.maximum("worst_room") = worst_room::packed(17, 12'345'000);
  const auto made = conclude_run(*named("fanout"), of, known_facts());
  EXPECT_EQ(number(made, "worst_room"), 17);
  EXPECT_EQ(number(made, "worst_room_everyone_mean_ms"), 12.345);
}

TEST(conclude, a_client_that_was_starved_held_or_robbed_was_the_limit) {
  const tally calm = busy_tally();
  EXPECT_FALSE(conclude_run(*named("fanout"), calm, known_facts()).saturated);
  tally starved = calm;
  starved.maximum("client_run_delay_ppm") = 600'000;
  starved.maximum("client_wait_ppm") = 750'000;
  EXPECT_TRUE(conclude_run(*named("fanout"), starved, known_facts()).saturated);
  run_facts held = known_facts();
  held.throttled_ns = ns_per_s;
  const auto made = conclude_run(*named("fanout"), calm, held);
  EXPECT_TRUE(made.saturated);
  EXPECT_EQ(number(made, "client_throttled_percent"), 50);
  run_facts robbed = known_facts();
  robbed.steal_ns = 1000 * ns_per_s;
  EXPECT_TRUE(conclude_run(*named("fanout"), calm, robbed).saturated);
}

TEST(conclude, a_run_whose_answers_all_came_behind_the_measured_time_is_no_good_one) {
  tally late;
  for (const char* name : {"connections", "left_open", "handshakes", "sent", "acknowledged", "expected", "delivered"})
    late.count(name) = 1;
  const auto made = conclude_run(*named("send"), late, known_facts());
  EXPECT_EQ(made.out.faults, std::vector<std::string>{"nothing was answered in the measured time"});
  late.count("measured_delivered") = 1;
  EXPECT_TRUE(conclude_run(*named("send"), late, known_facts()).out.faults.empty());
}

TEST(conclude, a_server_without_any_connection_left_is_gone) {
  tally of = busy_tally();
  of.count("left_open") = 0;
  EXPECT_EQ(conclude_run(*named("connect"), of, known_facts()).out.faults.front(),
            "the server is gone: the server hung up");
}

TEST(conclude, a_busy_client_is_seen_while_it_connects_only_where_that_is_measured) {
  tally of;
  of.maximum("client_opening_busy_ppm") = 990'000;
  EXPECT_TRUE(conclude_run(*named("connect"), of, {}).saturated);
  EXPECT_FALSE(conclude_run(*named("fanout"), of, {}).saturated);
  of.maximum("client_busy_ppm") = 990'000;
  EXPECT_TRUE(conclude_run(*named("fanout"), of, {}).saturated);
}

} // namespace
} // namespace parley::load
