// Carries out what the command line asked for.
#pragma once

#include "load/options.hpp"

namespace parley::load {

/// Results go to standard output, progress and faults (a line each) to standard error. `words` are the command line,
/// for the document. Blocks for the whole run.
exit_code execute(const run_command& asked, const std::vector<std::string>& words);
exit_code execute(const list_scenarios& asked, const std::vector<std::string>& words);
exit_code execute(const show_dialects& asked, const std::vector<std::string>& words);
exit_code execute(const make_report& asked, const std::vector<std::string>& words);
exit_code execute(const compare_servers& asked, const std::vector<std::string>& words);
exit_code execute(const find_limit& asked, const std::vector<std::string>& words);
exit_code execute(const test_itself& asked, const std::vector<std::string>& words);
/// Until a signal ends the process.
exit_code execute(const serve_lies& asked, const std::vector<std::string>& words);
exit_code execute(const show_version& asked, const std::vector<std::string>& words);

} // namespace parley::load
