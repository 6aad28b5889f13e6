// Keeps what one user asks of a room in order, while some of it has to wait for an answer from elsewhere.
#pragma once

#include "protocol/ids.hpp"

#include <deque>
#include <functional>
#include <iterator>
#include <unordered_map>
#include <utility>

namespace parley {

/// A lane a user, only while something waits in it. A step either is done when it returns, or has called `hold` and
/// later calls `release` as often; what came meanwhile runs after it.
class user_lanes {
public:
  using step = std::function<void()>;

  /// Runs the step now, or behind what the user's lane still holds.
  template <class Step>
  void run(user_id user, Step&& what) {
    if (!lanes_.empty())
      if (auto found = lanes_.find(user); found != lanes_.end()) {
        found->second.waiting.emplace_back(std::forward<Step>(what));
        return;
      }
    what();
  }

  /// From within a step: what comes next for this user waits.
  void hold(user_id user) { ++lanes_[user].holds; }

  /// One hold is over; with the last one what waited runs, until one of those steps holds again.
  void release(user_id user) {
    auto found = lanes_.find(user);
    if (--found->second.holds > 0)
      return;
    auto waiting = std::move(found->second.waiting);
    lanes_.erase(found);
    while (!waiting.empty()) {
      auto next = std::move(waiting.front());
      waiting.pop_front();
      next();
      if (found = lanes_.find(user); found != lanes_.end()) {
        auto& behind = found->second.waiting;
        behind.insert(behind.begin(), std::make_move_iterator(waiting.begin()), std::make_move_iterator(waiting.end()));
        return;
      }
    }
  }

  bool empty() const { return lanes_.empty(); }

private:
  struct lane {
    int holds = 0;
    std::deque<step> waiting;
  };
  std::unordered_map<user_id, lane> lanes_;
};

} // namespace parley
