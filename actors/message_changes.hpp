// What members do to messages that were sent, and how far they have read: the rules of each. As in moderation.hpp,
// each function runs inside one write transaction. A message that the room's history policy hides is not there.
#pragma once

#include "actors/interfaces/room.hpp"
#include "storage/ports.hpp"

#include <optional>
#include <string>
#include <vector>

namespace parley {

/// `room_not_found`, `not_a_member`, `message_not_found`, `sender_only`, `muted` (at `mute_clock`); `gone` where it was
/// deleted.
storage::result<message> carry_out(storage::writer& in, room_id room, const edit_message& order, timestamp now,
                                   timestamp mute_clock);

/// A message that was deleted just now, and the names of its files, which are nobody's now.
struct removed_message {
  message value;
  std::vector<std::string> files;
};

/// None where it was deleted before. `room_not_found`, `not_a_member`, `message_not_found`, `moderator_only`,
/// `owner_only`. Who wrote it and left the room since is like a plain member.
storage::result<std::optional<removed_message>> carry_out(storage::writer& in, room_id room,
                                                          const delete_message& order);

struct marked {
  read_mark value;
  bool moved = false;
};

/// `room_not_found`, `not_a_member`, `message_not_found`.
storage::result<marked> carry_out(storage::writer& in, room_id room, const mark_read& order);

} // namespace parley
