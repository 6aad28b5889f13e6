// Log lines about one connection. In every log they can be found by its id, which `/admin/disconnects` shows as well.
#pragma once

#include "protocol/ids.hpp"

#include <spdlog/spdlog.h>

#include <utility>

namespace parley {

/// Logs `[connection 17] …`; the JSON format takes the id out of the text into a member of its own. Any thread.
template <class... Args>
void log_connection(spdlog::level::level_enum level, connection_id who, fmt::format_string<Args...> text,
                    Args&&... args) {
  if (spdlog::should_log(level))
    spdlog::log(level, "[connection {}] {}", who.value, fmt::format(text, std::forward<Args>(args)...));
}

} // namespace parley
