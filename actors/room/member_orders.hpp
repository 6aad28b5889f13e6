// Who may do what in the room, and who may not be in it: roles, mutes, removals, bans, the owner.
#pragma once

#include "actors/room/core.hpp"
#include "actors/room/presence.hpp"
#include "actors/room/roster.hpp"

namespace parley {

class member_orders {
public:
  member_orders(room_core& room, roster& members, presence& present)
    : room_(room), roster_(members), presence_(present) {}

  void carry_out(const change_member& x, completion<member_state> out);
  void carry_out(const remove_member& x, completion<finished> out);
  void carry_out(const lift_ban& x, completion<finished> out);
  void carry_out(const transfer_room& x, completion<room_view> out);

private:
  room_core& room_;
  roster& roster_;
  presence& presence_;
};

} // namespace parley
