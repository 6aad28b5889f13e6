// Opens many connections: a bounded number at a time, on a ramp where one is wanted, none longer than ten seconds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace parley::load {

class opener {
public:
  /// Connections under way at once: enough to keep a server busy, few enough for its accept queue.
  static constexpr std::size_t at_once = 128;
  /// From connect() to ready.
  static constexpr std::int64_t timeout_ns = 10'000'000'000;

  /// `start(i)` is called once for each i below `count`, in order. `per_second` 0 means as fast as they come.
  opener(std::size_t count, double per_second, std::function<void(std::size_t)> start);

  /// Starts what is due. Answers with a connection that took too long, if there is one.
  std::optional<std::size_t> step(std::int64_t now);

  /// Connection `i` got where it was going. Once for each.
  void ready(std::size_t i);

  /// How long `step` may wait to be called again; bounded by 10 ms.
  [[nodiscard]] std::int64_t wait_ns(std::int64_t now) const;

  [[nodiscard]] bool done() const { return ready_ == count_; }

private:
  [[nodiscard]] std::int64_t due(std::size_t i) const;

  std::size_t count_;
  double per_second_;
  std::function<void(std::size_t)> start_;
  std::vector<std::int64_t> started_at_; ///< 0 once ready
  std::size_t oldest_ = 0;               ///< all below are ready
  std::size_t ready_ = 0;
  std::int64_t begun_at_ = 0;
};

} // namespace parley::load
