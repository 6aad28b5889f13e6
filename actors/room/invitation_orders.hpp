// Who becomes a member, by asking or by invitation, and who hears of it.
#pragma once

#include "actors/room/core.hpp"

namespace parley {

class invitation_orders {
public:
  explicit invitation_orders(room_core& room) : room_(room) {}

  void carry_out(const become_member& x, completion<admission> out);
  void carry_out(const withdraw_request& x, completion<finished> out);
  void carry_out(const invite_member& x, completion<admission> out);
  void carry_out(const answer_notification& x, completion<notification_outcome> out);

private:
  room_core& room_;
};

} // namespace parley
