// A run for a terminal.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <ostream>
#include <vector>

namespace parley::load {

/// The figures of the document `run` in groups, its assertions, its verdict. With documents to compare with, each
/// figure stands beside those of the earlier runs and the ratio.
void print_table(std::ostream& out, const nlohmann::json& run, const std::vector<nlohmann::json>& against);

} // namespace parley::load
