// Coming, leaving, and who hears of it.
#pragma once

#include "actors/room/activity_keeper.hpp"
#include "actors/room/core.hpp"
#include "actors/room/typing.hpp"
#include "actors/room/watching.hpp"

#include <string_view>

namespace parley {

/// Everything that changes who is here goes through this, so that all who have to know of it do.
class presence {
public:
  presence(room_core& room, typing& types, watching& watches) : room_(room), typing_(types), watching_(watches) {}

  /// As attendance::enter; the directory and the database hear of it, the room does not yet.
  bool enter(const origin& from, const user_brief& user, std::string_view guest_name);
  void carry_out(const leave_room& x);
  /// The user is a member no more: its connections leave, and are told why.
  void put_out(user_id user);
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

  room_core& room_;
  typing& typing_;
  watching& watching_;
  activity_keeper keeper_;
};

} // namespace parley
