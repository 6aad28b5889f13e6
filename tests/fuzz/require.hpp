// How a fuzzer says that a promise was broken.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace parley::fuzz {

/// Ends the process where a promise does not hold: libFuzzer keeps the input that got here.
inline void require(bool holds, const char* promise) {
  if (holds)
    return;
  std::fprintf(stderr, "broken promise: %s\n", promise);
  std::abort();
}

} // namespace parley::fuzz
