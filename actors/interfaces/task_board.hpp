// The task board: the channels of /ws/realtime/.
#pragma once

#include "actors/interfaces/session.hpp"
#include "protocol/model.hpp"

#include <cstdint>
#include <string>

namespace parley {

/// Publish a status.
struct publish_task {
  user_id by;
  task_status value;
};
struct published_task {
  std::int64_t sockets = 0; ///< that it was given to
  std::int64_t version = 0; ///< as stored
  timestamp at{};
};

/// A status that another node stored. Answered with the number of sockets that hear of it, now or soon.
struct task_elsewhere {
  task_status value;
  std::int64_t version = 0;
};

/// Other nodes may have stored what was not told here: whatever is watched is read again.
struct refresh_tasks {};

/// The connection hears the last status under this id, if any, and each later one, in their order.
struct watch_task {
  std::string task;
  connection_id connection;
  session_actor session;
};

/// The connection hears nothing more under this id.
struct unwatch_task {
  std::string task;
  connection_id connection;
};

using task_board_actor = caf::typed_actor<
  // Answers after the commit. `not_task_owner`.
  caf::replies_to<publish_task>::with<published_task>,
  // A session begins to hear of a task.
  caf::reacts_to<watch_task>,
  // A session has heard enough, or ends.
  caf::reacts_to<unwatch_task>,
  // From the board of all nodes.
  caf::replies_to<task_elsewhere>::with<std::int64_t>,
  // From the board of all nodes: a link is back, or a node is gone.
  caf::reacts_to<refresh_tasks>,
  // What was waited for has not come.
  caf::reacts_to<tick>>;

} // namespace parley
