// Counts what `new` and `delete` do. A program that links heap_meter.cpp has its global operators replaced.
#pragma once

#include <cstdint>

namespace parley::test {

/// Counts on all threads from its construction to its end; one at a time. Bytes are those that malloc gives out, which
/// is rounded up from what was asked for; the 8 bytes that glibc keeps beside each block are not in them.
class heap_meter {
public:
  heap_meter();
  heap_meter(const heap_meter&) = delete;
  heap_meter& operator=(const heap_meter&) = delete;
  ~heap_meter();

  /// Calls of `new`.
  std::int64_t allocations() const;
  /// By those calls, whatever was freed since.
  std::int64_t allocated_bytes() const;
  /// Blocks that live now beyond those that lived when counting began; negative where more were freed.
  std::int64_t grown_blocks() const;
  std::int64_t grown_bytes() const;
};

} // namespace parley::test
