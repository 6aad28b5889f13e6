// Every actor of a node and every message between them, on one page (allowed: so it is long): read it, know the system.
//
//   connection (net) ──inbound──▶ session ──join/post/typing──▶ room ──append──▶ db_writer
//        ▲                          │  ▲                         │  ◀─committed──┘
//        │                     find_room│                        │
//     outbox ◀── hub ◀── attach/deliver/unicast ────────────────┘
//
// A session lives on its socket's I/O thread, a room on the thread that its id hashes to; each I/O thread has one
// hub, which knows the connections of that thread and fans out to them by plain calls. The placement knows which room
// is live, the directory which users have which sessions. The database writer and readers and the hashers own a thread
// each.
#pragma once

#include "actors/figures.hpp"
#include "actors/frame.hpp"
#include "actors/jobs.hpp"
#include "actors/ports.hpp"
#include "auth/password.hpp"
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

/// One whole message of the client, at most `websocket.message_bytes`; valid UTF-8 unless it is binary, which only
/// connections that asked for it let through.
struct inbound {
  std::string text;
  bool binary = false;
};
/// The socket is gone; the last message that a session hears from its connection.
struct connection_lost {
  int code = 1006; ///< how it was closed, by whichever side said so first; 1006 where no close frame was seen
  std::string reason;
};
/// The time that the session asked its hub for has come.
struct wake {};
/// The room has taken the connection in (after the join it asked for, or again).
struct entered_room {
  room_id room;
  connection_id connection;
};
/// The room will not do what the session asked of it.
struct refused {
  room_id room;
  connection_id connection;
  enum class request : std::uint8_t { join, leave, post, typing, sync } what = request::join;
  error_code code = error_code::internal;
  std::string request_id;              ///< of the frame that asked
  std::optional<sync_state> sync = {}; ///< as it is now; with `sync_conflict` only
};
/// The room has put the connection out, and told the client so.
struct removed_from_room {
  room_id room;
  connection_id connection;
};

/// What a room knows of a session: whoever speaks for one of its visitors, or for several, which `connection` tells
/// apart.
using visitor_actor =
  caf::typed_actor<caf::reacts_to<entered_room>, caf::reacts_to<refused>, caf::reacts_to<removed_from_room>>;

/// The access the connection came with is no longer good: close 4401.
struct access_revoked {};
/// The user's name changed.
struct renamed {
  user_brief user;
};
/// One frame for the client, from whoever is not its room: the directory, the task board.
struct push_frame {
  frame_ptr frame;
};
/// A newer connection took over the session's `client_id`: close 4409.
struct replaced {};
/// Shutdown has begun: a hub tells its sessions; a session tells its client, then closes 1001.
struct drain {};

using session_actor =
  visitor_actor::extend<caf::reacts_to<inbound>, caf::reacts_to<connection_lost>, caf::reacts_to<wake>,
                        caf::reacts_to<access_revoked>, caf::reacts_to<renamed>, caf::reacts_to<push_frame>,
                        caf::reacts_to<replaced>, caf::reacts_to<drain>>;

// -- audience: whoever hears a room for some of its connections -----------------------------

