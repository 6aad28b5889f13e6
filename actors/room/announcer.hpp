// How a room speaks: to all who are in it, to one of them, to users elsewhere.
#pragma once

#include "actors/attendance.hpp"
#include "actors/room/port.hpp"
#include "actors/room/turns.hpp"

#include <optional>
#include <vector>

namespace parley {

class announcer {
public:
  announcer(room_port& port, const room_row& row, const attendance& here) : port_(port), row_(row), here_(here) {}

  /// Tells everybody in the room but `except`, which rises. Each wire shape is encoded once, if anybody has it.
  void broadcast(const room_event& event, const std::vector<connection_id>& except = {},
                 std::optional<stage_times> stages = {});
  /// Tells these connections, which are in the room.
  void tell(const std::vector<connection_id>& whom, const room_event& event);
  /// Sends one frame to whoever asked.
  void tell(const origin& to, frame_ptr bytes);
  /// Tells the session of whoever asked that the room does not do it.
  void refuse(const origin& to, refused::request what, error_code why);
  /// Tells the receiver of a new notification, or of a new status.
  void notify(const notification& x);

private:
  room_port& port_;
  const room_row& row_;
  const attendance& here_;
};

} // namespace parley
