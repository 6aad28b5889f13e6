// Every actor of a node and every message between them. Read this file and you know the system.
//
//   connection (net) ──inbound──▶ session ──join/post/typing──▶ room ──append──▶ db_writer
//        ▲                          │  ▲                         │  ◀─committed──┘
//        │                     find_room│                        │
//     outbox ◀── hub ◀── attach/deliver/unicast ────────────────┘
//
// A session lives on its socket's I/O thread, a room on the thread that its id hashes to; each I/O thread has one
// hub, which knows the connections of that thread and fans out to them by plain calls. The directory knows who is
// where. The database writer and readers and the hashers own a thread each.
#pragma once

#include "actors/frame.hpp"
#include "actors/jobs.hpp"
#include "actors/ports.hpp"
#include "protocol/events.hpp"
#include "protocol/http_codec.hpp"
#include "protocol/model.hpp"

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/atom.hpp>
#include <caf/error.hpp>
#include <caf/typed_actor.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace parley {

/// The answer to a request that asks for no value. (CAF 0.17 sends `caf::unit_t` as an empty message.)
struct finished {};

// -- session: one WebSocket connection ---------------------------------------------

/// One whole text message of the client, valid UTF-8, at most `websocket.message_bytes`.
struct inbound {
  std::string text;
};
/// The socket is gone; the last message that a session hears from its connection.
struct connection_lost {};
/// The time that the session asked its hub for has come.
struct wake {};
/// The room has taken the connection in (after the join it asked for, or again).
struct entered_room {
  room_id room;
};
/// The room will not do what the session asked of it.
struct refused {
  room_id room;
  enum class request : std::uint8_t { join, leave, post, typing } what = request::join;
  error_code code = error_code::internal;
  std::string request_id; ///< of the frame that asked
};
/// The room has put the connection out, and told the client so.
struct removed_from_room {
  room_id room;
};
/// The access the connection came with is no longer good: close 4401.
struct access_revoked {};
/// The user's name changed.
struct renamed {
  user_brief user;
};
/// Shutdown has begun: a hub tells its sessions; a session tells its client, then closes 1001.
struct drain {};

using session_actor =
  caf::typed_actor<caf::reacts_to<inbound>, caf::reacts_to<connection_lost>, caf::reacts_to<wake>,
                   caf::reacts_to<entered_room>, caf::reacts_to<refused>, caf::reacts_to<removed_from_room>,
                   caf::reacts_to<access_revoked>, caf::reacts_to<renamed>, caf::reacts_to<drain>>;

// -- hub: the connections of one I/O thread ------------------------------------------

/// Makes a connection known to its thread's hub. The hub's hold on the port ends with `withdraw`.
struct enrol {
  connection_id connection;
  std::shared_ptr<connection_port> port;
  session_actor session;
};
struct withdraw {
  connection_id connection;
};
/// Adds the connection to the room's audience on this thread, right after `first` has gone to it, so that between
/// `first` and the room's next event nothing is missing. `replay` follows `first` at the pace of the socket.
struct attach_listener {
  room_id room;
  connection_id connection;
  wire_shape shape = wire_shape::envelope;
  std::vector<frame_ptr> first;
  std::vector<frame_ptr> replay;
};
struct detach_listener {
  room_id room;
  connection_id connection;
};
/// One event for the room's audience on this thread, in both shapes; `except` does not hear it.
struct deliver {
  room_id room;
  frame_ptr envelope;
  frame_ptr flat;
  connection_id except;
};
struct unicast {
  connection_id connection;
  frame_ptr frame;
};
struct close_connection {
  connection_id connection;
  close_code code = close_code::normal;
  std::string reason;
};
/// Sends the session a `wake` at `at` (within a quarter of a second), in place of what it asked for before.
struct remind {
  connection_id connection;
  timestamp at{};
};
/// Tokens of these families and users are refused from now on by this thread.
struct revoked_tokens {
  storage::revocations list;
};
/// The hub's own quarter-second tick.
struct tick {};

using hub_actor =
  caf::typed_actor<caf::reacts_to<enrol>, caf::reacts_to<withdraw>, caf::reacts_to<attach_listener>,
                   caf::reacts_to<detach_listener>, caf::reacts_to<deliver>, caf::reacts_to<unicast>,
                   caf::reacts_to<close_connection>, caf::reacts_to<remind>,
                   caf::replies_to<revoked_tokens>::with<finished>, caf::reacts_to<drain>, caf::reacts_to<tick>>;

// -- room: one live room ----------------------------------------------------------------

/// Where answers to a request that came over a WebSocket go: frames to the hub, refusals to the session.
struct origin {
  connection_id connection;
  std::uint32_t thread = 0; ///< index of the hub
  wire_shape shape = wire_shape::envelope;
  session_actor session;
  std::string request_id; ///< the client's `id` as JSON text
};

