// What several nodes answer together, for operators and for limits that are the cluster's.
#pragma once

#include "actors/interfaces/hub.hpp"
#include "protocol/http_codec.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace parley {

/// Which nodes there are.
struct find_nodes {};
struct found_nodes {
  std::vector<node_status> nodes; ///< as they last said, at most a second ago
};

/// As `get_connections`, of all nodes.
struct find_connections {
  std::optional<user_id> user;
  std::int64_t at_most = 0; ///< items, those with the lowest ids
};
struct found_connections {
  std::vector<connection_view> items; ///< by id
  std::int64_t total = 0;
  std::vector<std::string> unanswered; ///< nodes that did not say in time what they have
};

/// As `get_disconnects`, of all nodes.
struct find_disconnects {
  std::optional<user_id> user;
};
struct found_disconnects {
  std::vector<disconnect_view> items;
  std::vector<std::string> unanswered;
};

/// How this node does among the others.
struct get_cluster_figures {};
struct cluster_figures {
  struct link {
    std::string node;
    bool is_up = false;
    std::int64_t queued_bytes = 0;
    std::int64_t unacknowledged_bytes = 0;
  };
  std::int64_t members = 0;
  std::vector<link> links;
  bool is_suspended = false; ///< the database has been silent for too long
  double beat_s = 0;         ///< what the last beat took
  std::int64_t relays = 0;
  std::int64_t homes = 0;
  // Since the start, by this node:
  std::int64_t takeovers = 0; ///< rooms whose home was dead
  std::int64_t fences = 0;    ///< nodes declared dead
};

/// Somebody tries what is limited over all nodes together.
struct count_attempt {
  std::string what; ///< which limit
  std::string who;
  std::int64_t per_minute = 0;
};
struct counted_attempt {
  std::optional<std::chrono::milliseconds> wait; ///< none: it may go on
};

/// A request of this node is about to write to an upload, which no other node may write to meanwhile.
struct hold_upload {
  std::string id;
};
struct release_upload {
  std::string id;
};

using cluster_actor = caf::typed_actor<
  // Answers what is known.
  caf::replies_to<find_nodes>::with<found_nodes>,
  // For operators; answers within a second.
  caf::replies_to<find_connections>::with<found_connections>,
  // The same.
  caf::replies_to<find_disconnects>::with<found_disconnects>,
  // Answers whether the connection was there. `rate_limited` where its node does not answer.
  caf::replies_to<dismiss>::with<bool>,
  // What there is to count.
  caf::replies_to<get_cluster_figures>::with<cluster_figures>,
  // `rate_limited` where the database does not answer.
  caf::replies_to<count_attempt>::with<counted_attempt>,
  // Answers whether nobody else has it; likewise.
  caf::replies_to<hold_upload>::with<bool>,
  // From whoever held it.
  caf::reacts_to<release_upload>,
  // Gives up whom it has asked for too long.
  caf::reacts_to<tick>>;

} // namespace parley
