#include "load/report/comparable.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace parley::load {
namespace {

using nlohmann::json;

json run(const std::string& scenario, json options) {
  return {{"schema", 2}, {"scenario", scenario}, {"options", std::move(options)}};
}

const json base = run("fanout", {{"rate", 100}, {"rooms", 4}, {"url", "ws://a"}, {"json", true}});

TEST(comparable, runs_of_the_same_load_are_wherever_their_servers_are) {
  EXPECT_EQ(why_not_comparable(base, base), "");
  EXPECT_EQ(
    why_not_comparable(base, run("fanout", {{"rate", 100}, {"rooms", 4}, {"url", "wss://b"}, {"insecure", true}})), "");
}

TEST(comparable, another_scenario_rate_or_size_is_told) {
  EXPECT_EQ(why_not_comparable(base, run("send", {{"rate", 100}, {"rooms", 4}})), "its scenario is send");
  EXPECT_EQ(why_not_comparable(base, run("fanout", {{"rate", 200}, {"rooms", 4}})), "its --rate is 200, here 100");
  EXPECT_EQ(why_not_comparable(base, run("fanout", {{"rooms", 4}})), "its --rate is not given, here 100");
  EXPECT_EQ(why_not_comparable(run("fanout", {{"rooms", 4}}), base), "its --rate is 100, here none is");
  EXPECT_EQ(why_not_comparable(base, run("fanout", {{"rate", 100}, {"rooms", 5}})), "its --rooms is 5, here 4");
}

TEST(comparable, a_document_of_an_older_form_may_lack_an_option_but_the_rate) {
  json old = run("fanout", {{"rate", 100}});
  old.erase("schema");
  EXPECT_EQ(why_not_comparable(base, old), "");
  old["options"].erase("rate");
  EXPECT_NE(why_not_comparable(base, old), "");
}

TEST(comparable, what_is_no_document_is_not) {
  EXPECT_NE(why_not_comparable(base, json::object()), "");
  EXPECT_NE(why_not_comparable(base, run("fanout", "none")), "");
}

} // namespace
} // namespace parley::load
