// How webhooks fare, for operators.
#pragma once

#include "actors/latency.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string_view>

namespace parley::net {

/// What the node has sent since the start, and what waits. Any thread.
class webhook_figures {
public:
  struct counts {
    std::uint64_t delivered = 0;
    std::map<std::string_view, std::uint64_t> failed; ///< by reason
    std::int64_t pending = 0;                         ///< events that wait, of the webhooks that this node sends
    std::int64_t dead = 0;                            ///< events that were given up, of the same
    latency_histogram took;                           ///< of each attempt
  };

  /// An attempt; an empty `fault`, which is a literal, where it delivered.
  void add(std::string_view fault, std::chrono::nanoseconds took) {
    const std::lock_guard hold(lock_);
    counts_.took.add(took);
    if (fault.empty())
      ++counts_.delivered;
    else
      ++counts_.failed[fault];
  }
  void set_waiting(std::int64_t pending, std::int64_t dead) {
    const std::lock_guard hold(lock_);
    counts_.pending = pending;
    counts_.dead = dead;
  }
  counts copy() const {
    const std::lock_guard hold(lock_);
    return counts_;
  }

private:
  mutable std::mutex lock_;
  counts counts_;
};

} // namespace parley::net
