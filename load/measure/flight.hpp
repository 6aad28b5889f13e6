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
  struct message {
    std::uint32_t awaited = 0;  ///< copies that have not come
    bool given_up = false;      ///< nobody waits for it before the next one is sent
    std::uint64_t id = 0;       ///< that the first member was told; 0 for none
    std::int64_t due_ns = 0;    ///< when it was meant to leave
    std::int64_t first_ns = -1; ///< when the first copy came; below 0: none did
  };

  /// A new message that `copies` members must receive; answers its number.
  std::uint32_t start(std::uint32_t copies, std::int64_t due_ns) {
    if (end_ - begin_ == ring_.size())
      grow();
    ring_[end_ & (ring_.size() - 1)] = {.awaited = copies, .due_ns = due_ns};
    ++open_;
    return end_++;
  }

  /// One copy came at this time. Answers the message where it was the last one, else null; valid until the next
  /// `start`.
  const message* arrived(std::uint32_t number, std::int64_t received_ns) {
    message* const found = find(number);
    if (found != nullptr && found->first_ns < 0)
      found->first_ns = received_ns;
    return count_off(found);
  }

  /// One copy will never come. Answers as `arrived`.
  const message* missed(std::uint32_t number) { return count_off(find(number)); }

  /// A member was told this id: false where another member was told another one before. Who is told of no id, or of a
  /// message that is complete, agrees.
  bool agrees(std::uint32_t number, std::uint64_t id) {
    message* const found = find(number);
    if (found == nullptr || id == 0)
      return true;
    if (found->id == 0)
      found->id = id;
    return found->id == id;
  }

  /// Null where there is no such number, or its message and all before it are complete.
  message* find(std::uint32_t number) {
    return number - begin_ < end_ - begin_ ? &ring_[number & (ring_.size() - 1)] : nullptr;
  }

  [[nodiscard]] std::uint32_t begin() const { return begin_; } ///< all below are complete
  [[nodiscard]] std::uint32_t end() const { return end_; }     ///< the next number
  [[nodiscard]] std::uint32_t open() const { return open_; }   ///< messages that are not complete

private:
  const message* count_off(message* of) {
    if (of == nullptr || of->awaited == 0 || --of->awaited != 0)
      return nullptr;
    --open_;
    while (begin_ != end_ && ring_[begin_ & (ring_.size() - 1)].awaited == 0)
      ++begin_;
    return of;
  }

  void grow() {
    std::vector<message> wider(ring_.size() * 2);
    for (std::uint32_t i = begin_; i != end_; ++i)
      wider[i & (wider.size() - 1)] = ring_[i & (ring_.size() - 1)];
    ring_.swap(wider);
  }

  std::vector<message> ring_ = std::vector<message>(16); ///< by number, a ring of 2^n
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
