#include "load/report/assertion.hpp"

#include <gtest/gtest.h>

namespace parley::load {
namespace {

bool held(const std::string& text, const figures& values) {
  return check(parse_assertion(text).value(), values).held;
}

TEST(assertion, compares_the_figure_that_it_names) {
  figures values;
  values.add("p99_ms", 50.0);
  for (const char* text : {"p99_ms<50.1", "p99_ms <= 50", "p99_ms>=50", "p99_ms > 49.9", "p99_ms==50", "p99_ms<1e3"})
    EXPECT_TRUE(held(text, values)) << text;
  for (const char* text : {"p99_ms<50", "p99_ms<=49.9", "p99_ms>=50.1", "p99_ms>50", "p99_ms==51", "p99_ms<-1"})
    EXPECT_FALSE(held(text, values)) << text;
}

TEST(assertion, compares_the_figure_of_one_part_of_the_run) {
  figures values;
  values.add("p99_ms", 50.0);
  values.add("p99_ms{stage=2}", 20.0);
  values.add("ack_p99_ms", 5.0);
  for (const char* text : {"p99_ms{stage=2}<21", "p99_ms { stage = 2 } >= 20", "p99_ms{op=ack}==5"})
    EXPECT_TRUE(held(text, values)) << text;
  for (const char* text : {"p99_ms{stage=2}<20", "p99_ms{stage=3}<20", "p99_ms{op=ack}>5"})
    EXPECT_FALSE(held(text, values)) << text;
  EXPECT_EQ(parse_assertion("p99_ms{ stage = 2 }<1").value().name, "p99_ms{stage=2}");
}

TEST(assertion, flags_are_one_or_zero) {
  figures values;
  values.add("client_saturated", false);
  EXPECT_TRUE(held("client_saturated==0", values));
}

TEST(assertion, nothing_holds_of_what_the_run_could_not_tell) {
  figures values;
  values.add("server_cpu_percent", std::optional<double>());
  for (const char* text : {"server_cpu_percent<100", "server_cpu_percent>=0", "server_cpu_percent==0"})
    EXPECT_FALSE(held(text, values)) << text;
  EXPECT_EQ(check(parse_assertion("server_cpu_percent<1").value(), values).value, figure(std::monostate()));
}

TEST(assertion, anything_else_is_refused_and_shown) {
  for (const char* text :
       {"", "p99_ms", "p99_ms<", "<5", "p99_ms=5", "p99_ms<5ms", "p99_ms!=5", "p99_ms<>5", "p99_ms<5 6", "p99_ms<nan",
        "p99_ms<inf", "p99_ms{stage=2<5", "p99_ms{stage}<5", "p99_ms{=2}<5", "p99_ms{stage=}<5", "{stage=2}<5",
        "p99_ms{stage=2}x<5", "p99_ms{stage=2=3}<5"}) {
    const auto parsed = parse_assertion(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_NE(parsed.error().find("'" + std::string(text) + "'"), std::string::npos);
  }
}

} // namespace
} // namespace parley::load
