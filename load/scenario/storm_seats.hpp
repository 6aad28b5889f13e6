// Who sits where in the scenario `storm`.
#pragma once

#include "load/scenario/crowd.hpp"
#include "load/scenario/storm.hpp"

#include <cstdint>
#include <vector>

namespace parley::load {

enum class storm_role : std::uint8_t {
  speaker,   ///< stays in a room of the storm and speaks
  dropper,   ///< drops and comes back
  bystander, ///< of another room; each of its members speaks in turn
};

struct storm_seat {
  std::uint32_t number; ///< in the whole run: member m of room r has m * all rooms + r - 1, as `parley fixtures` has it
  std::uint32_t room;   ///< id
  std::uint32_t member; ///< of its room, from 0; the speaker is 0
  storm_role role;
};

/// Members of the largest room.
std::uint32_t largest_room(const storm_options& options);

/// Members of room `id`.
std::uint32_t members_of(const storm_options& options, std::uint32_t id);

/// Those of one process, room by room. Droppers are dealt out to the rooms in turn.
std::vector<storm_seat> storm_seats(const storm_options& options, const share& mine);

} // namespace parley::load
