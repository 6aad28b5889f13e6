// How somebody becomes a member: the rules of joining, asking, inviting and answering. Each function runs inside one
// write transaction, so that nothing comes between what it looks at and what it changes.
#pragma once

#include "actors/interfaces/room.hpp"
#include "storage/ports.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace parley {

/// A user's place in a room.
struct entered {
  user_brief user; ///< without a name if the place is not new
  membership place;
  bool is_new = true;
  message_id last_read; ///< as it was when it had a place before
};

/// The place of a user in a room that lets anybody in: a new one, or the one that it has. `room_not_found`, `banned`;
/// `not_a_member` where the room is not open.
storage::result<entered> enter_open_room(storage::writer& in, room_id room, user_id user, timestamp now);

/// What asking for membership came to; one of the two is set.
struct asked {
  std::optional<entered> joined;       ///< the room is open
  std::optional<notification> request; ///< to the owner; new
};

/// `token` is for the request, if there is one. `invalid_token` if there is no such user any more; `room_not_found`,
/// `already_member`, `banned`, `invite_only`, `already_pending`; what `may_ask` says of the owner.
storage::result<asked> ask_to_join(storage::writer& in, room_id room, user_id user, std::string token, timestamp now);

/// Why `from` may put nothing about the room to `to`: `user_blocked`, or `invitation_declined` where `to` rejected it
/// twice lately (`limits::rejections_max`, `limits::rejections_days`). Else `none`.
error_code may_ask(storage::reader& in, room_id room, user_id from, user_id to, timestamp now);

/// A new invitation from a member. `room_not_found`, `not_a_member`; of the target `user_not_found`, `already_member`,
/// `banned`, `already_pending`, and what `may_ask` says of it.
storage::result<notification> invite(storage::writer& in, room_id room, const invite_member& order, std::string token,
                                     timestamp now);

/// `none` where `by`, who shows `token`, may answer what was found under an id, else `notification_not_found` (also for
/// anyone else's), `bad_token`, `gone` where it was withdrawn, or `already_answered`. Compares tokens in constant time.
error_code may_answer(const std::optional<notification>& found, user_id by, std::string_view token);

struct answered {
  notification value;                  ///< with its new status
  std::optional<entered> joined;       ///< the candidate's new place
  std::optional<notification> request; ///< what a member's invitation turned into; new
};

/// `token` is for the request, if there is one. What `may_answer` says; `room_not_found`; `owner_only` where a request
/// is answered by who owns the room no longer; `banned` where the candidate who would come in is; what `may_ask` says
/// of the owner where an accepted invitation becomes a request.
storage::result<answered> answer(storage::writer& in, room_id room, const answer_notification& order, std::string token,
                                 timestamp now);

} // namespace parley
