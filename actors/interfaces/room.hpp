// A room that is live. It runs on the thread that its id hashes to; what it does stands in actors/room/.
#pragma once

#include "actors/interfaces/audience.hpp"
#include "actors/interfaces/visitor.hpp"
#include "protocol/commands.hpp"
#include "protocol/http_codec.hpp"
#include "protocol/model.hpp"
#include "storage/ports/messages.hpp"
#include "storage/ports/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace parley {

/// Where answers to a request that came over a WebSocket go: frames to the outlet, refusals to the visitor.
struct origin {
  connection_id connection;
  audience_actor outlet;
  wire_shape shape = wire_shape::envelope;
  visitor_actor visitor;
  std::string request_id;   ///< the client's `id` as JSON text
  std::uint64_t ticket = 0; ///< comes back with the answer, for whoever asks on behalf of others
  bool again = false;       ///< asked before, and perhaps carried out by a home of the room that died
};

// -- over a WebSocket -----------------------------------------------------------------------

/// Join the room, or announce an earlier join again.
struct join_room {
  origin from;
  user_brief user;                          ///< `anonymous` for a guest
  error_code guest = error_code::none;      ///< why the client is nobody; refused with it where no guests are allowed
  std::string greeting;                     ///< flat shape: the JSON that comes before all else; empty on a return
  std::optional<message_id> last_message;   ///< resume after this one
  std::string guest_name = {};              ///< of a guest who gave one; in normalisation form C
  error_code name_fault = error_code::none; ///< why that guest may not come in by this name
  std::optional<std::int64_t> last_change = {}; ///< and what was changed after this revision
  bool members_only = false;                    ///< a stranger is not made a member
  /// It was in the room already, whose last home is no more: it is told nothing but what it missed, and is put out
  /// where it is no member any more.
  bool returning = false;
  mirror_actor mirror = {}; ///< of the outlet, if that is on another node
};

/// These were present when the room's last home ended, as the outlet's connections know; they are on their way back
/// here. Whoever does not come within `homecoming::travel_time` is gone, and the room is told.
struct expect_people {
  audience_actor outlet;
  std::vector<present_person> people;
};

/// Leave the room with one connection.
struct leave_room {
  origin from;
  user_id user;
  enum class cause : std::uint8_t { asked, connection_lost } why = cause::asked;
};

/// Post a message.
struct post_message {
  origin from;
  user_brief user;
  post_draft draft;
};

/// Begin or stop to type.
struct set_typing {
  origin from;
  user_brief user;
  bool is_typing = false;
};

/// A joined user changed its name.
struct rename_member {
  user_brief user;
};

/// Steer the room's player.
struct steer {
  origin from;
  user_id by;
  steering what;
  std::optional<std::int64_t> if_version; ///< as the client knew it
};

/// A client's player has to wait for data, or goes on.
struct set_buffering {
  origin from;
  user_id by;
  bool is_buffering = false;
};

/// Ask what is being played.
struct request_sync {
  origin from;
  user_id by;
};

// -- over HTTP ------------------------------------------------------------------------------

/// Post a message.
struct submit_message {
  user_brief user;
  post_draft draft;
};
struct submitted {
  post_receipt receipt;
  bool repeated = false; ///< stored before: nothing was broadcast
};

/// Change a message's text.
struct edit_message {
  user_id by;
  message_id id;
  std::string content;
};

/// Delete a message.
struct delete_message {
  user_id by; ///< nobody: the server itself, for a sender who is about to be no more
  message_id id;
};

/// Move the user's read mark up to a message of the room.
struct mark_read {
  user_id by;
  message_id id;
};

/// Change name or description.
struct change_room {
  user_id by;
  room_patch patch;
};

/// Change what the room allows.
struct change_config {
  user_id by;
  config_patch patch;
};

/// End the room for ever.
struct dissolve_room {
  user_id by;
};

/// Make another member the owner; the old one stays as a moderator.
struct transfer_room {
  user_id by;
  user_id target;
};

/// Become a member if the room's policy lets anybody in, else ask the owner for it.
struct become_member {
  user_id user;
};

/// Take one's own request to join back.
struct withdraw_request {
  user_id by;
};

/// Invite somebody: the owner by an `owner_invitation`, other members by a `member_invitation`.
struct invite_member {
  user_id by;
  user_id target;
};

