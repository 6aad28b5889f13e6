// Our error codes inside CAF's errors.
#pragma once

#include "protocol/error_code.hpp"

#include <caf/atom.hpp>
#include <caf/error.hpp>
#include <caf/make_message.hpp>
#include <caf/sec.hpp>

CAF_ERROR_CODE_ENUM(parley::error_code, "parley")

namespace parley {

/// The code in an actor's error. Who did not answer in time has too much to do: `rate_limited`. What else is not ours
/// (an actor that ended) is `internal`.
inline error_code to_error_code(const caf::error& reason) {
  if (reason == caf::sec::request_timeout)
    return error_code::rate_limited;
  return reason.category() == caf::atom("parley") ? static_cast<error_code>(reason.code()) : error_code::internal;
}

} // namespace parley
