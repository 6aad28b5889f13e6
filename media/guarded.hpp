// Calls of C libraries that report an error by not returning.
#pragma once

#include <csetjmp>
#include <utility>

namespace parley::media {

/// Runs `work`, which calls libjpeg or libpng and returns a bool; false if their error function leaves by
/// `std::longjmp(back, 1)`, too. No destructor runs on that way: what `work` has on its stack while it calls the
/// library must not need one.
template <class Work>
bool guarded(std::jmp_buf& back, Work&& work) {
  if (setjmp(back) != 0)
    return false;
  return std::forward<Work>(work)();
}

} // namespace parley::media