/// Answer an invitation or a request that concerns this room.
struct answer_notification {
  user_brief by;
  notification_id id;
  bool accept = false;
  std::string token; ///< of the invitation
};

/// Change a member's role (the owner) or mute it (owner and moderators).
struct change_member {
  user_id by;
  user_id target;
  member_patch patch;
};

/// Remove a member; `by == target` is leaving.
struct remove_member {
  user_id by;
  user_id target;
  bool ban = false;
};

/// Let somebody who was banned come again.
struct lift_ban {
  user_id by;
  user_id target;
};

/// A video's row and file are gone: whoever watches it watches nothing.
struct video_removed {
  video_id id;
};

// -- from actors ----------------------------------------------------------------------------

/// What became of this room's drafts, in their order.
struct committed {
  struct outcome {
    std::uint64_t ticket = 0;
    storage::result<storage::appended> value;
  };
  std::vector<outcome> outcomes;
};

/// End, if nobody is in the room and nothing is being committed.
struct retire {};

/// The room is about to have another home: it is told nothing more.
struct settle_room {};

using room_actor = caf::typed_actor<
  // Answered by frames through the outlet and by `entered_room` to the visitor, or by `refused`.
  caf::reacts_to<join_room>,
  // From a relay, before its `join_room`s that are `returning`.
  caf::reacts_to<expect_people>,
  // Answered by a frame if it was asked for; the others hear of who is gone.
  caf::reacts_to<leave_room>,
  // Answered through the outlet after the commit, or by `refused`.
  caf::reacts_to<post_message>,
  // The others hear it; answered by `refused` alone.
  caf::reacts_to<set_typing>,
  // From a session that is in the room.
  caf::reacts_to<rename_member>,
  // From the writer, once for all drafts of a transaction: now the messages go out.
  caf::reacts_to<committed>,
  // A time that the room waited for has come: a typist's silence, an expiry, a save.
  caf::reacts_to<tick>,
  // Answers after the commit.
  caf::replies_to<submit_message>::with<submitted>,
  // Answers the room as it is then.
  caf::replies_to<change_room>::with<room_view>,
  // Answers the room as it is then.
  caf::replies_to<change_config>::with<room_view>,
  // Everybody is put out; the placement is told.
  caf::replies_to<dissolve_room>::with<finished>,
  // Answers whether it is a member now, or what waits for an answer.
  caf::replies_to<become_member>::with<admission>,
  // Answers after the commit.
  caf::replies_to<withdraw_request>::with<finished>,
  // Answers whether it is a member now, or what waits for an answer.
  caf::replies_to<invite_member>::with<admission>,
  // Answers what became of the invitation or request.
  caf::replies_to<answer_notification>::with<notification_outcome>,
  // Answers the member as it is then.
  caf::replies_to<change_member>::with<member_state>,
  // Answers after the commit.
  caf::replies_to<lift_ban>::with<finished>,
  // Answers the room as it is then.
  caf::replies_to<transfer_room>::with<room_view>,
  // Its connections are put out.
  caf::replies_to<remove_member>::with<finished>,
  // Answers the message as it is then; everybody hears of it.
  caf::replies_to<edit_message>::with<message>,
  // Everybody hears of it.
  caf::replies_to<delete_message>::with<finished>,
  // Answers the mark as it is then, which may be further on.
  caf::replies_to<mark_read>::with<read_mark>,
  // Answered by `sync_state` to the room, or by `sync_conflict` or `refused`.
  caf::reacts_to<steer>,
  // The room may wait for it, and says so by `sync_state`.
  caf::reacts_to<set_buffering>,
  // Answered by `sync_state` to the one who asked.
  caf::reacts_to<request_sync>,
  // From an HTTP request that deleted a video.
  caf::reacts_to<video_removed>,
  // From a link. Answers once all that it was asked is committed and answered, and its player stored.
  caf::replies_to<settle_room>::with<finished>,
  // From the placement. Answers whether it ends.
  caf::replies_to<retire>::with<bool>>;

} // namespace parley

// The handle is what `find_room` is answered by, so that CAF has to know it too.
CAF_BEGIN_TYPE_ID_BLOCK(parley_handles, caf::id_block::parley_actors::end)
CAF_ADD_TYPE_ID(parley_handles, (parley::room_actor))
CAF_END_TYPE_ID_BLOCK(parley_handles)
