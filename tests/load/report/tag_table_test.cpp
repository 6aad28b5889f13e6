#include "load/report/tag_table.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace parley::load {
namespace {

using testing::ElementsAre;

nlohmann::json with_steps() {
  return nlohmann::json::parse(R"({
    "figures": {"p99_ms": 1, "sent{stage=1}": 5, "p99_ms{stage=1}": 2, "p50_ms{stage=10}": 1, "p99_ms{step=say}": 3},
    "tags": {"stage": ["1", "2", "10"], "step": ["say"], "bare": ["x"], "odd": 7}})");
}

TEST(tag_tables, have_a_row_a_part_and_a_column_a_figure) {
  const auto tables = tag_tables(with_steps());
  ASSERT_EQ(tables.size(), 2U);
  EXPECT_EQ(tables[0].key, "stage");
  EXPECT_THAT(tables[0].parts, ElementsAre("1", "2", "10"));
  EXPECT_THAT(tables[0].figures, ElementsAre("sent", "p50_ms", "p99_ms"));
  EXPECT_EQ(tables[1].key, "step");
  EXPECT_THAT(tables[1].figures, ElementsAre("p99_ms"));
  EXPECT_THAT(whole_figures(with_steps()), ElementsAre("p99_ms"));
}

TEST(tag_tables, lack_what_the_document_lacks) {
  for (const char* text :
       {"null", "{}", R"({"figures": 3, "tags": {"stage": ["1"]}})", R"({"figures": {"a{b=c}": 1}})"})
    EXPECT_TRUE(tag_tables(nlohmann::json::parse(text)).empty()) << text;
}

} // namespace
} // namespace parley::load
