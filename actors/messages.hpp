// What has to be said to CAF before the first actor starts.
#pragma once

#include <caf/fwd.hpp>

namespace parley {

/// Tells CAF of every message between actors.
void add_messages(caf::actor_system_config& config);

} // namespace parley
