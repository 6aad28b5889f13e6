// Examples of what a histogram counts, by which an operator finds the trace of a slow request.
#pragma once

#include "actors/latency.hpp"
#include "protocol/time.hpp"

#include <array>
#include <optional>
#include <string>

namespace parley::net {

/// One of the things that a bucket counts, and the trace by which it can be looked at.
struct exemplar {
  std::string trace_id; ///< 32 hexadecimal digits
  double seconds = 0;
  timestamp at{};
};

/// The latest of each bucket of a `latency_histogram`.
using exemplars = std::array<std::optional<exemplar>, latency_histogram::bounds_s.size() + 1>;

} // namespace parley::net
