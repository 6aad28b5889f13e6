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
  // Answers after the commit with the number of sockets that it was given to. `not_task_owner`.
  caf::replies_to<publish_task>::with<std::int64_t>,
  // A session begins to hear of a task.
  caf::reacts_to<watch_task>,
  // A session has heard enough, or ends.
  caf::reacts_to<unwatch_task>>;

} // namespace parley
