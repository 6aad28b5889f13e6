// A hub: the connections of one I/O thread, to which it fans out by plain calls.
#pragma once

#include "actors/figures.hpp"
#include "actors/interfaces/audience.hpp"
#include "actors/interfaces/session.hpp"
#include "actors/ports.hpp"
#include "protocol/http_codec.hpp"
#include "storage/ports/tokens.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace parley {

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

/// The connection is gone.
struct withdraw {
  connection_id connection;
  int code = 1006; ///< as in `connection_lost`
  std::string reason;
};

/// An operator closes a connection (4403).
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

/// What the thread has done since the start, and holds now.
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

/// The user is stored with another name or avatar: the thread reads it again.
struct forget_user {
  user_id user;
};

using hub_actor = audience_actor::extend<
  // A connection has come.
  caf::reacts_to<enrol>,
  // A connection has gone: it hears nothing more, and its end is remembered.
  caf::reacts_to<withdraw>,
  // A session wants a `wake`.
  caf::reacts_to<remind>,
  // Answers when the thread refuses the tokens.
  caf::replies_to<revoked_tokens>::with<finished>,
  // A session knows its user now.
  caf::reacts_to<identify>,
  // Answers whether the connection was there.
  caf::replies_to<dismiss>::with<bool>,
  // Who is connected, for operators.
  caf::replies_to<get_connections>::with<connection_list>,
  // Who was connected, and how it ended, for operators.
  caf::replies_to<get_disconnects>::with<disconnect_list>,
  // What there is to count.
  caf::replies_to<get_hub_figures>::with<hub_figures>,
  // Answers when the thread has forgotten the old name.
  caf::replies_to<forget_user>::with<finished>,
  // Tells every session.
  caf::reacts_to<drain>,
  // Each quarter of a second: sends the reminders that are due.
  caf::reacts_to<tick>>;

} // namespace parley
