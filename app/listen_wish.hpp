// Where the node listens: as the settings say, or on the sockets that whoever started the process passes.
#pragma once

#include "config/settings.hpp"
#include "net/listening.hpp"

namespace parley::app {

/// Sockets that are passed (sd_listen_fds(3): LISTEN_FDS, LISTEN_PID) go before all settings. They are taken once: from
/// here on the variables are gone, and no child takes the sockets for its own. Not thread-safe. Throws
/// std::runtime_error: one line.
net::listen_wish listen_wish_of(const config::server_settings& s);

} // namespace parley::app
