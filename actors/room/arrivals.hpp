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
  /// A join whose messages have come.
  struct caught_up {
    join_room request;
    std::vector<message> missed; ///< in order; none if there were too many
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
  void await_missed(join_room request);
  /// A message was posted: whoever waits will have missed it.
  void posted(const message& x);
  /// A message has another content now.
  void changed(const message& x);
  /// `found` is what the database had at some time since; `last` the last message that the room was told of.
  caught_up take_missed(connection_id who, std::vector<message> found, message_id last);
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
    std::vector<message> since;            ///< what was posted meanwhile
    std::map<message_id, message> changed; ///< what was edited or deleted meanwhile
  };

  std::unordered_map<user_id, candidate> candidates_;
  std::deque<behind_posts> behind_;
  std::unordered_map<connection_id, catching_up> catching_up_;
};

} // namespace parley
