// What can be said of any order to a room.
#pragma once

#include "cluster/peer_items.hpp"

#include <optional>

namespace parley::cluster {

/// Whoever asked, if an answer goes there; else null.
const origin* asker_of(const room_order& x);

/// What whoever asked is told where the order is not carried out; none where nobody is told.
std::optional<refused> refusal_of(room_id room, const room_order& x, error_code why);

} // namespace parley::cluster
