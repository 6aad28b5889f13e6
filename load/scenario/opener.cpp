#include "load/scenario/opener.hpp"

#include "load/measure/clock.hpp"

#include <algorithm>
#include <utility>

namespace parley::load {

opener::opener(std::size_t count, double per_second, std::function<void(std::size_t)> start)
  : count_(count), per_second_(per_second), start_(std::move(start)) {
  started_at_.reserve(count);
}

std::optional<std::size_t> opener::step(std::int64_t now) {
  if (started_at_.empty())
    begun_at_ = now;
  while (started_at_.size() < count_ && started_at_.size() - ready_ < at_once && due(started_at_.size()) <= now) {
    started_at_.push_back(now);
    start_(started_at_.size() - 1);
  }
  while (oldest_ < started_at_.size() && started_at_[oldest_] == 0)
    ++oldest_;
  if (oldest_ < started_at_.size() && now - started_at_[oldest_] > timeout_ns)
    return oldest_;
  return std::nullopt;
}

void opener::ready(std::size_t i) {
  started_at_[i] = 0;
  ++ready_;
}

std::int64_t opener::wait_ns(std::int64_t now) const {
  const std::int64_t longest = 10 * ns_per_ms;
  if (started_at_.size() == count_ || started_at_.size() - ready_ >= at_once)
    return longest;
  return std::clamp<std::int64_t>(due(started_at_.size()) - now, 0, longest);
}

std::int64_t opener::due(std::size_t i) const {
  return per_second_ > 0 ? begun_at_ + static_cast<std::int64_t>(static_cast<double>(i) / per_second_ * ns_per_s)
                         : begun_at_;
}

} // namespace parley::load
