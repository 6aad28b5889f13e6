// What the flags of several scenarios may be.
#pragma once

#include <cstdint>

namespace parley::load {

inline constexpr std::uint32_t connections_max = 1'000'000; ///< of anything that is counted in connections
inline constexpr std::uint32_t content_max = 4000;          ///< characters that a server takes
inline constexpr std::uint32_t window_max = 65'536;         ///< messages under way
inline constexpr double rate_max = 1e7;                     ///< of anything a second

} // namespace parley::load
