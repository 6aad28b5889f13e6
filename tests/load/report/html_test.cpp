#include "load/report/html.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace parley::load {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

json document() {
  return json::parse(R"({
    "parley_load": "0.1.0", "scenario": "fanout", "started_at": "2024-05-02T10:00:00Z",
    "command": ["parley-load", "fanout", "--assert", "p99_ms<50"],
    "options": {"rooms": 100, "text": "it's"},
    "target": {"url": "ws://127.0.0.1:8080", "dialect": "parley"},
    "figures": {"delivered_per_s": 812345.6, "p99_ms": 12.5, "lost": 0, "client_saturated": false},
    "quantiles": {"latency": [[0.5, 4.1], [0.99, 12.5]]},
    "series": {"t_s": [1, 2, 3], "p99_ms": [11.5, null, 12.5], "connections": [1000, 1000, 1000]},
    "assertions": [{"text": "p99_ms<50", "value": 12.5, "held": true}],
    "verdict": {"exit_code": 0, "faults": [], "client_saturated": false}})");
}

/// What the script of the page reads.
std::string data_text(const std::string& page) {
  const std::string before = R"(<script type="application/json" id="data">)";
  const auto start = page.find(before) + before.size();
  return page.substr(start, page.find("</script>", start) - start);
}

json data_of(const std::string& page) {
  return json::parse(data_text(page));
}

TEST(html_page, tells_scenario_target_command_and_verdict) {
  const std::string page = html_page(document());
  EXPECT_THAT(page, HasSubstr("<title>fanout · parley-load</title>"));
  EXPECT_THAT(page, HasSubstr("<h1>fanout</h1>"));
  EXPECT_THAT(page, HasSubstr("<dd>ws://127.0.0.1:8080</dd>"));
  EXPECT_THAT(page, HasSubstr("<dd>2024-05-02T10:00:00Z</dd>"));
  EXPECT_THAT(page, HasSubstr("<code><span>parley-load</span> <span>fanout</span> <span>--assert</span> "
                              "<span>'p99_ms&lt;50'</span></code>"));
  EXPECT_THAT(page, HasSubstr("<th>text</th><td>it's</td>"));
  EXPECT_THAT(page, HasSubstr("✓ Passed"));
  EXPECT_THAT(page, HasSubstr("<li class=\"held\">✓ <code>p99_ms&lt;50</code> <span>was 12.50 ms</span></li>"));
}

TEST(html_page, shows_the_figures_with_units_and_the_exact_value_on_hover) {
  const std::string page = html_page(document());
  EXPECT_THAT(page, HasSubstr("<th>delivered_per_s</th><td title=\"812345.6\">812,346 /s</td>"));
  EXPECT_THAT(page, HasSubstr("<th>lost</th><td title=\"0\">0</td>"));
  EXPECT_THAT(page, HasSubstr("<b>812,346 /s</b><span>deliveries a second</span>"));
}

TEST(html_page, has_a_table_of_the_parts_of_a_run_and_rows_with_ratios_for_those_of_two) {
  json staged = document();
  staged["tags"] = {{"stage", {"1", "2"}}};
  staged["figures"]["p95_ms{stage=1}"] = 2.5;
  staged["figures"]["p95_ms{stage=2}"] = 25;
  const std::string page = html_page(staged);
  EXPECT_THAT(page, HasSubstr("<th>stage</th><td>p95_ms</td></tr></thead><tbody>"
                              "<tr><th>1</th><td title=\"2.5\">2.50 ms</td></tr>"
                              "<tr><th>2</th><td title=\"25\">25.00 ms</td></tr></tbody>"));
  EXPECT_THAT(page, Not(HasSubstr("p95_ms{stage=2}</th>")));
  EXPECT_THAT(html_page(staged, staged), HasSubstr("<th>p95_ms{stage=2}</th><td title=\"25\">25.00 ms</td>"));
}

TEST(html_page, draws_p95_and_the_intended_rate) {
  for (const char* series : {"[\"p95_ms\", \"p95\", \"p95\"", "[\"intended_per_s\", \"intended\""})
    EXPECT_THAT(html_page(document()), HasSubstr(series));
}

TEST(html_page, names_the_figures_that_no_run_could_tell) {
  json lacking = document();
  lacking["figures"]["ack_p50_ms"] = nullptr;
  lacking["figures"]["server_rss_bytes"] = nullptr;
  const std::string page = html_page(lacking);
  EXPECT_THAT(page, HasSubstr("<p>Not known here: ack_p50_ms, server_rss_bytes</p>"));
  EXPECT_THAT(page, Not(HasSubstr("<th>ack_p50_ms</th>")));
  EXPECT_THAT(html_page(document()), Not(HasSubstr("Not known here")));
  json telling = lacking;
  telling["figures"]["ack_p50_ms"] = 2.5;
  EXPECT_THAT(html_page(lacking, telling), HasSubstr("<th>ack_p50_ms</th><td title=\"null\">–</td><td title=\"2.5\">"));
}

TEST(html_page, a_failed_run_says_why) {
  json failed = document();
  failed["verdict"] = {{"exit_code", 1}, {"faults", {"the server closed 3 connections"}}};
  failed["assertions"][0]["held"] = false;
  const std::string page = html_page(failed);
  EXPECT_THAT(page, HasSubstr("✗ Failed"));
  EXPECT_THAT(page, HasSubstr("<ul class=\"faults\"><li>the server closed 3 connections</li></ul>"));
  EXPECT_THAT(page, HasSubstr("<li class=\"broken\">✗ <code>p99_ms&lt;50</code>"));
  failed["verdict"]["exit_code"] = 3;
  EXPECT_THAT(html_page(failed), HasSubstr("! The client was the limit"));
}

