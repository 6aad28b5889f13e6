// The sample file and the documentation follow the table of keys: a changed key fails here until they are changed too.
#include "config/key.hpp"
#include "config/load.hpp"
#include "tests/config/read_whole.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace parley::config {
namespace {

using testing::HasSubstr;

const std::filesystem::path source_folder = PARLEY_SOURCE_DIR;

TEST(sample_file, gives_every_key_its_default) {
  auto loaded = load({source_folder / "config/parley.toml", {}, {}});
  ASSERT_TRUE(loaded) << loaded.error();
  EXPECT_EQ(loaded->values, settings{});
  for (const auto& [key, from] : loaded->origins)
    EXPECT_EQ(from, origin::file) << key << " is not in the sample";
}

TEST(sample_file, says_what_each_key_means_and_takes) {
  auto sample = read_whole(source_folder / "config/parley.toml");
  for (const auto& k : all_keys())
    EXPECT_THAT(sample, HasSubstr("\n# " + std::string(k.doc) + "\n# takes: " + allowed(k) + "\n" +
                                  std::string(k.leaf()) + " = " + render(k, {}) + "\n"));
}

TEST(configuration_document, has_a_row_for_each_key_and_none_besides) {
  auto document = read_whole(source_folder / "docs/configuration.md");
  for (const auto& k : all_keys())
    EXPECT_THAT(document, HasSubstr("\n| `" + std::string(k.name) + "` | " + allowed(k) + " | `" + render(k, {}) +
                                    "` | " + std::string(k.doc) + " |\n"));
  std::size_t rows = 0;
  std::istringstream lines(document);
  for (std::string line; std::getline(lines, line);)
    rows += line.starts_with("| `");
  EXPECT_EQ(rows, all_keys().size());
}

} // namespace
} // namespace parley::config
