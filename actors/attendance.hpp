// Who is in a room now: connections, and the people behind them.
#pragma once

#include "actors/deadlines.hpp"
#include "actors/interfaces/room.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace parley {

/// Somebody in a room, for that room: a user, by its id. Guests are all user 1, but each name that guests gave
/// themselves is a person of its own, with a negative id.
using person_id = id<struct person_tag>;

/// The connections of one person; one alone takes no memory of its own.
class own_connections {
public:
  bool empty() const { return !one_; }
  void add(connection_id what);
  void remove(connection_id what);
  /// In rising order.
  std::vector<connection_id> list() const;
  template <class Take>
  void each(Take take) const {
    if (one_)
      take(one_);
    if (others_ != nullptr)
      std::for_each(others_->begin(), others_->end(), take);
  }

private:
  connection_id one_;                                  ///< 0 where there is none
  std::unique_ptr<std::vector<connection_id>> others_; ///< not null only while there is more than one
};

/// A person stays for a while after its last connection was lost, if it is told so: then it is present without
/// listening, and who comes back in time was never gone.
class attendance {
public:
  struct visitor {
    person_id who;
    visitor_actor session;
    std::uint32_t outlet = 0; ///< its place in `outlets`
    wire_shape shape = wire_shape::envelope;
  };
  /// A person as the room is told of it.
  using shown = present_person;

  /// Whoever hears the room for some of its connections.
  struct outlet {
    audience_actor audience;
    std::uint32_t listeners = 0; ///< connections behind it; 0: nobody is to be told there
    mirror_actor mirror = {};    ///< null where the audience is of this node
  };

  // -- coming and going --

  /// A connection that is not in the room yet comes in; `guest_name` is empty but for a guest who gave one. True where
  /// nobody of that person was present.
  bool enter(const origin& from, const user_brief& user, std::string_view guest_name, const mirror_actor& mirror = {});
  /// Takes a connection out that is in the room. Who went, if it was its person's last one; with `stays_until`, the
  /// person stays present until then instead.
  std::optional<shown> leave(connection_id which, std::optional<moment> stays_until = {});
  /// One whose last connection was lost, and who did not come back by `now`, goes.
  std::optional<shown> take_expired(moment now);
  /// When `take_expired` has something to do; `moment::max()` for never.
  moment next_expiry() const { return away_.next(); }
  /// One person of the user who is present without a connection goes at once.
  std::optional<shown> take_away(user_id user);
  void rename(const user_brief& user);
  void clear();
  /// A guest's connection that is in the room came when this was the room's last message. The first word counts.
  void note_guest(connection_id which, message_id last) { guests_came_after_.try_emplace(which, last); }

  // -- who is there --

  bool empty() const { return people_.empty(); }
  /// Also without a connection.
  bool is_present(user_id user) const;
  /// Distinct users who are present; all guests are one.
  std::int64_t users() const;
  occupancy live() const { return {users()}; }
  /// Distinct users with a connection, but for `except`.
  std::int64_t users_reached(user_id except) const;

  /// Null where the connection is not in the room.
  const visitor* find(connection_id which) const;
  bool contains(connection_id which) const { return find(which) != nullptr; }
  const std::unordered_map<connection_id, visitor>& visitors() const { return visitors_; }
  static user_id user_of(person_id who) { return who.value < 0 ? anonymous_user : user_id{who.value}; }
  /// What the room shows of a person who is present.
  shown show(person_id who) const;
  /// All who are present.
  std::vector<shown> everybody() const;
  /// Whether somebody like this, whose name may have changed, is present.
  bool is_present(const shown& who) const;
  /// All who are present, in rising order; guests are one.
  std::vector<user_id> present_users() const;
  /// How many connections of `/ws` the user, who is no guest, has in the room.
  std::uint32_t envelopes_of(user_id user) const;
  /// What was noted of a guest's connection; none of another one.
  std::optional<message_id> guest_came_after(connection_id which) const;
  /// The connections of a user that is no guest, in rising order.
  std::vector<connection_id> connections_of(user_id user) const;

  /// All that were ever needed at once.
  const std::vector<outlet>& outlets() const { return outlets_; }
  /// Where frames go for a connection that is in the room.
  const audience_actor& outlet_of(const visitor& who) const { return outlets_[who.outlet].audience; }
  /// Connections by wire shape.
  std::uint32_t listeners(wire_shape shape) const { return shapes_[static_cast<std::size_t>(shape)]; }

private:
  struct person {
    user_brief user; ///< of a guest who gave a name: that name
    own_connections connections;
  };

  /// Counts one more connection behind the outlet; returns its place.
  std::uint32_t add_listener(const audience_actor& audience);
  person_id identify(const user_brief& user, std::string_view guest_name);
  /// How many people with a connection there are, among the guests or among the others.
  std::int64_t& listening(person_id who) {
    return who.value <= anonymous_user.value ? listening_guests_ : listening_users_;
  }
  static shown shown_as(person_id who, user_brief user);
  shown forget(person_id who);

  std::unordered_map<connection_id, visitor> visitors_;
  std::unordered_map<person_id, person> people_;
  std::map<std::string, person_id, std::less<>> guests_; ///< who gave a name, by it
  std::map<connection_id, message_id> guests_came_after_;
  deadlines<person_id> away_; ///< present without a connection, until when
  std::int64_t last_guest_ = 0;
  std::int64_t listening_guests_ = 0; ///< with a connection
  std::int64_t listening_users_ = 0;
  std::vector<outlet> outlets_;
  std::uint32_t shapes_[2] = {0, 0};
};

} // namespace parley
