// The document of a run: what `--json` prints, what the page is made from, what a later run is compared with.
#pragma once

#include "load/measure/histogram.hpp"
#include "load/measure/series.hpp"
#include "load/report/assertion.hpp"
#include "load/report/verdict.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace parley::load {

/// A finished run, judged.
struct run_report {
  std::string scenario;
  std::string started_at;                                   ///< RFC 3339, UTC
  std::vector<std::string> command;                         ///< as it was started
  std::vector<std::pair<std::string, std::string>> options; ///< in effect, by name
  std::vector<std::string> urls;
  std::string dialect;
  bool open_loop = false;
  figures values;
  histogram latency; ///< the main one
  std::vector<moment> moments;
  std::vector<checked> assertions;
  std::vector<std::string> faults;
  bool begun = true;       ///< somebody got in; else there is nothing to show
  std::string saturated;   ///< why the client was the limit; empty where it was not
  std::string certificate; ///< one line: what the client can have hidden at most
  exit_code code = exit_code::good;
};

/// The form of the documents; it rises where a member changes its meaning or goes.
inline constexpr int document_schema = 2;

/// Members in reading order: `schema`, what was run, `figures` by their flat names, `tags`
/// (which values of a tag figures have, in their order), `quantiles` (share, milliseconds),
/// `series` by column with a point a second, `assertions`, `verdict`. What nobody knows is null.
nlohmann::ordered_json to_document(const run_report& of);

/// A number, where the whole text is one, or a flag, or the text; by name.
nlohmann::ordered_json options_document(const std::vector<std::pair<std::string, std::string>>& options);

/// `t` seconds since 1970 as RFC 3339 in UTC with milliseconds.
std::string rfc3339(double t);

} // namespace parley::load