/// Join the room, or announce an earlier join again. Answered by frames through the hub and by `entered_room` to
/// the session, or by `refused`.
struct join_room {
  origin from;
  user_brief user;                        ///< `anonymous` for a guest
  error_code guest = error_code::none;    ///< why the client is nobody; refused with it where no guests are allowed
  std::string greeting;                   ///< flat shape: the JSON that comes before all else; empty on a return
  std::optional<message_id> last_message; ///< resume after this one
};
struct leave_room {
  origin from;
  user_id user;
  enum class cause : std::uint8_t { asked, connection_lost } why = cause::asked;
};
/// Post a message over a WebSocket; answered through the hub, after the commit.
struct post_message {
  origin from;
  user_brief user;
  post_draft draft;
};
struct set_typing {
  origin from;
  user_brief user;
  bool is_typing = false;
};
/// A joined user changed its name.
struct rename_member {
  user_brief user;
};

/// Post a message over HTTP; answered after the commit.
struct submit_message {
  user_brief user;
  post_draft draft;
};
struct submitted {
  post_receipt receipt;
  bool repeated = false; ///< stored before: nothing was broadcast
};
struct change_room {
  user_id by;
  room_patch patch;
};
struct change_config {
  user_id by;
  config_patch patch;
};
struct dissolve_room {
  user_id by;
};
/// Become a member where the room's policy lets anybody in.
struct become_member {
  user_id user;
};
/// Remove a member; `by == target` is leaving.
struct remove_member {
  user_id by;
  user_id target;
  bool ban = false;
};
/// From the directory: end, if nobody is in the room and nothing is being committed. Answers whether it ends.
struct retire {};
/// From the writer: what became of this room's drafts, in their order.
struct committed {
  struct outcome {
    std::uint64_t ticket = 0;
    storage::result<storage::appended> value;
  };
  std::vector<outcome> outcomes;
};

using room_actor =
  caf::typed_actor<caf::reacts_to<join_room>, caf::reacts_to<leave_room>, caf::reacts_to<post_message>,
                   caf::reacts_to<set_typing>, caf::reacts_to<rename_member>, caf::reacts_to<committed>,
                   caf::reacts_to<tick>, caf::replies_to<submit_message>::with<submitted>,
                   caf::replies_to<change_room>::with<room_view>, caf::replies_to<change_config>::with<room_view>,
                   caf::replies_to<dissolve_room>::with<finished>, caf::replies_to<become_member>::with<finished>,
                   caf::replies_to<remove_member>::with<finished>, caf::replies_to<retire>::with<bool>>;

// -- directory: who and what is where ------------------------------------------------------

/// The room's actor, started where it is not live. `room_not_found`.
struct find_room {
  room_id room;
};
/// A session has (or again has) a user.
struct signed_in {
  connection_id connection;
  session_actor session;
  user_id user;
  std::string family; ///< of its access token; may be empty
  timestamp issued_at{};
};
struct signed_out {
  connection_id connection;
};
/// From a room: how many distinct users are in it now.
struct occupancy_changed {
  room_id room;
  occupancy live;
};
/// From a room that was dissolved. It answers `room_not_found` to who still knows it, until the directory ends it.
struct room_gone {
  room_id room;
};
/// Tokens were revoked in the database: tell every thread, and close the sockets that they opened. Answered when every
/// thread refuses them.
struct revoke_access {
  storage::revocations list;
};
/// The user's stored name changed: tell its sessions.
struct user_renamed {
  user_brief user;
};
struct get_occupancy {
  std::vector<room_id> rooms;
};
struct occupancies {
  std::vector<occupancy> rooms; ///< in the order asked
};
struct get_online {
  std::vector<user_id> users;
};
struct online_flags {
  std::vector<bool> users; ///< in the order asked
};
struct get_census {};
struct census {
  std::int64_t users_online = 0;
  std::int64_t rooms_active = 0;
};

using directory_actor =
  caf::typed_actor<caf::replies_to<find_room>::with<room_actor>, caf::reacts_to<signed_in>, caf::reacts_to<signed_out>,
                   caf::reacts_to<occupancy_changed>, caf::reacts_to<room_gone>,
                   caf::replies_to<revoke_access>::with<finished>, caf::reacts_to<user_renamed>,
                   caf::replies_to<get_occupancy>::with<occupancies>, caf::replies_to<get_online>::with<online_flags>,
                   caf::replies_to<get_census>::with<census>, caf::reacts_to<tick>>;

// -- database and hashing -----------------------------------------------------------------------

/// A chat message for the open transaction; answered to `room` by `committed`, after the commit.
struct append_message {
  room_actor room;
  std::uint64_t ticket = 0;
  storage::message_draft draft;
};
/// A job for the open transaction; answered after the commit.
struct write_request {
  write_job job;
};
/// Ends the writer's turn: run and commit what is queued.
struct flush {};
struct get_writer_figures {};
struct writer_figures {
  std::uint64_t queued = 0;   ///< entries waiting for the next transaction
  std::uint64_t commits = 0;  ///< transactions since the start
  std::uint64_t messages = 0; ///< chat messages committed since the start
  std::uint64_t failures = 0; ///< transactions that were rolled back
};

using db_writer_actor =
  caf::typed_actor<caf::reacts_to<append_message>, caf::replies_to<write_request>::with<finished>,
                   caf::reacts_to<flush>, caf::replies_to<get_writer_figures>::with<writer_figures>>;

