// Figures as Prometheus and OpenMetrics write them.
#include "net/http/exposition.hpp"
#include "net/http/figures.hpp"

#include <gtest/gtest.h>

namespace parley::net {
namespace {

using namespace std::chrono_literals;

exposition some() {
  exposition out;
  out.counter("x_things_total", "Things \"as\n they\\ are.").value(3).value(1.5, {{"kind", "a\"b\\c\nd"}});
  out.gauge("x_now", "Now.").value(7);
  return out;
}

TEST(exposition, of_openmetrics_names_families_of_counters_without_their_end) {
  EXPECT_EQ(some().openmetrics(), "# TYPE x_things counter\n"
                                  "# HELP x_things Things \\\"as\\n they\\\\ are.\n"
                                  "x_things_total 3\n"
                                  "x_things_total{kind=\"a\\\"b\\\\c\\nd\"} 1.5\n"
                                  "# TYPE x_now gauge\n"
                                  "# HELP x_now Now.\n"
                                  "x_now 7\n"
                                  "# EOF\n");
  EXPECT_NE(some().text().find("# TYPE x_things_total counter"), std::string::npos);
}

TEST(exposition, of_openmetrics_tells_the_latest_trace_of_each_bucket) {
  http_figures figures;
  const timestamp at{1'520'879'607'789ms};
  const trace_context trace{"4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7", true};
  const trace_context other{"0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", true};
  figures.add("list", 200, 60us, trace, at - 1s);
  figures.add("list", 200, 70us, other, at);
  figures.add("list", 200, 10s, trace, at);
  figures.add("list", 200, 1ms, std::nullopt, at);
  const auto counts = figures.copy();
  exposition out;
  out.histogram("x_seconds", "Time.").value(counts.took.at("list"), {{"route", "list"}}, &counts.traced.at("list"));
  const auto text = out.openmetrics();
  const auto has = [&](std::string_view line) { return text.find(line) != std::string::npos; };
  EXPECT_TRUE(
    has("\nx_seconds_bucket{route=\"list\",le=\"0.0001\"} 2 # {trace_id=\"0af7651916cd43dd8448eb211c80319c\"} "
        "7e-05 1520879607.789\n"))
    << text;
  EXPECT_TRUE(has("\nx_seconds_bucket{route=\"list\",le=\"1.0\"} 3\n")) << text;
  EXPECT_TRUE(has("\nx_seconds_bucket{route=\"list\",le=\"+Inf\"} 4 # {trace_id=\"4bf92f3577b34da6a3ce929d0e0e4736\"} "
                  "10 1520879607.789\n"))
    << text;
  EXPECT_TRUE(has("\nx_seconds_count{route=\"list\"} 4\n")) << text;
  EXPECT_EQ(out.text().find("trace_id"), std::string::npos);
}

TEST(metrics_format, is_openmetrics_where_that_is_named_and_text_is_not_preferred) {
  EXPECT_EQ(pick_metrics_format(""), metrics_format::text);
  EXPECT_EQ(pick_metrics_format("*/*"), metrics_format::text);
  EXPECT_EQ(pick_metrics_format("application/openmetrics-text; version=1.0.0; charset=utf-8"),
            metrics_format::openmetrics);
  EXPECT_EQ(pick_metrics_format("application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;"
                                "version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2"),
            metrics_format::openmetrics);
  EXPECT_EQ(pick_metrics_format("text/plain, Application/OpenMetrics-Text;q=0.5"), metrics_format::text);
  EXPECT_EQ(pick_metrics_format("application/openmetrics-text;q=0"), metrics_format::text);
}

} // namespace
} // namespace parley::net
