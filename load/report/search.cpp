#include "load/report/search.hpp"

#include <algorithm>
#include <cmath>

namespace parley::load {

namespace {

constexpr int runs_that_decide = 2;
constexpr double step_down = 4; ///< where even the first rate does not hold
constexpr double rate_least = 0.1;

} // namespace

void rate_search::note(bool held) {
  probes_.push_back({next_, held});
  ++(held ? holds_ : fails_);
  const bool on_the_way_up = held && !failed_ && fails_ == 0;
  if (on_the_way_up || std::max(holds_, fails_) == runs_that_decide)
    decide(held);
}

void rate_search::decide(bool held) {
  holds_ = fails_ = 0;
  (held ? held_ : failed_) = next_;
  if (!failed_) {
    over_ = next_ >= to_;
    next_ = std::min(next_ * 2, to_);
  } else if (!held_) {
    over_ = next_ <= rate_least;
    next_ = std::max(next_ / step_down, rate_least);
  } else {
    over_ = *failed_ / *held_ <= precision;
    next_ = std::sqrt(*failed_ * *held_);
  }
}

} // namespace parley::load
