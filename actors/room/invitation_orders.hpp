// Who becomes a member, by asking or by invitation, and who hears of it.
#pragma once

#include "actors/room/core.hpp"
#include "actors/room/roster.hpp"

namespace parley {

class invitation_orders {
public:
  invitation_orders(room_core& room, roster& members) : room_(room), roster_(members) {}

  void carry_out(const become_member& x, completion<admission> out);
  void carry_out(const withdraw_request& x, completion<finished> out);
  void carry_out(const invite_member& x, completion<admission> out);
  void carry_out(const answer_notification& x, completion<notification_outcome> out);

private:
  room_core& room_;
  roster& roster_;
};

} // namespace parley
