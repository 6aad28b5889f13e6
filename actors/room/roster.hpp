// Who is a member of a room, as far as the room keeps it, and the news of that.
#pragma once

#include "actors/invitations.hpp"
#include "actors/room/core.hpp"
#include "protocol/limits.hpp"

#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace parley {

/// Everything that makes, changes or ends a membership goes through this once it is committed, so that all who have to
/// know of it do: what the room remembers of rights, how many members it has, how far they have read, who they are.
class roster {
public:
  /// `reads` as in storage::room_state.
  roster(room_core& room, std::optional<std::vector<read_mark>> reads) : room_(room), reads_(std::move(reads)) {}

  /// Somebody became a member.
  void add(const entered& x);
  /// A member has another role or mute.
  void change(const user_brief& user, const membership& who);
  /// The room is told of a member that is none any more; what it may do was learnt before. `reads` are known anew where
  /// the room did not keep them and has few members now.
  void remove(const user_brief& user, const membership& was, std::optional<std::vector<read_mark>> reads);
  /// The same mute for all guests.
  void mute_guests(const user_brief& guests, const membership& who);

  // -- how far they have read --
  /// Whether the marks are kept; not in a room of more than `limits::told_members_max`.
  bool knows_reads() const { return reads_.has_value(); }
  /// In the order of users; none where they are not kept.
  const std::optional<std::vector<read_mark>>& reads() const { return reads_; }
  void mark(const read_mark& x);
  /// Who is here, by user; none in a room of more than `limits::told_members_max`.
  std::optional<std::vector<user_id>> online() const;

  // -- who they are --
  /// Calls `then` with the ids of all members, in rising order, at once if they are known; `failed` if the database
  /// does not tell them. One question at a time.
  void list(std::function<void(const std::vector<user_id>&)> then, std::function<void(error_code)> failed);

private:
  /// A member that came or went while the members are being read.
  struct step {
    user_id user;
    bool is_member = false;
  };

  bool is_small() const { return room_.row.value.members <= limits::told_members_max; }
  void note(user_id user, bool is_member);
  void apply(step x);
  /// To the member itself and to moderators with its mute, to all others without.
  template <class News>
  void tell_change(News news);

  room_core& room_;
  std::optional<std::vector<read_mark>> reads_;
  std::optional<std::vector<user_id>> ids_; ///< none until they are asked for
  std::vector<step> since_;                 ///< while they are being read
  bool reading_ = false;
};

} // namespace parley
