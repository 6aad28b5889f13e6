// What settings make of a server that is one of several.
#pragma once

#include "cluster/network.hpp"
#include "config/settings.hpp"
#include "storage/ports.hpp"

#include <optional>
#include <string>

namespace parley::app {

/// The node's name: that of the settings, else the host's.
std::string node_name(const config::settings& s);

/// nullopt where the server is alone. The folder of files must be there; it gets a mark that no other has. Throws
/// std::runtime_error: one line.
std::optional<storage::node_wish> node_wish_of(const config::settings& s, const std::string& secret);

cluster::network_options network_options_of(const config::settings& s);

} // namespace parley::app
