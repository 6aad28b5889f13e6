// Times as header fields show them (RFC 9110 §5.6.7).
#pragma once

#include "protocol/time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace parley::net {

/// `Sat, 21 Nov 2026 02:38:05 GMT`.
std::string http_date(timestamp t);

/// That form and the two obsolete ones.
std::optional<timestamp> read_http_date(std::string_view text);

} // namespace parley::net
