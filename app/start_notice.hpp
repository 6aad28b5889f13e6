// What a start tells whoever started it.
#pragma once

#include "app/node.hpp"
#include "config/load.hpp"
#include "net/listening.hpp"

#include <span>
#include <string>
#include <string_view>

namespace parley::app {

/// `http://127.0.0.1:8000`, or `unix:/run/parley.sock`, of which there is no URL.
std::string url_of(const net::bound_place& where, std::string_view scheme);

/// Logs version, address for a browser, folders, database and limits: a line each, or one line in JSON.
void announce_start(const config::loaded_settings& loaded, const node& running,
                    std::span<const net::bound_place> places);

} // namespace parley::app