struct read_request {
  read_job job;
};

using db_reader_actor = caf::typed_actor<caf::replies_to<read_request>::with<finished>>;

struct hash_password {
  std::string password;
};
struct check_password {
  std::string password;
  std::string hash; ///< empty for a user who is not there: takes as long, answers false
};

using hasher_actor =
  caf::typed_actor<caf::replies_to<hash_password>::with<std::string>, caf::replies_to<check_password>::with<bool>>;

} // namespace parley

// -- registration with CAF ------------------------------------------------------------------------

CAF_ERROR_CODE_ENUM(parley::error_code, "parley")

#define PARLEY_LOCAL_MESSAGE(type)                                                                                     \
  CAF_ADD_TYPE_ID(parley_actors, (type))                                                                               \
  CAF_ALLOW_UNSAFE_MESSAGE_TYPE(type)

CAF_BEGIN_TYPE_ID_BLOCK(parley_actors, caf::first_custom_type_id)

PARLEY_LOCAL_MESSAGE(parley::finished)
PARLEY_LOCAL_MESSAGE(parley::inbound)
PARLEY_LOCAL_MESSAGE(parley::connection_lost)
PARLEY_LOCAL_MESSAGE(parley::wake)
PARLEY_LOCAL_MESSAGE(parley::entered_room)
PARLEY_LOCAL_MESSAGE(parley::refused)
PARLEY_LOCAL_MESSAGE(parley::removed_from_room)
PARLEY_LOCAL_MESSAGE(parley::access_revoked)
PARLEY_LOCAL_MESSAGE(parley::renamed)
PARLEY_LOCAL_MESSAGE(parley::drain)
PARLEY_LOCAL_MESSAGE(parley::enrol)
PARLEY_LOCAL_MESSAGE(parley::withdraw)
PARLEY_LOCAL_MESSAGE(parley::attach_listener)
PARLEY_LOCAL_MESSAGE(parley::detach_listener)
PARLEY_LOCAL_MESSAGE(parley::deliver)
PARLEY_LOCAL_MESSAGE(parley::unicast)
PARLEY_LOCAL_MESSAGE(parley::close_connection)
PARLEY_LOCAL_MESSAGE(parley::remind)
PARLEY_LOCAL_MESSAGE(parley::revoked_tokens)
PARLEY_LOCAL_MESSAGE(parley::tick)
PARLEY_LOCAL_MESSAGE(parley::join_room)
PARLEY_LOCAL_MESSAGE(parley::leave_room)
PARLEY_LOCAL_MESSAGE(parley::post_message)
PARLEY_LOCAL_MESSAGE(parley::set_typing)
PARLEY_LOCAL_MESSAGE(parley::rename_member)
PARLEY_LOCAL_MESSAGE(parley::submit_message)
PARLEY_LOCAL_MESSAGE(parley::submitted)
PARLEY_LOCAL_MESSAGE(parley::change_room)
PARLEY_LOCAL_MESSAGE(parley::change_config)
PARLEY_LOCAL_MESSAGE(parley::dissolve_room)
PARLEY_LOCAL_MESSAGE(parley::become_member)
PARLEY_LOCAL_MESSAGE(parley::remove_member)
PARLEY_LOCAL_MESSAGE(parley::retire)
PARLEY_LOCAL_MESSAGE(parley::committed)
PARLEY_LOCAL_MESSAGE(parley::room_view)
PARLEY_LOCAL_MESSAGE(parley::find_room)
PARLEY_LOCAL_MESSAGE(parley::signed_in)
PARLEY_LOCAL_MESSAGE(parley::signed_out)
PARLEY_LOCAL_MESSAGE(parley::occupancy_changed)
PARLEY_LOCAL_MESSAGE(parley::room_gone)
PARLEY_LOCAL_MESSAGE(parley::revoke_access)
PARLEY_LOCAL_MESSAGE(parley::user_renamed)
PARLEY_LOCAL_MESSAGE(parley::get_occupancy)
PARLEY_LOCAL_MESSAGE(parley::occupancies)
PARLEY_LOCAL_MESSAGE(parley::get_online)
PARLEY_LOCAL_MESSAGE(parley::online_flags)
PARLEY_LOCAL_MESSAGE(parley::get_census)
PARLEY_LOCAL_MESSAGE(parley::census)
PARLEY_LOCAL_MESSAGE(parley::append_message)
PARLEY_LOCAL_MESSAGE(parley::write_request)
PARLEY_LOCAL_MESSAGE(parley::flush)
PARLEY_LOCAL_MESSAGE(parley::get_writer_figures)
PARLEY_LOCAL_MESSAGE(parley::writer_figures)
PARLEY_LOCAL_MESSAGE(parley::read_request)
PARLEY_LOCAL_MESSAGE(parley::hash_password)
PARLEY_LOCAL_MESSAGE(parley::check_password)
CAF_ADD_TYPE_ID(parley_actors, (parley::room_actor))

CAF_END_TYPE_ID_BLOCK(parley_actors)

#undef PARLEY_LOCAL_MESSAGE
