// How connections are numbered, so that no two nodes give out the same number.
#pragma once

#include "protocol/ids.hpp"

#include <cassert>
#include <cstdint>

namespace parley {

/// Nodes that serve together have slots from 1 to this; one alone has slot 0.
inline constexpr std::int64_t node_slot_max = 255;

/// Connections of one node in one run: enough for 500,000 a second during a year.
inline constexpr std::int64_t connections_a_slot = std::int64_t{1} << 44;

/// The number `count` (from 1, below `connections_a_slot`) of the node in `slot`. Below 2^53 (RFC 8259 §6): programs
/// read it as a double. Of a node that is alone it is `count` itself.
constexpr connection_id number_connection(std::int64_t slot, std::int64_t count) {
  assert(slot >= 0 && slot <= node_slot_max && count > 0 && count < connections_a_slot);
  return connection_id{slot * connections_a_slot + count};
}

/// The slot of the node that has the connection.
constexpr std::int64_t slot_of(connection_id which) {
  return which.value / connections_a_slot;
}

} // namespace parley
