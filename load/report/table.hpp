// A run for a terminal.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <ostream>

namespace parley::load {

/// The figures of the document `run` in groups, its assertions, its verdict. With a document to compare with (or null),
/// each figure stands beside that of the earlier run and their ratio.
void print_table(std::ostream& out, const nlohmann::json& run, const nlohmann::json& against);

} // namespace parley::load
