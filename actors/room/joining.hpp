// Joining a room, and catching up with it.
#pragma once

#include "actors/recent_messages.hpp"
#include "actors/room/arrivals.hpp"
#include "actors/room/core.hpp"
#include "actors/room/posting.hpp"
#include "actors/room/presence.hpp"
#include "actors/room/roster.hpp"
#include "actors/room/watching.hpp"

#include <vector>

namespace parley {

class joining {
public:
  joining(room_core& room, roster& members, presence& present, const watching& watches, arrivals& arriving,
          const recent_messages& recent, const post_queue& posts)
    : room_(room), roster_(members), presence_(present), watching_(watches), arrivals_(arriving), recent_(recent),
      posts_(posts) {}

  void carry_out(join_room& x);
  /// Posts were committed: lets in whoever waited for them.
  void let_in_waiting();
  /// Refuses joins that have waited for too long. Returns when to call again; `moment::max()` for never.
  moment expire();

private:
  void admit(join_room& x, const right& access, moment until);
  void admit_new_member(join_room x, moment until);
  void catch_up(join_room x, const right& access, moment until);
  /// What the client does not know of what it may see.
  arrivals::gap lacks_of(const join_room& x, const right& access) const;
  void replay(join_room x, arrivals::gap lacks, moment until);
  /// Why the user may not come in after all, though it might when it asked.
  error_code welcome_of(user_id user) const;
  void read_missed(join_room x, const arrivals::gap& lacks, moment until);
  void enter(const join_room& x, arrivals::missed missed, bool resync);
  void announce_again(const join_room& x);
  void add_missed(attach_listener& to, arrivals::missed& missed, bool replayed) const;
  void tell_returned(const join_room& x, bool is_first, bool resync);
  room_joined_reply joined_reply(bool resync) const;
  void refuse(const origin& to, error_code why) { room_.say.refuse(to, refused::request::join, why); }

  room_core& room_;
  roster& roster_;
  presence& presence_;
  const watching& watching_;
  arrivals& arrivals_;
  const recent_messages& recent_;
  const post_queue& posts_;
};

} // namespace parley
