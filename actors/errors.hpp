// Our error codes inside CAF's errors.
#pragma once

#include "actors/interfaces.hpp"

#include <caf/error.hpp>
#include <caf/sec.hpp>

namespace parley {

/// The code in an actor's error. Who did not answer in time has too much to do: `rate_limited`. What else is not ours
/// (an actor that ended) is `internal`.
inline error_code to_error_code(const caf::error& reason) {
  if (reason == caf::sec::request_timeout)
    return error_code::rate_limited;
  return reason.category() == caf::atom("parley") ? static_cast<error_code>(reason.code()) : error_code::internal;
}

} // namespace parley
