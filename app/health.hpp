// Asks a server whether it is ready, for where there is no curl.
#pragma once

#include "config/settings.hpp"

#include <optional>
#include <string>

namespace parley::app {

/// The first address at which a server with these settings listens, as seen from this machine; `unix:PATH` where there
/// are Unix sockets only.
std::string own_address(const config::settings& s);

/// Why the server at an address, as for `check_health`, is not ready; nullopt where it is.
std::optional<std::string> find_unready(const std::string& url);

/// GET /readyz of the server at `url` (`http://` or `https://`, host, port; a path goes before `/readyz`; or
/// `unix:PATH`, without TLS). 0 if it answers 200 within 5 s; else 1, with one line on standard error. The
/// certificate is not checked: nothing secret is said, and the address is usually the machine's own.
int check_health(const std::string& url);

} // namespace parley::app
