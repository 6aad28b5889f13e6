// Requests that depend on what the client has already, or believes to be there (RFC 9110 §13).
#pragma once

#include "net/http/message.hpp"
#include "protocol/time.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace parley::net {

/// How one version of something is told from the others.
struct validators {
  std::string_view etag;             ///< strong and quoted
  std::optional<timestamp> modified; ///< with the second's precision of header fields
};

enum class precondition : std::uint8_t {
  holds,        ///< or there is none: the request is served
  failed,       ///< 412
  not_modified, ///< 304
};

/// What `If-Match`, `If-Unmodified-Since`, `If-None-Match` and `If-Modified-Since` say, in the order of §13.2.2. A date
/// that is none counts as not sent, a tag that is none matches nothing. For a request that would else be a success.
precondition check_conditions(const request_head& from, const validators& current);

/// The answer to one that failed.
refusal failed_precondition();

/// True if `If-Range` lets the range stand (§13.1.5): the very tag, or the very date where that is safe to tell, a
/// second later (§8.8.2.2). `now` is the answer's date.
bool allows_range(const request_head& from, const validators& current, timestamp now);

} // namespace parley::net
