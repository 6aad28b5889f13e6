// A TOML file in place of flags: the same names, without the dashes; `scenario` is the subcommand.
#pragma once

#include <tl/expected.hpp>

#include <string>
#include <vector>

namespace CLI { // NOLINT(readability-identifier-naming): the name that the library chose
class App;
}

namespace parley::load {

/// Words as a command line would hold them. What `arguments` give already, or exclude, is left out of the file's: flags
/// win. `--config FILE` itself is taken out. Without one, `arguments` come back as they are. The error is one line for
/// people that names file and key: no such file, not TOML, no option of that scenario, a value that no flag can take.
tl::expected<std::vector<std::string>, std::string> with_options_file(const CLI::App& app,
                                                                      std::vector<std::string> arguments);

} // namespace parley::load
