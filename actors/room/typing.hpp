// Who types in a room.
#pragma once

#include "actors/deadlines.hpp"
#include "actors/room/core.hpp"

#include <chrono>
#include <compare>

namespace parley {

/// Who types: a user, or one connection of a guest.
struct typist {
  user_id user;
  connection_id guest; ///< 0 for a user

  static typist of(user_id user, connection_id from) { return {user, user == anonymous_user ? from : connection_id{}}; }

  friend auto operator<=>(const typist&, const typist&) = default;
};

class typing {
public:
  static constexpr std::chrono::seconds lifetime{6}; ///< after it, typing stops by itself

  explicit typing(room_core& room) : room_(room) {}

  void carry_out(const set_typing& x);
  /// If it types it stops, and the others hear so.
  void stop(const typist& who);
  void expire();
  /// Everybody was put out: nobody has to be told.
  void clear() { until_ = {}; }

private:
  void set(const set_typing& x);
  void tell(const typist& who, bool is_typing);

  room_core& room_;
  deadlines<typist> until_;
};

} // namespace parley
