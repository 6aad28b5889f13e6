// How many messages somebody has not read, counted on an index alone, each of them once.
#pragma once

#include "protocol/limits.hpp"
#include "storage/ports.hpp"
#include "storage/sql/query.hpp"

#include <cstddef>
#include <unordered_map>

namespace parley::storage::sql {

/// What a snapshot shows of a room and of who asks about it.
struct unread_question {
  room_id room;
  user_id user;
  message_id after;        ///< what is seen: the read mark, or what the history policy hides
  message_id last;         ///< the room's last message; 0 where it has none
  integer deleted_yet = 0; ///< `rooms.messages_deleted`
};

/// Counts messages of others that are not deleted. It remembers how far it came: the next time only what is new is
/// counted, and nothing at all where that is nothing, or `limits::unread_max` was reached. What it remembers is good as
/// long as nothing of the room was deleted and the mark stands, which the question itself shows: nobody has to tell it.
/// For a connection that only reads: the ids of a transaction that is undone are given out again.
class unread_counter {
public:
  /// Entries of the index that one call looks at. Where so many are the user's own or deleted, the answer is what was
  /// counted so far, and the next call goes on from there.
  static constexpr integer stretch = 2 * limits::unread_max;
  /// Users' rooms that are remembered, 100 bytes each; past it all are forgotten.
  static constexpr std::size_t remembered_limit = 32'768;

  explicit unread_counter(connection& link);

  /// At most `limits::unread_max`, which means as many or more.
  integer count(const unread_question& x);

private:
  struct place {
    room_id room;
    user_id user;
    friend bool operator==(const place&, const place&) = default;
  };
  struct place_hash {
    std::size_t operator()(const place& x) const noexcept;
  };
  struct progress {
    message_id after;
    integer deleted_yet = 0;
    message_id counted_to;
    integer count = 0;
  };
  struct piece_row {
    integer looked_at = 0;
    integer last = 0;
    integer unread = 0;

    template <class Visit>
    void columns(Visit&& visit) {
      visit(looked_at);
      visit(last);
      visit(unread);
    }
  };

  progress& recall(const unread_question& x);

  query<piece_row, integer, integer, integer, integer> piece_;
  std::unordered_map<place, progress, place_hash> known_;
};

} // namespace parley::storage::sql
