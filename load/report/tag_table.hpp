// Figures that have a tag, as a table for each kind of tag: a row a part of the run, a column a figure.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace parley::load {

struct tag_table {
  std::string key;                  ///< `stage`
  std::vector<std::string> parts;   ///< rows: `1`, `2`, in the order of the run
  std::vector<std::string> figures; ///< columns: names without their tags, in reading order
};

/// Reads the document of a run; what it lacks, or holds in another type, the tables lack too. Empty where no figure has
/// a tag.
std::vector<tag_table> tag_tables(const nlohmann::json& run);

/// The document's figures by name, but for those that have a tag.
std::vector<std::string> whole_figures(const nlohmann::json& run);

} // namespace parley::load
