// What this program was built with and runs with.
#pragma once

#include <string>

namespace parley::app {

/// Version, revision, compiler and, a line each, every library: its version when Parley was compiled and the one that
/// is loaded now, `-` if there is no such version to ask for. No line end behind the last line.
std::string describe_build();

} // namespace parley::app
