// Questions that go to all nodes at once.
#pragma once

#include "protocol/time.hpp"

#include <cstdint>
#include <functional>
#include <set>
#include <unordered_map>

namespace parley::cluster {

/// Each ends when all who were asked have answered, are gone, or are late. Not thread-safe.
class rounds {
public:
  /// Hears the sum of the answers.
  using conclusion = std::function<void(std::int64_t)>;

  /// This node, as one of those who are asked. It is waited for however late it is.
  static constexpr std::int64_t here = 0;

  /// `asked` has one node at least. The number is a new one.
  std::uint64_t begin(std::set<std::int64_t> asked, moment until, conclusion then);

  /// Without effect where it was not asked, or is not waited for any more.
  void hear(std::uint64_t number, std::int64_t node, std::int64_t answer = 0);

  /// No answer comes from it any more.
  void lose(std::int64_t node);
  /// Nobody waits longer for other nodes than until then.
  void expire(moment now);

  void clear() { open_.clear(); }

private:
  struct round {
    std::set<std::int64_t> waits_for;
    moment until{};
    conclusion then;
    std::int64_t sum = 0;
  };
  using place = std::unordered_map<std::uint64_t, round>::iterator;

  /// Removes those for which `is_gone(round, node)` is true from all rounds.
  template <class Gone>
  void strike(Gone is_gone);
  void end(place it);

  std::unordered_map<std::uint64_t, round> open_;
  std::uint64_t last_ = 0;
};

} // namespace parley::cluster
