// What is wrong with a command line, in one line that names the word.
#pragma once

#include <string>

namespace CLI { // NOLINT(readability-identifier-naming): the name that CLI11 gave itself
class App;
class ParseError;
} // namespace CLI

namespace parley::app {

/// Why `cli` refused its command line: the word that nothing is known of, with the one that it resembles, the command
/// or option that is missing, or what CLI11 says. `cli` is as the failed parse left it.
std::string explain_usage(const CLI::App& cli, const CLI::ParseError& why);

} // namespace parley::app
