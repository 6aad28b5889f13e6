// What a benchmark takes from the heap: counted in steps of their own, so that counting does not slow what is timed.
#pragma once

#include "tests/support/heap_meter.hpp"

#include <benchmark/benchmark.h>
#include <cstddef>
#include <cstdint>

namespace parley::bench {

/// Runs `step()`, which does `items` of what the benchmark is about, some more times, and adds the counters `allocs`
/// and `heap_bytes` (taken from the heap, whatever was given back since), each an item.
template <class Step>
void count_heap(benchmark::State& state, std::size_t items, Step step) {
  constexpr std::size_t steps = 32;
  std::int64_t allocations = 0;
  std::int64_t bytes = 0;
  {
    const test::heap_meter meter;
    for (std::size_t i = 0; i < steps; ++i)
      step();
    allocations = meter.allocations();
    bytes = meter.allocated_bytes();
  }
  const auto count = static_cast<double>(steps * items);
  state.counters["allocs"] = static_cast<double>(allocations) / count;
  state.counters["heap_bytes"] = static_cast<double>(bytes) / count;
}

/// Seconds an item, where the benchmark's own time is that of many.
inline void show_cost(benchmark::State& state, const char* name, double items) {
  state.counters[name] = benchmark::Counter(items, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

} // namespace parley::bench
