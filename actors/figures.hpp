// What actors count of their own work, for operators. Values: each is made by the one who owns the counts.
#pragma once

#include "actors/latency.hpp"

#include <cstdint>
#include <utility>
#include <vector>

namespace parley {

/// What one thread has done since the start, and holds now.
struct hub_figures {
  std::int64_t connections[6] = {};                  ///< now, by `socket_kind`
  std::int64_t outbox_bytes = 0;                     ///< now
  std::uint64_t deliveries = 0;                      ///< frames of rooms handed to connections
  std::uint64_t slow_closed = 0;                     ///< connections closed 4413
  std::vector<std::pair<int, std::uint64_t>> closed; ///< ends by close code
  latency_histogram mailbox; ///< from a tick's due time to its turn: how late this thread's actors run
  latency_histogram fan_out; ///< from a message's commit to its hand-over to the connections of this thread
  latency_histogram
    accept_to_commit; ///< from a room's acceptance to the commit, of the rooms of this thread's deliveries
};
/// What the database writer has done since the start.
struct writer_figures {
  std::uint64_t queued = 0;   ///< entries that are not committed yet
  std::uint64_t commits = 0;  ///< transactions since the start
  std::uint64_t messages = 0; ///< chat messages committed since the start
  std::uint64_t failures = 0; ///< transactions that were rolled back
  std::uint64_t answered = 0; ///< entries since the start, whatever came of them
  std::uint64_t refused = 0;  ///< entries that were not taken because too much waits, or for too long
  latency_histogram commit;   ///< of each transaction, from its begin to its end
  latency_histogram mailbox;  ///< from the arrival of a batch's first entry to the begin of its transaction
};

} // namespace parley
