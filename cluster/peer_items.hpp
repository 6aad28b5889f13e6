// What one node says to another: a closed list of items, each a message of actors/interfaces/ without its handles.
#pragma once

#include "actors/crossing.hpp"
#include "actors/interfaces/cluster.hpp"
#include "protocol/peer_codec.hpp"
#include "storage/ports/tokens.hpp"

#include <tl/expected.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace parley::cluster {

// -- about rooms whose home is the receiver --------------------------------------------------

/// What a room does without an answer of its own.
using room_order = std::variant<join_room, leave_room, post_message, set_typing, rename_member, steer, set_buffering,
                                request_sync, video_removed, expect_people>;

/// What a room answers once.
using room_question = std::variant<submit_message, change_room, change_config, dissolve_room, transfer_room,
                                   become_member, withdraw_request, invite_member, answer_notification, change_member,
                                   remove_member, lift_ban, edit_message, delete_message, mark_read>;

struct order_room {
  room_id room;
  room_order what;
};

struct ask_room {
  room_id room;
  std::uint64_t number = 0; ///< names the question to whoever asked, on this link
  room_question what;
};

// -- from them -------------------------------------------------------------------------------

using room_answer = std::variant<error_code, finished, submitted, room_view, admission, notification_outcome,
                                 member_state, message, read_mark>;

struct answer_room {
  std::uint64_t number = 0;
  room_answer what = error_code::internal;
};

/// The sender is not the room's home: whoever takes it for that looks again.
struct not_home {
  room_id room;
};

/// The room is about to leave the sender, and was not given the order: it is for the next home.
struct bounced_order {
  room_id room;
  room_order what;
};

// -- what belongs to no room ------------------------------------------------------------------

/// Who has a session on the sender's node from now on, and who has none any more. `all` begins anew.
struct online_users {
  bool all = false;
  std::vector<user_id> come;
  std::vector<user_id> gone;
};

/// As `notify_user`, for sessions on the receiver's node.
struct notify_there {
  user_id user;
  frame_ptr frame;
};

/// As `tell_absent`.
struct tell_there {
  room_id room;
  std::vector<std::pair<user_id, frame_ptr>> frames;
};

/// As `user_renamed`.
struct renamed_there {
  user_brief user;
};

/// As `revoke_access`; answered by `revoked_there` under the number.
struct revoke_there {
  std::uint64_t number = 0;
  storage::revocations list;
};
struct revoked_there {
  std::uint64_t number = 0;
};

/// How many are in rooms whose home the sender is; 0 where nobody is any more. `all` begins anew.
struct live_rooms {
  bool all = false;
  std::vector<std::pair<room_id, occupancy>> rooms;
};

/// A frame for connections of `/ws/{client_id}` on the receiver's node: of that client, or else of that user. Answered
/// by `pushed_there` under the number.
struct push_there {
  std::uint64_t number = 0;
  std::string client;
  user_id user;
  frame_ptr frame;
};
struct pushed_there {
  std::uint64_t number = 0;
  std::int64_t sockets = 0;
};

/// Who holds a `client_id` on the sender's node. `count` is higher than of every claim of that id which it had heard
/// of.
struct client_claim {
  std::string client;
  std::optional<user_id> user;
  timestamp connected_at{};
  std::uint64_t count = 0;
};
/// Which ids are held there from now on, and which are free again. `all` begins anew. Answered by `claims_heard` under
/// the number, but for 0.
struct client_claims {
  bool all = false;
  std::vector<client_claim> held;
  std::vector<std::string> freed;
  std::uint64_t number = 0;
};
struct claims_heard {
  std::uint64_t number = 0;
  bool is_taken = false; ///< somebody else has one of the ids, and keeps it
};

/// As `task_elsewhere`; answered by `task_heard` under the number.
struct task_there {
  std::uint64_t number = 0;
  std::int64_t version = 0;
  task_status value;
};
struct task_heard {
  std::uint64_t number = 0;
  std::int64_t sockets = 0;
};

/// What operators ask of a node; answered by `answer_node` under the number.
using node_question = std::variant<find_connections, find_disconnects, dismiss>;
using node_answer = std::variant<error_code, found_connections, found_disconnects, bool>;

struct ask_node {
  std::uint64_t number = 0;
  node_question what;
};
struct answer_node {
  std::uint64_t number = 0;
  node_answer what = error_code::internal;
};

/// The order is the wire's: new ones go behind the last.
using peer_item =
  std::variant<order_room, ask_room, answer_room, not_home, attach_listener, detach_listener, deliver, unicast,
               close_connection, entered_room, refused, removed_from_room, online_users, notify_there, tell_there,
               renamed_there, revoke_there, revoked_there, live_rooms, push_there, pushed_there, mirror_presence,
               bounced_order, client_claims, task_there, task_heard, ask_node, answer_node, claims_heard>;

/// Items of the wire's first version. Who speaks no later one is told no others.
inline constexpr std::size_t items_of_version_1 = 23;

/// Bytes of one item at most, and of a batch of several. An item may be longer than a batch should be.
inline constexpr std::size_t item_bytes_max = std::size_t{24} << 20;
inline constexpr std::size_t batch_bytes = std::size_t{256} << 10;

/// Adds the item to a batch. Handles in it do not cross; `item` is not changed.
void pack_item(std::string& batch, peer_item& item);

/// The items of a batch in their order. An error is one line for the log: what came is no batch of this version, and
/// the session with the peer has to end. What stands behind the known fields of an item is skipped.
tl::expected<std::vector<peer_item>, std::string> unpack_items(std::string_view batch);

} // namespace parley::cluster
