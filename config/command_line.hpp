// The options of the command line that are settings.
#pragma once

#include "config/load.hpp"

namespace CLI { // NOLINT(readability-identifier-naming): the name that CLI11 gave itself
class App;
}

namespace parley::config {

/// `--config`, `--data-dir`, `--db` and `--set`, which every subcommand takes. Parsing fills `into`, which must outlive
/// it; where a key is given twice, by whatever option, the later one counts.
void add_common_options(CLI::App& command, sources& into);

/// `--host`, `--port` and `--threads`, which `parley serve` takes besides. Several `--host` add up.
void add_server_options(CLI::App& command, sources& into);

} // namespace parley::config
