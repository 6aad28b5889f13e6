// Clients that asked to join a room and are not in it yet, by what they wait for.
#pragma once

#include "actors/interfaces/room.hpp"
#include "actors/room/rights.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

namespace parley {

/// Three waits: to become a member, for posts that were committed before the client's last message, for the messages
/// that it missed. The first two are given up in time here, the last one by the database.
class arrivals {
public:
  /// A join behind posts: its client has read them already, the room was not told of them yet.
  struct behind_posts {
    std::uint64_t behind = 0; ///< the first ticket that it does not wait for
    join_room request;
    right access;
    moment until{}; ///< then it is refused
  };
  /// What a client that resumes does not know yet.
  struct gap {
    message_id after; ///< the last message that it knows
    message_id floor; ///< of older ones it sees those above this
    /// Changes of those since this revision of the room are wanted; none: it does not ask for them.
    std::optional<std::int64_t> change;
  };
  /// What it missed: messages in their order, and changed ones that are older, in the order of their latest changes.
  struct missed {
    std::vector<message> posted;
    std::vector<message> changed;
  };
  /// A join whose messages have come.
  struct caught_up {
    join_room request;
    missed what; ///< nothing if there was too much
    bool too_many = false;
  };

  // -- to become a member; one at a time of a user --
  void await_membership(user_id user, const origin& from, moment until);
  /// Who waited; none if it was given up.
  std::optional<origin> take_membership(user_id user);
  std::optional<origin> take_overdue_membership(moment now);

  // -- for posts --
  void await_posts(behind_posts what) { behind_.push_back(std::move(what)); }
  /// The next one that waits for nothing any more, if `oldest_post` (none: nothing) is on its way.
  std::optional<behind_posts> take_ready(std::optional<std::uint64_t> oldest_post);
  std::optional<behind_posts> take_overdue(moment now);

  // -- for missed messages; one at a time of a connection --
  void await_missed(join_room request, const gap& lacks);
  /// A message was posted: whoever waits will have missed it.
  void posted(const message& x);
  /// A message has another content now.
  void changed(const message& x);
  /// `found` is what the database had at some time since; the room was told of messages up to `last`, and of changes up
  /// to `revision`.
  caught_up take_missed(connection_id who, missed found, message_id last, std::int64_t revision);
  /// The database did not answer.
  join_room give_up_missed(connection_id who);
  bool awaits_missed() const { return !catching_up_.empty(); }

  /// When the next one is overdue; `moment::max()` for never.
  moment next_expiry() const;

private:
  struct candidate {
    origin from;
    moment until{};
  };
  struct catching_up {
    join_room request;
    gap lacks;
    std::vector<message> since;            ///< what was posted meanwhile
    std::map<message_id, message> changed; ///< what was edited or deleted meanwhile
  };

  /// The changes of older messages: what the database had, and what came since.
  static std::vector<message> merge_changes(catching_up& waiting, std::vector<message> found, std::int64_t revision);

  std::unordered_map<user_id, candidate> candidates_;
  std::deque<behind_posts> behind_;
  std::unordered_map<connection_id, catching_up> catching_up_;
};

} // namespace parley
