// Questions that go to several nodes at once.
#pragma once

#include "protocol/time.hpp"

#include <cstdint>
#include <functional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

namespace parley::cluster {

/// Each ends when all who were asked have answered, are gone, or are late. Its answers are gathered in a `Sum`. Not
/// thread-safe.
template <class Sum>
class rounds {
public:
  using nodes = std::set<std::int64_t>;
  /// Hears the sum, and which nodes are not in it.
  using conclusion = std::function<void(Sum&, const nodes&)>;

  /// This node, as one of those who are asked. It is waited for however late it is.
  static constexpr std::int64_t here = 0;

  /// `asked` has one node at least. The number is a new one.
  std::uint64_t begin(nodes asked, moment until, Sum first, conclusion then) {
    open_.emplace(++last_, round{std::move(asked), until, std::move(then), std::move(first), {}});
    return last_;
  }

  /// `add(sum)` takes the answer in, or is false where it is none. Not called where the node was not asked, or is not
  /// waited for any more.
  template <class Add>
  void hear(std::uint64_t number, std::int64_t node, Add add) {
    const auto it = open_.find(number);
    if (it == open_.end() || it->second.waits_for.erase(node) == 0)
      return;
    if (!add(it->second.sum))
      it->second.silent.insert(node);
    if (it->second.waits_for.empty())
      end(it);
  }

  /// No answer comes from nodes for which `is_gone(node)` is true.
  template <class Gone>
  void lose_if(Gone is_gone) {
    strike([&](const round&, std::int64_t node) { return is_gone(node); });
  }
  void lose(std::int64_t node) {
    lose_if([node](std::int64_t asked) { return asked == node; });
  }
  /// Nobody waits longer for other nodes than until then.
  void expire(moment now) {
    strike([now](const round& one, std::int64_t node) { return one.until <= now && node != here; });
  }

  void clear() { open_.clear(); }

private:
  struct round {
    nodes waits_for;
    moment until{};
    conclusion then;
    Sum sum;
    nodes silent;
  };
  using place = typename std::unordered_map<std::uint64_t, round>::iterator;

  template <class Gone>
  void strike(Gone is_gone) {
    std::vector<std::uint64_t> ended;
    for (auto& [number, one] : open_) {
      std::erase_if(one.waits_for, [&one = one, &is_gone](std::int64_t node) {
        const bool gone = is_gone(one, node);
        if (gone)
          one.silent.insert(node);
        return gone;
      });
      if (one.waits_for.empty())
        ended.push_back(number);
    }
    for (const auto number : ended) // a conclusion may begin another round
      end(open_.find(number));
  }

  void end(place it) {
    auto ended = open_.extract(it);
    ended.mapped().then(ended.mapped().sum, ended.mapped().silent);
  }

  std::unordered_map<std::uint64_t, round> open_;
  std::uint64_t last_ = 0;
};

} // namespace parley::cluster
