// One run from its flags to its judged report, whoever asks for it.
#pragma once

#include "load/options.hpp"
#include "load/report/document.hpp"
#include "load/run/coordinator.hpp"

#include <nlohmann/json_fwd.hpp>
#include <tl/expected.hpp>

#include <string>
#include <vector>

namespace parley::load {

/// Carries a run out and judges it; blocks until it is over. The error is one line for people: what stands in the way
/// (tokens, open files, a host that nobody knows); then nothing was run. As `carry_out`, one at a time in a process.
tl::expected<run_report, early_exit> perform(const run_command& asked, const on_progress& progress);

/// The run of a TOML file with further flags behind it. The error is one line for people.
tl::expected<run_command, early_exit> run_of_file(const std::string& file, const std::vector<std::string>& more);

/// `scenario` and `options` as the document of the run will have them.
nlohmann::json load_of(const run_command& asked);

/// What a person is told of a run beside its figures: its first fault, the assertions that do not hold, and that the
/// client was the limit. One line each.
std::vector<std::string> remarks(const run_report& of);

/// On standard error: `parley-load: ` and one line, whatever a server put into it.
void say(std::string line);

} // namespace parley::load
