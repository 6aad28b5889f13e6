// A run for other programs: a line a second while it goes, JUnit for CI, Prometheus' text for a collector.
#pragma once

#include "load/measure/series.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace parley::load {

/// One moment as one line of JSON, its end included; the members are those of a document's `series`.
std::string ndjson_line(const moment& now);

/// The document of a run as JUnit's XML: a test case for the run itself, for each assertion, and for the client, which
/// is skipped where it was the limit.
std::string junit_of(const nlohmann::json& run);

/// The figures of a document in the text format of Prometheus, as gauges `parley_load_NAME`, for the textfile
/// collector; what the run could not tell is left out.
std::string prometheus_of(const nlohmann::json& run);

} // namespace parley::load
