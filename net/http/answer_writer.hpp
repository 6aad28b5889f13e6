// An answer as the bytes of HTTP/1.1 (RFC 9112 §4).
#pragma once

#include "net/http/message.hpp"
#include "protocol/time.hpp"

#include <string>

namespace parley::net {

enum class connection_word : std::uint8_t { none, keep_alive, close };

/// Status line and fields with the empty line; the body is sent as it is.
std::string write_head(const response& what, connection_word last, timestamp now);

/// `Sat, 21 Nov 2026 02:38:05 GMT` (RFC 9110 §5.6.7).
std::string http_date(timestamp t);

} // namespace parley::net
