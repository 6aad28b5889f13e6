// Messages that were sent: what becomes of them later, and how far members have read.
#pragma once

#include "actors/message_changes.hpp"
#include "actors/recent_messages.hpp"
#include "actors/room/activity.hpp"
#include "actors/room/arrivals.hpp"
#include "actors/room/core.hpp"
#include "actors/room/roster.hpp"

namespace parley {

class message_orders {
public:
  message_orders(room_core& room, roster& members, arrivals& arriving, activity& elsewhere, recent_messages& recent)
    : room_(room), roster_(members), arrivals_(arriving), activity_(elsewhere), recent_(recent) {}

  void carry_out(edit_message& x, completion<message> out);
  void carry_out(const delete_message& x, completion<finished> out);
  void carry_out(const mark_read& x, completion<read_mark> out);

private:
  /// The connections whose users came after the message, in a room that hides it from them; in rising order.
  std::vector<connection_id> who_knows_nothing_of(const message& x) const;
  void tell_deleted(const removed_message& x);
  /// A message has another content now, wherever it is remembered.
  void replace(const message& x);

  room_core& room_;
  roster& roster_;
  arrivals& arrivals_;
  activity& activity_;
  recent_messages& recent_;
};

} // namespace parley
