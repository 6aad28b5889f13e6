// What was committed, in order, as the simulated disk saw it: the truth that everything else is held against.
#pragma once

#include "tests/support/memory_store.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace parley::sim {

/// The promises that are watched.
struct broken_promise {
  std::string promise; ///< its name in docs/simulation.md
  std::string detail;
};

/// One bit a user; ids in a simulated world are small.
using user_set = std::uint32_t;

constexpr user_set bit(user_id who) {
  return user_set{1} << static_cast<unsigned>(who.value);
}

class ledger {
public:
  struct entry {
    message_id id;
    user_id sender;
    std::string client_msg_id;
    std::vector<std::string> versions; ///< its content, and every other that was asked for since
    user_set members = 0;              ///< of the room, right before or right after the commit
    bool ghost = false;                ///< the writer was told that this commit failed
    bool to_be_deleted = false;        ///< somebody asked for that
  };

  /// After each commit. `told`: the writer hears of it as of a success.
  void on_commit(const test::memory_state& now, bool told);

  const std::vector<entry>& log(room_id room) const;
  /// Null where no such message was committed in the room.
  const entry* find(room_id room, message_id id) const;
  entry* find(message_id id);
  /// 0 where the room has none.
  message_id last(room_id room) const;
  /// The first entry after `id` that members must hear of; null where there is none.
  const entry* next(room_id room, message_id id) const;
  /// True where nothing that members must hear of stands between the two.
  bool adjoin(room_id room, message_id before, message_id after) const;

  /// One of them was stored twice.
  bool doubled() const { return doubled_; }
  std::uint64_t commits() const { return commits_; }
  /// Some change of who may what was stored, and the room told that it was not.
  bool is_haunted() const { return haunted_; }
  /// The room's actor reads what is stored anew.
  void lay_ghosts() { haunted_ = false; }

private:
  struct room_log {
    std::vector<entry> entries;
    user_set members = 0;
  };

  std::map<room_id, room_log> rooms_;
  std::map<std::pair<std::pair<room_id, user_id>, std::string>, message_id> named_;
  message_id seen_;
  std::uint64_t commits_ = 0;
  bool doubled_ = false;
  bool haunted_ = false;
};

} // namespace parley::sim
