// The access log: one line a request, in the log's own place and format.
#pragma once

#include "config/settings.hpp"
#include "net/http/access_log.hpp"

namespace parley::app {

/// The name of the logger whose messages in JSON are members of the line's object, not a text.
inline constexpr const char* access_logger_name = "access";

/// What `log.access` asks for, written whatever `log.level` is; empty if that is nothing. After `start_logging`.
net::access_logger access_lines(const config::log_settings& s);

} // namespace parley::app
