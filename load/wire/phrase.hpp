// How a failed system call is told.
#pragma once

#include <cstring>
#include <string>
#include <string_view>

namespace parley::load {

/// "connect: Connection refused"; `fault` is an `errno`.
inline std::string phrase(std::string_view what, int fault) {
  return std::string(what) + ": " + std::strerror(fault);
}

} // namespace parley::load
