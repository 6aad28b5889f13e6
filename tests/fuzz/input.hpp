// A fuzzer's bytes, taken apart: choices first, text behind them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace parley::fuzz {

class input {
public:
  input(const std::uint8_t* data, std::size_t size) : left_(reinterpret_cast<const char*>(data), size) {}

  /// 0 where nothing is left.
  std::uint8_t byte() {
    if (left_.empty())
      return 0;
    const auto out = static_cast<std::uint8_t>(left_.front());
    left_.remove_prefix(1);
    return out;
  }

  /// Eight bytes, the most significant first.
  std::uint64_t number() {
    std::uint64_t out = 0;
    for (int i = 0; i < 8; ++i)
      out = out << 8 | byte();
    return out;
  }

  std::string_view rest() const { return left_; }

  /// Up to the next `mark`, which is taken as well; all that is left where there is none.
  std::string_view until(char mark) {
    const auto end = left_.find(mark);
    const auto out = left_.substr(0, end);
    left_.remove_prefix(end == std::string_view::npos ? left_.size() : end + 1);
    return out;
  }

private:
  std::string_view left_;
};

/// Cuts a stream into pieces as TCP might; the same seed always in the same places. 0 leaves it whole, 1 makes pieces
/// of one byte. Each piece is a buffer of exactly its size, so that a sanitizer sees a read past its end.
inline std::vector<std::string> cut(std::string_view stream, std::uint32_t seed) {
  std::vector<std::string> out;
  auto state = seed * 2654435761U;
  while (!stream.empty()) {
    state = state * 1664525U + 1013904223U;
    const std::size_t most = (state >> 16 & 7) == 0 ? 300 : 9;
    const std::size_t size = seed == 0 ? stream.size() : seed == 1 ? 1 : 1 + (state >> 20) % most;
    out.emplace_back(stream.substr(0, size));
    stream.remove_prefix(out.back().size());
  }
  return out;
}

} // namespace parley::fuzz
