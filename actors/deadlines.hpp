// What has to happen to whom, and when: one moment a key.
#pragma once

#include "protocol/time.hpp"

#include <map>
#include <optional>
#include <set>
#include <utility>

namespace parley {

/// One moment for each key. Setting, clearing and taking cost O(log n).
template <class Key>
class deadlines {
public:
  /// In place of the key's moment before.
  void set(const Key& key, moment at) {
    clear(key);
    moments_.emplace(key, at);
    order_.emplace(at, key);
  }

  /// False if the key had none.
  bool clear(const Key& key) {
    auto known = moments_.find(key);
    if (known == moments_.end())
      return false;
    order_.erase({known->second, key});
    moments_.erase(known);
    return true;
  }

  bool contains(const Key& key) const { return moments_.contains(key); }
  bool empty() const { return moments_.empty(); }

  /// Takes out one whose moment has come by `now`, the earliest first.
  std::optional<Key> take_due(moment now) {
    if (order_.empty() || order_.begin()->first > now)
      return std::nullopt;
    Key out = order_.begin()->second;
    order_.erase(order_.begin());
    moments_.erase(out);
    return out;
  }

  /// The earliest moment; `moment::max()` where there is none.
  moment next() const { return order_.empty() ? moment::max() : order_.begin()->first; }

private:
  std::map<Key, moment> moments_;
  std::set<std::pair<moment, Key>> order_;
};

} // namespace parley
