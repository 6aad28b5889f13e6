// Bookkeeping of what was sent and what came: which messages are still on their way, and in what order they arrive.
#pragma once

#include <cassert>
#include <cstdint>
#include <unordered_set>
#include <vector>

namespace parley::load {

/// The messages of one room that some member still has to receive. Numbers rise from 0.
class flight {
public:
  /// A new message that `copies` members must receive; answers its number.
  std::uint32_t start(std::uint32_t copies) {
    if (end_ - begin_ == awaited_.size())
      grow();
    awaited_[end_ & (awaited_.size() - 1)] = copies;
    ++open_;
    return end_++;
  }

  /// One copy came, or never will. True where it was the last one of the message.
  bool arrived(std::uint32_t number) {
    if (number - begin_ >= end_ - begin_)
      return false;
    std::uint32_t& awaited = awaited_[number & (awaited_.size() - 1)];
    if (awaited == 0 || --awaited != 0)
      return false;
    --open_;
    while (begin_ != end_ && awaited_[begin_ & (awaited_.size() - 1)] == 0)
      ++begin_;
    return true;
  }

  [[nodiscard]] std::uint32_t begin() const { return begin_; } ///< all below are complete
  [[nodiscard]] std::uint32_t end() const { return end_; }     ///< the next number
  [[nodiscard]] std::uint32_t open() const { return open_; }   ///< messages that are not complete

private:
  void grow() {
    std::vector<std::uint32_t> wider(awaited_.size() * 2);
    for (std::uint32_t i = begin_; i != end_; ++i)
      wider[i & (wider.size() - 1)] = awaited_[i & (awaited_.size() - 1)];
    awaited_.swap(wider);
  }

  std::vector<std::uint32_t> awaited_ = std::vector<std::uint32_t>(16); ///< copies by number, a ring of 2^n
  std::uint32_t begin_ = 0;
  std::uint32_t end_ = 0;
  std::uint32_t open_ = 0;
};

enum class arrival : std::uint8_t {
  fresh,
  late,    ///< after one with a greater number
  doubled, ///< came before
};

/// Numbered streams, each to arrive as 0, 1, 2 and so on. Costs memory only for gaps.
class arrival_log {
public:
  explicit arrival_log(std::size_t streams) : next_(streams) {}

  arrival note(std::size_t stream, std::uint32_t number) {
    std::uint32_t& next = next_[stream];
    if (number < next)
      return missing_.erase(key(stream, number)) == 1 ? arrival::late : arrival::doubled;
    for (; next < number; ++next)
      missing_.insert(key(stream, next));
    ++next;
    return arrival::fresh;
  }

  [[nodiscard]] bool has(std::size_t stream, std::uint32_t number) const {
    return number < next_[stream] && !missing_.contains(key(stream, number));
  }

private:
  static std::uint64_t key(std::size_t stream, std::uint32_t number) {
    assert(stream <= 0xFFFFFFFF);
    return std::uint64_t{stream} << 32 | number;
  }

  std::vector<std::uint32_t> next_;
  std::unordered_set<std::uint64_t> missing_;
};

} // namespace parley::load
