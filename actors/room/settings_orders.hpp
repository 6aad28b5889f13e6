// Changes to the room itself. Each is committed before anybody hears of it.
#pragma once

#include "actors/room/core.hpp"
#include "actors/room/presence.hpp"

#include <functional>

namespace parley {

class settings_orders {
public:
  settings_orders(room_core& room, presence& present) : room_(room), presence_(present) {}

  void carry_out(change_room& x, completion<room_view> out);
  void carry_out(const change_config& x, completion<room_view> out);
  void carry_out(const dissolve_room& x, completion<finished> out);

private:
  void change(user_id by, std::function<storage::result<room>(storage::writer&, const room& now)> step,
              completion<room_view> out);
  void close_down();

  room_core& room_;
  presence& presence_;
};

} // namespace parley
