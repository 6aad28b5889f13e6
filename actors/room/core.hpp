// What every subject of a room works with.
#pragma once

#include "actors/attendance.hpp"
#include "actors/room/announcer.hpp"
#include "actors/room/options.hpp"
#include "actors/room/port.hpp"
#include "actors/room/rights.hpp"
#include "actors/room/turns.hpp"

#include <optional>

namespace parley {

/// The row, who is here, what they may do, whose turn it is, and the voice of one room. What only some subjects need
/// is theirs.
struct room_core {
  room_core(room_port& the_port, const room_options& the_options, room value,
            std::optional<timestamp> guests_muted_until, std::int64_t revision = 0)
    : port(the_port), options(the_options), row{std::move(value), revision},
      known(
        options.now, [this](user_id user) { return here.is_present(user); }, guests_muted_until),
      turns(port, options, row, known), say(port, row, here) {}
  room_core(const room_core&) = delete;
  room_core& operator=(const room_core&) = delete;

  room_id id() const { return row.value.id; }
  /// Nothing is to be taken or told that no commit stands behind.
  bool is_suspended() const { return options.suspended && options.suspended(); }

  room_port& port;
  const room_options& options;
  room_row row;
  attendance here;
  rights known;
  user_turns turns;
  announcer say;
};

} // namespace parley
