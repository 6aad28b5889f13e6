// By which trace of the caller's a request came (W3C Trace Context 1, https://www.w3.org/TR/trace-context-1/).
#pragma once

#include "net/http/message.hpp"

#include <optional>
#include <string_view>

namespace parley::net {

/// Views into the field it was read from.
struct trace_context {
  std::string_view trace_id;  ///< 32 lower-case hexadecimal digits, not all of them 0
  std::string_view parent_id; ///< the caller's span: 16 such digits
  bool sampled = false;       ///< the caller keeps what it recorded
};

/// §3.2: nullopt for what is not written as version 00 is, or as a later version may be (§4.3).
std::optional<trace_context> parse_traceparent(std::string_view text);

/// Reads the request's `traceparent`; nullopt if there is none, or more than one.
std::optional<trace_context> find_trace(const request_head& head);

} // namespace parley::net
