// The directory: which users have which sessions, which access was revoked, who holds which `client_id`.
#pragma once

#include "actors/frame.hpp"
#include "actors/interfaces/session.hpp"
#include "actors/ports.hpp"
#include "protocol/http_codec.hpp"
#include "protocol/model.hpp"
#include "storage/ports/tokens.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace parley {

/// A session has (or again has) a user.
struct signed_in {
  connection_id connection;
  session_actor session;
  user_id user;
  std::string family; ///< of its access token; may be empty
  timestamp issued_at{};
  socket_kind kind = socket_kind::rooms;
};

/// A session has no user any more, or ends.
struct signed_out {
  connection_id connection;
};

/// Tokens were revoked in the database: tell every thread, and close the sockets that they opened.
struct revoke_access {
  storage::revocations list;
};

/// The user's stored name changed.
struct user_renamed {
  user_brief user;
};

/// A frame for every live session of the user on `/ws`.
struct notify_user {
  user_id user;
  frame_ptr frame;
};

/// Which of these members of a room have a session on `/ws` that is not in it.
struct find_absent {
  struct member {
    user_id user;
    std::uint32_t inside = 0; ///< its sessions on `/ws` that are in the room
  };
  room_id room;
  std::vector<member> users;
};
struct absent_users {
  std::vector<user_id> users; ///< in the order asked
};

/// A frame for each of these users, for their sessions on `/ws` that are not in the room.
struct tell_absent {
  room_id room;
  std::vector<std::pair<user_id, frame_ptr>> frames;
};

/// A connection of `/ws/{client_id}` wants this id. Whoever held it, if it is the same user or both are nobody, is told
/// `replaced`.
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

/// The connection holds the id no longer, and is told `replaced`: on another node somebody claimed it later.
struct evict_client {
  std::string client;
  connection_id connection;
  error_code why = error_code::none; ///< as in `replaced`
};

/// Which ids the user's connections hold.
struct get_clients {
  user_id user;
};
struct client_list {
  std::vector<client_view> items; ///< oldest first; without a node's name: of this one
};

/// A frame for the holder of the id.
struct push_to_client {
  std::string client;
  frame_ptr frame;
};

/// A frame for every connection of `/ws/{client_id}` that the user has.
struct push_to_user {
  user_id user;
  frame_ptr frame;
};

/// Which of these users have a session.
struct get_online {
  std::vector<user_id> users;
};
struct online_flags {
  std::vector<bool> users; ///< in the order asked
};

/// How many users have a session.
struct get_users_online {};

using directory_actor = caf::typed_actor<
  // From a session that knows its user.
  caf::reacts_to<signed_in>,
  // From the same session at its end.
  caf::reacts_to<signed_out>,
  // Answers when every thread refuses the tokens.
  caf::replies_to<revoke_access>::with<finished>,
  // Tells the user's sessions.
  caf::reacts_to<user_renamed>,
  // For lists of members.
  caf::replies_to<get_online>::with<online_flags>,
  // Answers a count.
  caf::replies_to<get_users_online>::with<std::int64_t>,
  // Hands the frame to the user's sessions.
  caf::reacts_to<notify_user>,
  // From a room that has something to tell them.
  caf::replies_to<find_absent>::with<absent_users>,
  // Hands the frames to the users' sessions, which know themselves where they are.
  caf::reacts_to<tell_absent>,
  // `client_id_taken` if somebody else holds it.
  caf::replies_to<claim_client>::with<finished>,
  // From the session that claimed it, at its end.
  caf::reacts_to<release_client>,
  // From the directory of all nodes.
  caf::reacts_to<evict_client>,
  // For the list of one's own clients.
  caf::replies_to<get_clients>::with<client_list>,
  // Answers how many sockets the frame was given to.
  caf::replies_to<push_to_client>::with<std::int64_t>,
  // Answers how many sockets the frame was given to.
  caf::replies_to<push_to_user>::with<std::int64_t>>;

} // namespace parley
