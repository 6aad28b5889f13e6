// Whether a room's frames may wait for company: for the next message, with which they share a write.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace parley {

/// How fast messages follow each other in one room, on one I/O thread.
class room_pace {
public:
  using instant = std::chrono::steady_clock::time_point;

  /// Messages that share a write; more would save little, and somebody waits.
  static constexpr int enough = 4;

  /// One message is about to be handed over. By when it has to leave; nullopt if it leaves at once, for no other one is
  /// expected within half of `hold`, or enough wait with it. `departures` changes when what waited has left.
  std::optional<instant> note(instant now, std::chrono::microseconds hold, std::uint64_t departures);

private:
  instant last_{};
  instant since_{};              ///< the first one that waits was handed over
  std::uint64_t departures_ = 0; ///< at that time
  float usual_ = 40;             ///< interval, as a power of two of nanoseconds; at first 18 minutes
  int waiting_ = 0;
};

} // namespace parley
