#include "actors/messages.hpp"

#include "actors/interfaces.hpp"

#include <caf/actor_system_config.hpp>

namespace parley {

void add_messages(caf::actor_system_config& config) {
  config.add_message_types<caf::id_block::parley_actors>();
  config.add_message_types<caf::id_block::parley_handles>();
}

} // namespace parley
