// What the interfaces of several actors share.
#pragma once

#include "actors/errors.hpp"
#include "actors/type_ids.hpp"

#include <caf/typed_actor.hpp>

namespace parley {

/// The answer to a request that asks for no value. (CAF 0.17 sends `caf::unit_t` as an empty message.)
struct finished {};

/// What an actor sends itself, to look at the clock again.
struct tick {};

/// Shutdown has begun: a hub tells its sessions; a session tells its client, then closes 1001.
struct drain {};

} // namespace parley
