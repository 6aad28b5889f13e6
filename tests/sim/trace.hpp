// What happened in a simulated world, in order: always as a hash, on demand as lines.
#pragma once

#include <fmt/core.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string_view>
#include <type_traits>

namespace parley::sim {

class trace {
public:
  /// `out`: where the lines go; null for nowhere.
  explicit trace(std::FILE* out = nullptr) : out_(out) {}

  /// Numbers and strings only: nothing that differs from one run to the next, as an address does.
  template <class... Args>
  void line(fmt::format_string<const Args&...> text, const Args&... args) {
    const auto shown = fmt::string_view(text);
    mix(shown.size());
    (mix(args), ...);
    if (out_ == nullptr)
      return;
    fmt::print(out_, "{:>7} ", std::chrono::duration_cast<std::chrono::milliseconds>(time_).count());
    fmt::print(out_, text, args...);
    std::fputc('\n', out_);
  }

  /// The time that the next lines show, since the world began.
  void at(std::chrono::milliseconds time) { time_ = time; }

  std::uint64_t hash() const { return hash_; }

private:
  void mix(std::string_view text) {
    for (const char c : text)
      mix_one(static_cast<unsigned char>(c));
  }
  template <class Number>
  requires std::is_arithmetic_v<Number>
  void mix(Number x) { mix_one(static_cast<std::uint64_t>(x)); }
  void mix_one(std::uint64_t x) { hash_ = (hash_ ^ x) * 0x100000001B3U; }

  std::FILE* out_;
  std::chrono::milliseconds time_{};
  std::uint64_t hash_ = 0xCBF29CE484222325U;
};

} // namespace parley::sim
