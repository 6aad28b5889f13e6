// The one source of chance of a simulated world.
#pragma once

#include <cstddef>
#include <cstdint>

namespace parley::sim {

/// splitmix64: the same numbers on every machine and with every standard library.
class lot {
public:
  explicit lot(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15U;
    auto z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
  }

  /// From 0 to `n` - 1; `n` is positive.
  std::size_t below(std::size_t n) { return static_cast<std::size_t>((next() >> 32) * n >> 32); }

  /// From `least` to `most`, both included.
  int between(int least, int most) {
    return least + static_cast<int>(below(static_cast<std::size_t>(most - least) + 1));
  }

  bool chance(unsigned percent) { return below(100) < percent; }

  /// One of a container that is not empty.
  template <class Container>
  auto& pick(Container& from) {
    return from[below(from.size())];
  }

private:
  std::uint64_t state_;
};

} // namespace parley::sim
