// Coming, leaving, and who hears of it.
#pragma once

#include "actors/room/activity_keeper.hpp"
#include "actors/room/core.hpp"
#include "actors/room/homecoming.hpp"
#include "actors/room/typing.hpp"
#include "actors/room/watching.hpp"

#include <string_view>

namespace parley {

/// Everything that changes who is here goes through this, so that all who have to know of it do.
class presence {
public:
  presence(room_core& room, typing& types, watching& watches) : room_(room), typing_(types), watching_(watches) {}

  /// As attendance::enter; the directory and the database hear of it, the room does not yet.
  bool enter(const join_room& x);
  /// The room hears of somebody who was nobody before; `also` rises and knows it as well.
  void tell_come(const join_room& x, std::vector<connection_id> also = {});
  void carry_out(expect_people& x);
  /// Whoever is back knows who was here when it left: it is told who else is.
  void tell_returned(const join_room& x, bool is_first);
  void carry_out(const leave_room& x);
  /// The user is a member no more: its connections leave, and are told why.
  void put_out(user_id user);
  /// The connection is told that its user is a member no more.
  void say_removed(const audience_actor& outlet, const visitor_actor& session, wire_shape shape, connection_id which);
  /// The room was dissolved: everybody leaves.
  void close_down();

  void expire();
  /// Stores whether anybody is here if that is due, else sees to it that it will be.
  void save();
  /// It is stored that nobody is here.
  bool is_at_rest() const { return keeper_.is_at_rest(); }

private:
  void leave(const leave_room& x);
  /// Takes the connection out. If it was its person's last one the room is told, after the grace if `was_lost`.
  void remove(connection_id which, bool was_lost);
  /// The room is told who is present no more.
  void tell_gone(const attendance::shown& who);
  void expect_expiry();
  void moved(bool was_active);
  /// `news` makes it, if anybody is to be told.
  template <class Make>
  void tell_mirrors(Make news);

  room_core& room_;
  typing& typing_;
  watching& watching_;
  activity_keeper keeper_;
  homecoming returning_;
};

} // namespace parley
