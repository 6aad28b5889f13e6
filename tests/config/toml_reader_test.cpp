#include "config/toml_reader.hpp"

#include <gtest/gtest.h>

namespace parley::config {
namespace {

using namespace std::string_literals;

TEST(read_toml, flattens_sections_and_tells_lines) {
  auto document = read_toml("top = \"x\"\n[a]\nb = 1\n[c.d]\ne = 2\n");
  ASSERT_TRUE(document) << document.error();
  ASSERT_EQ(document->entries.size(), 3u);
  std::map<std::string, const toml_entry*> entries;
  for (const auto& entry : document->entries)
    entries[entry.name] = &entry;
  EXPECT_EQ(entries.at("top")->written, value("x"s));
  EXPECT_EQ(entries.at("a.b")->written, value(std::int64_t{1}));
  EXPECT_EQ(entries.at("a.b")->line, 3u);
  EXPECT_EQ(entries.at("c.d")->written, value(other_value{})) << "no key is deeper than a section";
  EXPECT_EQ(document->sections.size(), 2u);
}

TEST(read_toml, says_in_one_line_what_is_wrong) {
  auto document = read_toml("a = 1\nb = = 2\n");
  ASSERT_FALSE(document);
  EXPECT_EQ(document.error().substr(0, 8), "line 2: ");
  EXPECT_EQ(document.error().find('\n'), std::string::npos);
}

TEST(read_toml_value, reads_one_value_of_each_kind) {
  EXPECT_EQ(read_toml_value("true"), value(true));
  EXPECT_EQ(read_toml_value("-5"), value(std::int64_t{-5}));
  EXPECT_EQ(read_toml_value("\"x\""), value("x"s));
  EXPECT_EQ(read_toml_value("[\"x\",\n\"y\"]"), value(std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(read_toml_value("1.5"), value(other_value{}));
  EXPECT_EQ(read_toml_value("[\"x\", 1]"), value(other_value{}));
}

TEST(read_toml_value, refuses_what_is_not_exactly_one_value) {
  for (auto text : {"", "1 2", "1\nb = 2", "1\n[b]", "x", "\"x", "= 1"})
    EXPECT_EQ(read_toml_value(text), value(other_value{})) << text;
}

} // namespace
} // namespace parley::config
