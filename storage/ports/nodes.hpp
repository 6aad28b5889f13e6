// The servers that serve one database together: who they are, and which of them is the home of which room.
#pragma once

#include "protocol/ids.hpp"
#include "storage/ports/result.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace parley::storage {

/// A server that joins others. What all of them must have in common is compared, and never shown.
struct node_wish {
  std::string name;                     ///< unlike that of every other living one
  std::string secret_mark;              ///< of what signs access tokens
  std::string folder_mark;              ///< of the folder of files
  std::chrono::milliseconds term{1500}; ///< one whose beats stood still for so long is dead to others
};

/// One run of a server; its `id` is never given out again.
struct node_row {
  enum class phase : std::uint8_t { joining, up, draining };

  std::int64_t id = 0;
  std::int64_t slot = 0; ///< 1 to `node_slot_max`
  std::string name;
  std::string address;  ///< `host:port` for the others; empty until it can be reached
  std::string link_key; ///< random: who can read this table may link with the node
  phase state = phase::joining;
  std::int64_t beats = 0;
  std::int64_t connections = 0; ///< WebSockets, as it last said
  bool is_gone = false;         ///< nobody holds the lock of its living connection to the database
};

/// Where a room lives.
struct room_home {
  std::int64_t node = 0;
  bool is_mine = false;
  bool is_taken_over = false; ///< its last home is dead
};

/// One connection and one thread of a server that has joined others. Throws `storage_error`.
class node_table {
public:
  virtual ~node_table() = default;

  /// All servers that serve the database together, this one among them, by id.
  virtual std::vector<node_row> list() = 0;
  /// This server's own row.
  virtual node_row self() = 0;
  /// What others see of this one from now on.
  virtual void announce(const std::string& address, node_row::phase state) = 0;
  /// The same of its WebSockets.
  virtual void show(std::int64_t connections) = 0;
  /// How many rooms have this server as their home.
  virtual std::int64_t count_homes() = 0;

  /// Somebody tries what all servers together allow `per_minute` times a minute, and as often at once (a token bucket).
  /// nullopt where it may, else how long it should wait. `per_minute` is at least 1.
  virtual std::optional<std::chrono::milliseconds> take_turn(const std::string& what, const std::string& who,
                                                             std::int64_t per_minute) = 0;

  /// This server alone may write to the upload until it releases it, or is dead. False where another one holds it.
  virtual bool hold_upload(const std::string& id) = 0;
  virtual void release_upload(const std::string& id) = 0;

  /// Forgets who has tried nothing lately, and what dead servers held.
  virtual void sweep() = 0;

  /// The room's home, which becomes this server where the room has none, or one that is dead. It is claimed when this
  /// returns, and then what the last home committed can be read. nullopt where there is no such room.
  virtual std::optional<room_home> claim(room_id room) = 0;
  /// Whether the room's home is this server.
  virtual bool is_home_of(room_id room) = 0;
  /// This server is the room's home no more, if it was: nobody is in the room, and it writes nothing for it.
  virtual void release(room_id room) = 0;

  /// Declares dead the server of which `seen` was read: nothing of it can be committed any more. False where it has
  /// beaten since, or what it holds is not free yet.
  virtual bool fence(const node_row& seen) = 0;
  /// Homes that are dead are none, and nobody is in their rooms. The first time, also in rooms that have no home.
  virtual void forget_dead_homes(bool all) = 0;
  /// Nobody is in this server's rooms, and they have no home: it is about to end.
  virtual void give_up_homes() = 0;
};

class database;
class lease;

/// As `database::join`, but beside other servers, by the wish. Throws `storage_error` where `what` is no PostgreSQL.
std::unique_ptr<lease> join_nodes(database& what, const node_wish& wish, std::function<void()> lost);

/// After `join_nodes`, whose lease outlives it.
std::unique_ptr<node_table> open_node_table(database& what);

} // namespace parley::storage
