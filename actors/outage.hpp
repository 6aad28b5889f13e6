// What the log says of a disk that takes nothing: that it began, now and then that it lasts, that it is over.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace parley {

/// One row of failed transactions. A server goes on to be asked while it lasts, so that a line a failure would fill the
/// disk that is full.
class outage {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// Between two lines of one outage.
  static constexpr std::chrono::seconds line_pause{10};

  /// True if the failure was worth a line.
  bool fail(std::size_t entries, std::string_view reason, time_point now);
  /// A transaction was committed.
  void end(time_point now);

private:
  std::uint64_t transactions_ = 0; ///< that failed in this outage; 0 while there is none
  std::uint64_t entries_ = 0;      ///< in them
  time_point begun_{};
  time_point logged_{};
};

} // namespace parley