/// Adds the connection to the room's audience there, right after `first` has gone to it, so that between
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
/// One event for the room's audience there, in both shapes; those in `except`, which rise, do not hear it.
struct deliver {
  room_id room;
  frame_ptr envelope;
  frame_ptr flat;
  std::vector<connection_id> except;
  std::optional<stage_times> stages = {}; ///< of a chat message, on one of its threads
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

/// What a room knows of whoever hears it: a hub, for the connections of one I/O thread.
using audience_actor =
  caf::typed_actor<caf::reacts_to<attach_listener>, caf::reacts_to<detach_listener>, caf::reacts_to<deliver>,
                   caf::reacts_to<unicast>, caf::reacts_to<close_connection>>;

// -- hub: the connections of one I/O thread ------------------------------------------

/// Makes a connection known to its thread's hub. The hub's hold on the port ends with `withdraw`.
struct enrol {
  connection_id connection;
  std::shared_ptr<connection_port> port;
  session_actor session;
  socket_kind kind = socket_kind::rooms;
  timestamp connected_at{};
};
/// The connection's user is known now.
struct identify {
  connection_id connection;
  user_id user;
};
struct withdraw {
  connection_id connection;
  int code = 1006; ///< as in `connection_lost`
  std::string reason;
};
/// An operator closes a connection (4403). Answers whether it was there.
struct dismiss {
  connection_id connection;
};
/// The connections of one thread, or those of one user there.
struct get_connections {
  std::optional<user_id> user;
};
struct connection_list {
  std::vector<connection_view> items;
};
/// The latest ends of connections of one thread, newest first, at most `hub::remembered_ends`.
struct get_disconnects {
  std::optional<user_id> user;
};
struct disconnect_list {
  std::vector<disconnect_view> items;
};
struct get_hub_figures {};
/// Sends the session a `wake` at `at` (within a quarter of a second), in place of what it asked for before.
struct remind {
  connection_id connection;
  moment at{};
};
/// Tokens of these families and users are refused from now on by this thread.
struct revoked_tokens {
  storage::revocations list;
};
/// The user is stored with another name or avatar: the thread reads it again. Answered when it has forgotten the old.
struct forget_user {
  user_id user;
};
/// The hub's own quarter-second tick.
struct tick {};

using hub_actor = audience_actor::extend<
  caf::reacts_to<enrol>, caf::reacts_to<withdraw>, caf::reacts_to<remind>,
  caf::replies_to<revoked_tokens>::with<finished>, caf::reacts_to<identify>, caf::replies_to<dismiss>::with<bool>,
  caf::replies_to<get_connections>::with<connection_list>, caf::replies_to<get_disconnects>::with<disconnect_list>,
  caf::replies_to<get_hub_figures>::with<hub_figures>, caf::replies_to<forget_user>::with<finished>,
  caf::reacts_to<drain>, caf::reacts_to<tick>>;

// -- room: one live room ----------------------------------------------------------------

/// Where answers to a request that came over a WebSocket go: frames to the outlet, refusals to the visitor.
struct origin {
  connection_id connection;
  audience_actor outlet;
  wire_shape shape = wire_shape::envelope;
  visitor_actor visitor;
  std::string request_id; ///< the client's `id` as JSON text
};

/// Join the room, or announce an earlier join again. Answered by frames through the outlet and by `entered_room` to
/// the visitor, or by `refused`.
struct join_room {
  origin from;
  user_brief user;                          ///< `anonymous` for a guest
  error_code guest = error_code::none;      ///< why the client is nobody; refused with it where no guests are allowed
  std::string greeting;                     ///< flat shape: the JSON that comes before all else; empty on a return
  std::optional<message_id> last_message;   ///< resume after this one
  std::string guest_name = {};              ///< of a guest who gave one; in normalisation form C
  error_code name_fault = error_code::none; ///< why that guest may not come in by this name
};
struct leave_room {
  origin from;
  user_id user;
  enum class cause : std::uint8_t { asked, connection_lost } why = cause::asked;
};
/// Post a message over a WebSocket; answered through the outlet, after the commit.
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
/// Become a member where the room's policy lets anybody in, else ask the owner for it.
struct become_member {
  user_brief user;
};
/// Take one's own request to join back.
struct withdraw_request {
  user_id by;
};
/// Invite somebody: the owner by an `owner_invitation`, other members by a `member_invitation`.
struct invite_member {
  user_brief by;
  user_id target;
};
/// Answer an invitation or a request that concerns this room.
struct answer_notification {
  user_brief by;
  notification_id id;
  bool accept = false;
  std::string token;
};
/// Change a member's role (the owner) or mute it (owner and moderators).
struct change_member {
  user_id by;
  user_id target;
  member_patch patch;
};
struct lift_ban {
  user_id by;
  user_id target;
};
/// Make another member the owner; the old one stays as a moderator.
struct transfer_room {
  user_id by;
  user_id target;
};
struct edit_message {
  user_id by;
  message_id id;
  std::string content;
};
struct delete_message {
  user_id by;
  message_id id;
};
/// Move the user's read mark up to a message of the room.
struct mark_read {
  user_id by;
  message_id id;
};
/// Steer the room's player; answered by `sync_state` to the room, or by `sync_conflict` or `refused`.
struct steer {
  origin from;
  user_id by;
  steering what;
  std::optional<std::int64_t> if_version;
};
struct set_buffering {
  origin from;
  user_id by;
  bool is_buffering = false;
};
struct request_sync {
  origin from;
  user_id by;
};
/// A video's row and file are gone: whoever watches it watches nothing.
struct video_removed {
  video_id id;
};
/// Remove a member; `by == target` is leaving.
struct remove_member {
  user_id by;
  user_id target;
  bool ban = false;
};
/// From the placement: end, if nobody is in the room and nothing is being committed. Answers whether it ends.
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
                   caf::replies_to<dissolve_room>::with<finished>, caf::replies_to<become_member>::with<admission>,
                   caf::replies_to<withdraw_request>::with<finished>, caf::replies_to<invite_member>::with<admission>,
                   caf::replies_to<answer_notification>::with<notification_outcome>,
                   caf::replies_to<change_member>::with<member_state>, caf::replies_to<lift_ban>::with<finished>,
                   caf::replies_to<transfer_room>::with<room_view>, caf::replies_to<remove_member>::with<finished>,
                   caf::replies_to<edit_message>::with<message>, caf::replies_to<delete_message>::with<finished>,
                   caf::replies_to<mark_read>::with<read_mark>, caf::reacts_to<steer>, caf::reacts_to<set_buffering>,
                   caf::reacts_to<request_sync>, caf::reacts_to<video_removed>, caf::replies_to<retire>::with<bool>>;

// -- placement: which room is live, and where ----------------------------------------------

/// The room's actor, started where it is not live. `room_not_found`.
struct find_room {
  room_id room;
};
/// From a room: how many distinct users are in it now.
struct occupancy_changed {
  room_id room;
  occupancy live;
};
/// From a room that was dissolved. It answers `room_not_found` to who still knows it, until the placement ends it.
struct room_gone {
  room_id room;
};
struct get_occupancy {
  std::vector<room_id> rooms;
};
struct occupancies {
  std::vector<occupancy> rooms; ///< in the order asked
};
/// How many rooms somebody is in; answered by a count.
struct get_rooms_active {};

using placement_actor =
  caf::typed_actor<caf::replies_to<find_room>::with<room_actor>, caf::reacts_to<occupancy_changed>,
                   caf::reacts_to<room_gone>, caf::replies_to<get_occupancy>::with<occupancies>,
                   caf::replies_to<get_rooms_active>::with<std::int64_t>, caf::reacts_to<tick>>;

// -- directory: which users have which sessions --------------------------------------------

/// A session has (or again has) a user.
struct signed_in {
  connection_id connection;
  session_actor session;
  user_id user;
  std::string family; ///< of its access token; may be empty
  timestamp issued_at{};
  socket_kind kind = socket_kind::rooms;
};
struct signed_out {
  connection_id connection;
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
/// A frame for every live session of the user on `/ws`.
struct notify_user {
  user_id user;
  frame_ptr frame;
};
/// A connection of `/ws/{client_id}` wants this id. Whoever held it, if it is the same user or both are nobody, is told
/// `replaced`; else `client_id_taken`.
struct claim_client {
  std::string client;
  connection_id connection;
  session_actor session;
  std::optional<user_id> user;
  timestamp connected_at{};
};
/// The connection is gone, and with it its claim.
struct release_client {
  connection_id connection;
};
struct get_clients {
  user_id user;
};
struct client_list {
  std::vector<std::pair<std::string, timestamp>> items; ///< client_id and since when, oldest first
};
/// A frame for the holder of the id; answers how many sockets it was given to.
struct push_to_client {
  std::string client;
  frame_ptr frame;
};
/// A frame for every connection of `/ws/{client_id}` that the user has; answers how many those are.
struct push_to_user {
  user_id user;
  frame_ptr frame;
};
struct get_online {
  std::vector<user_id> users;
};
struct online_flags {
  std::vector<bool> users; ///< in the order asked
};
/// How many users have a session; answered by a count.
struct get_users_online {};

using directory_actor =
  caf::typed_actor<caf::reacts_to<signed_in>, caf::reacts_to<signed_out>,
                   caf::replies_to<revoke_access>::with<finished>, caf::reacts_to<user_renamed>,
                   caf::replies_to<get_online>::with<online_flags>,
                   caf::replies_to<get_users_online>::with<std::int64_t>, caf::reacts_to<notify_user>,
                   caf::replies_to<claim_client>::with<finished>, caf::reacts_to<release_client>,
                   caf::replies_to<get_clients>::with<client_list>, caf::replies_to<push_to_client>::with<std::int64_t>,
                   caf::replies_to<push_to_user>::with<std::int64_t>>;

// -- task board: the channels of /ws/realtime/ ---------------------------------------------

/// Publish a status; answered after the commit with the number of sockets that it was given to. `not_task_owner`.
struct publish_task {
  user_id by;
  task_status value;
};
/// The connection hears the last status under this id, if any, and each later one, in their order.
struct watch_task {
  std::string task;
  connection_id connection;
  session_actor session;
};
struct unwatch_task {
  std::string task;
  connection_id connection;
};

using task_board_actor = caf::typed_actor<caf::replies_to<publish_task>::with<std::int64_t>, caf::reacts_to<watch_task>,
                                          caf::reacts_to<unwatch_task>>;

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
struct get_writer_figures {};
/// Who changes the database, or hands changes on to the one who does.
using db_writer_actor = caf::typed_actor<caf::reacts_to<append_message>, caf::replies_to<write_request>::with<finished>,
                                         caf::replies_to<get_writer_figures>::with<writer_figures>>;

/// In front of the writer; what everybody but the gate itself knows as the writer.
using write_gate_actor = db_writer_actor::extend<caf::reacts_to<tick>>;

/// Ends the writer's turn: run and commit what is queued.
struct flush {};
/// The writer itself, on a thread of its own. It ticks while the database's files are to be rid of something.
using committer_actor = db_writer_actor::extend<caf::reacts_to<flush>, caf::reacts_to<tick>>;

struct read_request {
  read_job job;
};

using db_reader_actor = caf::typed_actor<caf::replies_to<read_request>::with<finished>>;

struct hash_password {
  std::string password; ///< as `prepare_password` gives it
};
struct check_password {
  std::string password; ///< as it was typed
  std::string hash;     ///< empty for a user who is not there: takes as long, answers false
};

using hasher_actor = caf::typed_actor<caf::replies_to<hash_password>::with<std::string>,
                                      caf::replies_to<check_password>::with<auth::password_verdict>>;

} // namespace parley

#include "actors/type_ids.hpp" // IWYU pragma: export: CAF has to know every type above before it is used
