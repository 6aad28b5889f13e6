#include "load/measure/figures.hpp"
#include "load/measure/tag.hpp"

#include <gtest/gtest.h>

namespace parley::load {
namespace {

TEST(tag_of_a_figure, is_read_as_it_was_written) {
  const std::string name = tagged("p99_ms", {"stage", "2"});
  EXPECT_EQ(name, "p99_ms{stage=2}");
  EXPECT_EQ(untagged(name), "p99_ms");
  EXPECT_EQ(tag_of(name), (tag{"stage", "2"}));
}

TEST(tag_of_a_figure, is_nothing_where_there_is_none) {
  EXPECT_EQ(untagged("p99_ms"), "p99_ms");
  for (const char* name : {"", "p99_ms", "p99_ms{stage}", "p99_ms{stage=2", "a=b"})
    EXPECT_FALSE(tag_of(name)) << name;
}

TEST(tag_of_a_figure, goes_behind_the_name_of_each_quantile) {
  histogram of;
  of.record(2'000'000);
  figures values;
  values.add_quantiles("", of, tag{"step", "enter"});
  for (const char* name : {"p50_ms{step=enter}", "p95_ms{step=enter}", "p99_ms{step=enter}", "max_ms{step=enter}"}) {
    ASSERT_NE(values.find(name), nullptr) << name;
    EXPECT_EQ(as_number(*values.find(name)), 2) << name;
  }
  EXPECT_EQ(values.find("p99_ms"), nullptr);
}

} // namespace
} // namespace parley::load
