#include "load/scenario/storm_seats.hpp"

#include <algorithm>

namespace parley::load {

std::uint32_t largest_room(const storm_options& options) {
  return std::max(members_of(options, 1), options.bystander_rooms > 0 ? options.bystander_members : 0);
}

std::uint32_t members_of(const storm_options& options, std::uint32_t id) {
  if (id > options.rooms)
    return options.bystander_members;
  const std::uint32_t droppers = (options.connections + options.rooms - id) / options.rooms;
  return 1 + droppers;
}

std::vector<storm_seat> storm_seats(const storm_options& options, const share& mine) {
  const std::uint32_t rooms = options.rooms + options.bystander_rooms;
  std::vector<storm_seat> seats;
  for (std::uint32_t r = mine.index; r < rooms; r += mine.count)
    for (std::uint32_t m = 0; m < members_of(options, r + 1); ++m) {
      const storm_role in_storm = m == 0 ? storm_role::speaker : storm_role::dropper;
      seats.push_back({m * rooms + r, r + 1, m, r < options.rooms ? in_storm : storm_role::bystander});
    }
  return seats;
}

} // namespace parley::load
