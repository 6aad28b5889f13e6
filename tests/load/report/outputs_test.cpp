#include "load/report/outputs.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace parley::load {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

json run_document() {
  return json::parse(R"({"scenario": "fanout", "started_at": "2024-05-02T10:00:00.000Z",
    "target": {"url": "ws://h/\"x\"", "dialect": "parley"},
    "figures": {"p99_ms": 12.5, "lost": 3, "client_saturated": true, "server_cpu_percent": null},
    "assertions": [{"text": "p99_ms<50", "value": 12.5, "held": true}, {"text": "lost<1", "value": 3, "held": false}],
    "verdict": {"exit_code": 1, "faults": ["deliveries: 3 lost & <more>"], "client_saturated": true}})");
}

TEST(outputs, a_moment_is_one_line_with_null_for_what_is_not_known) {
  moment now;
  now.t_s = 1.5;
  now.delivered_per_s = 10;
  now.p95_ms = 1.5;
  now.p99_ms = 2;
  const std::string line = ndjson_line(now);
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  const json read = json::parse(line);
  EXPECT_EQ(read["t_s"], 1.5);
  EXPECT_EQ(read["p95_ms"], 1.5);
  EXPECT_EQ(read["p99_ms"], 2);
  EXPECT_TRUE(read["p50_ms"].is_null() && read["server_rss_bytes"].is_null());
}

TEST(outputs, junit_has_a_case_for_the_run_each_assertion_and_the_client) {
  const std::string xml = junit_of(run_document());
  EXPECT_THAT(xml, HasSubstr(R"(tests="4" failures="2" skipped="1")"));
  EXPECT_THAT(xml, HasSubstr(R"(name="fanout"><failure message="deliveries: 3 lost &amp; &lt;more&gt;"/>)"));
  EXPECT_THAT(xml, HasSubstr(R"(name="p99_ms&lt;50"/>)"));
  EXPECT_THAT(xml, HasSubstr(R"(name="lost&lt;1"><failure message="was 3"/>)"));
  EXPECT_THAT(xml, HasSubstr("<skipped"));
}

TEST(outputs, prometheus_has_a_gauge_for_each_known_figure) {
  const std::string text = prometheus_of(run_document());
  EXPECT_THAT(text, HasSubstr("# TYPE parley_load_p99_ms gauge\n"
                              R"(parley_load_p99_ms{scenario="fanout",url="ws://h/\"x\"",dialect="parley"} 12.5)"));
  nlohmann::json staged = run_document();
  staged["figures"]["lost{stage=1}"] = 2;
  staged["figures"]["p99_ms{stage=1}"] = 7;
  EXPECT_THAT(prometheus_of(staged), HasSubstr(R"(,dialect="parley"} 12.5
parley_load_p99_ms{scenario="fanout",url="ws://h/\"x\"",dialect="parley",stage="1"} 7)"));
  EXPECT_THAT(text, HasSubstr("parley_load_client_saturated{"));
  EXPECT_THAT(text, HasSubstr("parley_load_exit_code{"));
  EXPECT_THAT(text, Not(HasSubstr("server_cpu_percent")));
}

} // namespace
} // namespace parley::load