TEST(html_page, carries_the_whole_document_with_its_gaps) {
  const json data = data_of(html_page(document()));
  ASSERT_EQ(data.size(), 1U);
  EXPECT_EQ(data[0]["document"], document());
  EXPECT_TRUE(data[0]["document"]["series"]["p99_ms"][1].is_null());
}

TEST(html_page, no_text_of_a_document_becomes_markup) {
  json evil = document();
  const std::string text = R"(</script><!--<script>alert("1")</script>&{{data}})";
  evil["scenario"] = text;
  evil["target"]["url"] = text;
  evil["command"] = {text};
  evil["options"] = {{text, text}};
  evil["figures"] = {{text, text}};
  evil["assertions"] = {{{"text", text}, {"value", text}, {"held", false}}};
  evil["verdict"] = {{"exit_code", 1}, {"faults", {text}}};
  evil["series"][text] = text;
  const auto count = [](const std::string& page, std::string_view wanted) {
    std::size_t found = 0;
    for (auto at = page.find(wanted); at != std::string::npos; at = page.find(wanted, at + 1))
      ++found;
    return found;
  };
  for (const std::string& page : {html_page(evil), html_page(evil, evil)}) {
    EXPECT_EQ(count(page, "</script>"), count(html_page(document()), "</script>"));
    EXPECT_EQ(count(page, "<script>"), 1U);
    EXPECT_THAT(page, Not(HasSubstr("<!--")));
    EXPECT_THAT(page, Not(HasSubstr("alert(\"1\")")));
    EXPECT_THAT(page,
                HasSubstr("&lt;/script&gt;&lt;!--&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;{{data}}"));
    EXPECT_EQ(data_of(page)[0]["document"], evil);
  }
}

TEST(html_page, bytes_that_are_no_text_are_replaced) {
  json odd = document();
  odd["scenario"] = "fan\xffout";
  EXPECT_EQ(data_of(html_page(odd))[0]["document"]["scenario"], "fan\uFFFDout");
}

TEST(html_page, a_document_may_lack_anything) {
  const json whole = document();
  for (const auto& [key, unused] : whole.items()) {
    for (const json& instead : {json(), json(7), json("text"), json::array({nullptr, 1}), json::object({{"a", 1}})}) {
      json lacking = document();
      lacking[key] = instead;
      for (const std::string& page :
           {html_page(lacking), html_page(lacking, document()), html_page(document(), lacking)})
        EXPECT_THAT(page, HasSubstr("</html>")) << key << " " << instead;
    }
    json lacking = document();
    lacking.erase(key);
    EXPECT_THAT(html_page(lacking), HasSubstr("</html>")) << key;
  }
  for (const json& none : {json(), json(3), json::array(), json::object()}) {
    const std::string page = html_page(none);
    EXPECT_THAT(page, HasSubstr("<h1>load</h1>")) << none;
    EXPECT_THAT(page, Not(HasSubstr("class=\"badge"))) << none;
    EXPECT_THAT(page, Not(HasSubstr("<section id=\"figures\""))) << none;
  }
}

TEST(html_page, two_runs_stand_side_by_side) {
  json before = document();
  before["figures"] = {{"delivered_per_s", 406172.8}, {"p99_ms", 5}, {"lost", 0}, {"errors", 2}};
  const std::string page = html_page(document(), before);
  EXPECT_THAT(page, HasSubstr("<td title=\"812345.6\">812,346 /s</td><td title=\"406172.8\">406,173 /s</td>"
                              "<td class=\"good\">2.00× better</td>"));
  EXPECT_THAT(page, HasSubstr("<td class=\"bad\">2.50× worse</td>"));
  EXPECT_THAT(
    page,
    HasSubstr("<th>lost</th><td title=\"0\">0</td><td title=\"0\">0</td><td class=\"same\">not distinguishable</td>"));
  EXPECT_THAT(page, HasSubstr("<th>errors</th><td title=\"null\">–</td><td title=\"2\">2</td>"));
  const json data = data_of(page);
  ASSERT_EQ(data.size(), 2U);
  EXPECT_EQ(data[0]["label"], "this run");
  EXPECT_EQ(data[1]["label"], "baseline");
  EXPECT_EQ(data[1]["document"], before);
}

TEST(html_page, runs_against_two_servers_bear_their_names) {
  json other = document();
  other["target"]["dialect"] = "nchan";
  const std::string page = html_page(document(), other);
  EXPECT_EQ(data_of(page)[0]["label"], "parley");
  EXPECT_EQ(data_of(page)[1]["label"], "nchan");
  EXPECT_THAT(page, HasSubstr("</i>nchan</h2>"));
}

TEST(html_page, names_no_other_place_to_load_from) {
  json without_target = document();
  without_target.erase("target");
  const std::string page = html_page(without_target);
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
  EXPECT_THAT(page, Not(HasSubstr("src=\"")));
  EXPECT_THAT(page, Not(HasSubstr("url(")));
  // The name of a namespace is not fetched.
  const auto place = page.find("://");
  EXPECT_EQ(page.substr(place - 4, 20), "http://www.w3.org/20");
  EXPECT_EQ(page.find("://", place + 1), std::string::npos);
}

} // namespace
} // namespace parley::load
