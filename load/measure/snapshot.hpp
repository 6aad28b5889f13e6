// A tally on its way from a worker process to the coordinator, several times a second.
#pragma once

#include "load/measure/tally.hpp"

#include <tl/expected.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace parley::load {

/// Writes what a tally holds: sums, maxima and texts as they stand, of histograms only the buckets that changed since
/// the last one written.
class snapshot_writer {
public:
  /// MessagePack.
  std::vector<std::uint8_t> write(const tally& now);

private:
  std::map<std::string, histogram, std::less<>> told_;
};

/// The other end: follows one worker's tally from snapshot to snapshot.
class snapshot_reader {
public:
  /// The error is one phrase for people: not what a `snapshot_writer` wrote.
  tl::expected<void, std::string> read(std::string_view bytes);

  [[nodiscard]] const tally& latest() const { return latest_; }

private:
  tally latest_;
};

} // namespace parley::load
