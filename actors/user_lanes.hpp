// Keeps what one user asks of a room in order, while some of it has to wait for an answer from elsewhere.
#pragma once

#include "protocol/error_code.hpp"
#include "protocol/ids.hpp"
#include "protocol/time.hpp"

#include <algorithm>
#include <cstddef>
#include <deque>
#include <functional>
#include <iterator>
#include <unordered_map>
#include <utility>
#include <vector>

namespace parley {

/// A lane a user, only while something waits in it. A step either is done when it returns, or has called `hold` and
/// later calls `release` as often; what came meanwhile runs after it.
class user_lanes {
public:
  using step = std::function<void()>;
  using refusal = std::function<void(error_code)>;

  /// Steps that wait in one lane; past it those that may be refused are.
  static constexpr std::size_t waiting_limit = 1024;

  /// Runs the step now, or behind what the user's lane still holds, however long that is.
  template <class Step>
  void run(user_id user, Step&& what) {
    if (!is_held(user))
      what();
    else
      lanes_.at(user).waiting.push_back({std::forward<Step>(what), nullptr, moment::max()});
  }

  /// For a lane that is held: `what` runs behind what it holds, or `refuse` is called with `rate_limited` instead: at
  /// once if too much waits there, and by `expire` once `until` has come. False if it was at once.
  bool wait(user_id user, moment until, step what, refusal refuse) {
    auto& waiting = lanes_.at(user).waiting;
    if (waiting.size() >= waiting_limit) {
      refuse(error_code::rate_limited);
      return false;
    }
    waiting.push_back({std::move(what), std::move(refuse), until});
    return true;
  }

  /// From within a step: what comes next for this user waits.
  void hold(user_id user) { ++lanes_[user].holds; }

  bool is_held(user_id user) const { return !lanes_.empty() && lanes_.contains(user); }

  /// One hold is over; with the last one what waited runs, until one of those steps holds again.
  void release(user_id user) {
    auto found = lanes_.find(user);
    if (--found->second.holds > 0)
      return;
    auto waiting = std::move(found->second.waiting);
    lanes_.erase(found);
    while (!waiting.empty()) {
      auto next = std::move(waiting.front().run);
      waiting.pop_front();
      next();
      if (found = lanes_.find(user); found != lanes_.end()) {
        auto& behind = found->second.waiting;
        behind.insert(behind.begin(), std::make_move_iterator(waiting.begin()), std::make_move_iterator(waiting.end()));
        return;
      }
    }
  }

  /// Refuses what still waits though its time has come. Returns when to call again; `moment::max()` for never.
  moment expire(moment now) {
    std::vector<refusal> overdue;
    auto next = moment::max();
    for (auto& [user, its] : lanes_)
      std::erase_if(its.waiting, [&](entry& x) {
        if (x.until > now) {
          next = std::min(next, x.until);
          return false;
        }
        overdue.push_back(std::move(x.refuse));
        return true;
      });
    for (const auto& refuse : overdue)
      refuse(error_code::rate_limited);
    return next;
  }

  bool empty() const { return lanes_.empty(); }

private:
  struct entry {
    step run;
    refusal refuse; ///< null if it must be run
    moment until;   ///< `moment::max()` where it must be run
  };
  struct lane {
    int holds = 0;
    std::deque<entry> waiting;
  };
  std::unordered_map<user_id, lane> lanes_;
};

} // namespace parley
