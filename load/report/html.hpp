// The page of a run: one self-contained HTML file with the verdict, the figures and charts of how the run went.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace parley::load {

/// The page of the document that `parley-load --json` prints. It loads nothing from anywhere. Whatever the document
/// lacks, or holds in another type, the page lacks too; null points of a series are gaps in its line. No errors: any
/// value gives a page. Any thread.
std::string html_page(const nlohmann::json& run);

/// The page of a run beside an earlier one, `against`: the ratio of each figure is run / against.
std::string html_page(const nlohmann::json& run, const nlohmann::json& against);

} // namespace parley::load
