// Rules of a room that need no storage: who sees which messages, who may do what.
#pragma once

#include "protocol/error_code.hpp"
#include "protocol/model.hpp"

#include <tl/expected.hpp>

#include <optional>
#include <vector>

namespace parley {

/// Which of a room's messages somebody may see: those with an id above `after`; nothing where `none` is set.
struct visibility {
  bool none = false;
  message_id after;

  bool shows(message_id id) const { return !none && id > after; }
  friend bool operator==(const visibility&, const visibility&) = default;
};

/// Owner and moderators see all; others as `config.history` says.
visibility visible_messages(const room_config& config, const membership& who);

/// Whether somebody may name the message in an order, and hears of its changes: it may see it, or was a member when it
/// came and may have heard it then.
bool knows_message(const room_config& config, const membership& who, message_id id);

/// `none` where the member may post a message of this type now, else the reason.
error_code may_post(const membership& who, message_type type, timestamp now);

/// `none` where the member owns the room, else the reason.
error_code may_lead(const membership& who);

/// `none` where the member is owner or moderator, else the reason.
error_code may_moderate(const membership& who);

/// `none` where the member may leave, else the reason.
error_code may_leave(const membership& who);

/// `none` where the member may command the room's player, else the reason.
error_code may_steer(const room_config& config, const membership& who);

/// How a user becomes a member by asking for it: `open` is at once, `approval` by the owner's word. Else the reason why
/// it does not.
tl::expected<join_policy, error_code> way_in(const room_config& config, bool is_member, bool banned);

/// What decides which actions somebody may do.
struct standing {
  room_config config;
  std::optional<membership> who; ///< none for a stranger
  bool banned = false;
  bool awaits_answer = false;        ///< an invitation of the user, or its own request, waits for an answer
  bool has_asked = false;            ///< its own request does
  error_code ask = error_code::none; ///< why the owner would not hear of a request
};

/// Those that the rules above allow at `now`, in the order of `room_action`.
std::vector<room_action> allowed_actions(const standing& x, timestamp now);

/// `none` where `actor` may mute or unmute `target`, else the reason.
error_code may_mute(const membership& actor, const membership& target);

/// `none` where `actor` may remove `target` (who is not the actor itself), else the reason.
error_code may_remove(const membership& actor, const membership& target);

} // namespace parley
