// Rules of a room that need no storage: who sees which messages, who may do what.
#pragma once

#include "protocol/error_code.hpp"
#include "protocol/model.hpp"

#include <optional>

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

/// `none` where the member may post a message of this type now, else the reason.
error_code may_post(const membership& who, message_type type, timestamp now);

/// `none` where `actor` may mute or unmute `target`, else the reason.
error_code may_mute(const membership& actor, const membership& target);

/// `none` where `actor` may remove `target` (who is not the actor itself), else the reason.
error_code may_remove(const membership& actor, const membership& target);

} // namespace parley
