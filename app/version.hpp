// The version of this build.
#pragma once

namespace parley::app {

inline constexpr const char* version = PARLEY_VERSION;

} // namespace parley::app
