// What owner and moderators do to a room and its members: the rules of each. As in invitations.hpp, each function runs
// inside one write transaction.
#pragma once

#include "actors/interfaces/room.hpp"
#include "storage/ports.hpp"

#include <optional>
#include <utility>
#include <vector>

namespace parley {

/// The room, where `by` owns it. `room_not_found`, `not_a_member`, `owner_only`.
storage::result<room> find_owned(storage::reader& in, room_id room, user_id by);

struct changed_member {
  member_view shown; ///< `online` is left false
  membership place;
  bool moved = true; ///< it was another one
};

/// `room_not_found`, `not_a_member`, `owner_only`, `moderator_only`; `user_not_found` where the target is no member. A
/// mute that is over at `now` is none. `anonymous`, where guests are allowed, stands for all of them, who can be muted.
storage::result<changed_member> carry_out(storage::writer& in, room_id room, const change_member& order, timestamp now);

struct removed_member {
  user_brief user;
  std::optional<membership> was; ///< none of who was banned and no member
};

/// Somebody may ban who is no member. `room_not_found`, `not_a_member`, `owner_only`, `moderator_only`,
/// `owner_cannot_leave`, `user_not_found`.
storage::result<removed_member> carry_out(storage::writer& in, room_id room, const remove_member& order, timestamp now);

/// `room_not_found`, `not_a_member`, `moderator_only`; `user_not_found` where the target is not banned.
storage::result<void> carry_out(storage::writer& in, room_id room, const lift_ban& order);

struct transferred {
  room value;
  /// The two users whose roles changed; empty where the owner keeps the room.
  std::vector<std::pair<user_brief, membership>> places;
  std::vector<notification> moved; ///< requests that wait for the new owner's answer now, but of whom it blocks
};

/// `room_not_found`, `not_a_member`, `owner_only`; `user_not_found` where the target is no member.
storage::result<transferred> carry_out(storage::writer& in, room_id room, const transfer_room& order);

} // namespace parley
