// Waiting for what another thread does: with an end, so that a test fails where it would hang.
#pragma once

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <semaphore>

namespace parley::test {

/// Far beyond what a slow machine needs.
inline constexpr std::chrono::seconds deadline{30};

/// Waits for a `release` by another thread.
inline void wait(std::binary_semaphore& done) {
  if (done.try_acquire_for(deadline))
    return;
  // The other thread may hold the test's own variables: unwinding would take them from under it.
  std::fputs("what was waited for did not happen\n", stderr);
  std::abort();
}

} // namespace parley::test
