#include "load/report/document.hpp"
#include "load/report/table.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <sstream>

namespace parley::load {
namespace {

run_report sample() {
  run_report of;
  of.scenario = "fanout";
  of.started_at = rfc3339(0.5);
  of.command = {"parley-load", "fanout"};
  of.options = {{"rooms", "4"}, {"rate", "0.5"}, {"json", "true"}, {"tokens", "t1"}};
  of.urls = {"ws://h/ws", "ws://i/ws"};
  of.dialect = "parley";
  of.values.add("p99_ms", 4.1);
  of.values.add("server_cpu_percent", std::optional<double>());
  of.latency.record(1'000'000);
  of.latency.record(3'000'000);
  moment first;
  first.t_s = 1;
  first.connections = 10;
  first.delivered_per_s = 20.12345;
  of.moments = {first};
  of.assertions = {check(parse_assertion("p99_ms<4").value(), of.values)};
  of.faults = {"something"};
  of.certificate = "all of it";
  of.open_loop = true;
  of.code = exit_code::failed;
  return of;
}

TEST(document, holds_the_whole_run) {
  const auto doc = to_document(sample());
  EXPECT_EQ(doc["schema"], document_schema);
  EXPECT_EQ(doc["scenario"], "fanout");
  EXPECT_EQ(doc["loop"], "open");
  EXPECT_EQ(doc["started_at"], "1970-01-01T00:00:00.500Z");
  EXPECT_EQ(doc["command"], nlohmann::ordered_json::parse(R"(["parley-load","fanout"])"));
  EXPECT_EQ(doc["options"], nlohmann::ordered_json::parse(R"({"rooms":4,"rate":0.5,"json":true,"tokens":"t1"})"));
  EXPECT_EQ(doc["target"], nlohmann::ordered_json::parse(
                             R"({"url":"ws://h/ws, ws://i/ws","urls":["ws://h/ws","ws://i/ws"],"dialect":"parley"})"));
  EXPECT_EQ(doc["figures"], nlohmann::ordered_json::parse(R"({"p99_ms":4.1,"server_cpu_percent":null})"));
  EXPECT_EQ(doc["assertions"], nlohmann::ordered_json::parse(R"([{"text":"p99_ms<4","value":4.1,"held":false}])"));
  EXPECT_EQ(doc["verdict"],
            nlohmann::ordered_json::parse(
              R"({"exit_code":1,"faults":["something"],"client_saturated":false,"certificate":"all of it"})"));
  EXPECT_TRUE(doc["parley_load"].is_string());
}

TEST(document, the_quantile_curve_rises_to_five_nines) {
  const auto curve = to_document(sample())["quantiles"]["latency"];
  ASSERT_GT(curve.size(), 10U);
  EXPECT_EQ(curve.back()[0], 0.99999);
  double share = -1;
  double ms = 0;
  for (const auto& point : curve) {
    EXPECT_GT(point[0].get<double>(), share);
    EXPECT_GE(point[1].get<double>(), ms);
    share = point[0];
    ms = point[1];
  }
  EXPECT_NEAR(ms, 3, 0.01);
}

TEST(document, the_columns_of_the_series_have_one_length_and_null_where_nothing_is_known) {
  const auto columns = to_document(sample())["series"];
  for (const char* name :
       {"t_s", "connections", "sent_per_s", "intended_per_s", "delivered_per_s", "p50_ms", "p90_ms", "p95_ms", "p99_ms",
        "max_ms", "errors", "server_cpu_percent", "server_rss_bytes", "client_cpu_percent"})
    EXPECT_EQ(columns[name].size(), 1U) << name;
  EXPECT_EQ(columns["delivered_per_s"][0], 20.123);
  EXPECT_TRUE(columns["p99_ms"][0].is_null());
  EXPECT_TRUE(columns["server_rss_bytes"][0].is_null());
}

run_report staged() {
  run_report of = sample();
  of.assertions.clear();
  for (const char* number : {"1", "2", "10"}) {
    of.values.add(tagged("p90_ms", {"stage", number}), 1.0);
    of.values.add(tagged("p99_ms", {"stage", number}), 2.5);
  }
  return of;
}

TEST(document, tells_which_parts_its_figures_know_in_their_order) {
  const auto doc = to_document(staged());
  EXPECT_EQ(doc["tags"], nlohmann::ordered_json::parse(R"({"stage":["1","2","10"]})"));
  EXPECT_EQ(doc["figures"]["p99_ms{stage=10}"], 2.5);
  EXPECT_EQ(to_document(sample())["tags"], nlohmann::ordered_json::object());
}

TEST(table, has_a_row_for_each_part_of_the_run_and_ratios_of_them_beside_another_run) {
  const nlohmann::json run = to_document(staged());
  std::ostringstream alone;
  print_table(alone, run, {});
  EXPECT_NE(alone.str().find("By stage\n"
                             "  stage   p99_ms\n"
                             "  1      2.50 ms\n"
                             "  2      2.50 ms\n"
                             "  10     2.50 ms\n"),
            std::string::npos)
    << alone.str();
  EXPECT_EQ(alone.str().find('{'), std::string::npos) << alone.str();
  nlohmann::json before = run;
  before["figures"]["p99_ms{stage=2}"] = 25;
  std::ostringstream beside;
  print_table(beside, run, {before});
  EXPECT_NE(beside.str().find("0.10 x better"), std::string::npos) << beside.str();
}

TEST(table, shows_figures_assertions_and_the_run_to_compare_with) {
  const nlohmann::json run = to_document(sample());
  std::ostringstream alone;
  print_table(alone, run, {});
  EXPECT_NE(alone.str().find("fanout against ws://h/ws, ws://i/ws (parley)"), std::string::npos) << alone.str();
  EXPECT_NE(alone.str().find("p99_ms"), std::string::npos);
  EXPECT_NE(alone.str().find("Latency (open loop)"), std::string::npos) << alone.str();
  EXPECT_NE(alone.str().find("FAILED  p99_ms<4"), std::string::npos);
  EXPECT_NE(alone.str().find("Certificate\n  all of it"), std::string::npos);
  nlohmann::json before = run;
  before["figures"]["p99_ms"] = 12.3;
  std::ostringstream beside;
  print_table(beside, run, {before});
  EXPECT_NE(beside.str().find("0.33 x better"), std::string::npos) << beside.str();
}

} // namespace
} // namespace parley::load
