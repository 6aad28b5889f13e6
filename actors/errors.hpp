// Our error codes inside CAF's errors.
#pragma once

#include "actors/interfaces.hpp"

#include <caf/error.hpp>

namespace parley {

/// The code in an actor's error. What is not ours (a time-out, an actor that ended) is `internal`.
inline error_code to_error_code(const caf::error& reason) {
  return reason.category() == caf::atom("parley") ? static_cast<error_code>(reason.code()) : error_code::internal;
}

} // namespace parley
