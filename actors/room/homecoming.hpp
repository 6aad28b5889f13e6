// People whose room has a new home, while they are on their way there.
#pragma once

#include "actors/interfaces/room.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace parley {

/// What the connections that come back know, which the new home does not: who was present at the last one.
class homecoming {
public:
  /// How long somebody who was present may need for the way.
  static constexpr std::chrono::milliseconds travel_time{1500};

  /// `present` is who is here already.
  void expect(expect_people x, const std::vector<present_person>& present, moment now);
  /// Somebody is present, or is no more.
  void came(const present_person& who);
  void went(const present_person& who);
  /// The connection is back, and was told nothing of those who came back before.
  void arrived(connection_id which);
  /// Those who are back, in rising order, until everybody has had time.
  const std::vector<connection_id>& arrived() const { return arrived_; }
  /// Who is present and connections of the outlet do not know of.
  std::vector<present_person> news(const audience_actor& outlet) const;
  /// Who was expected by one of the outlets and has had time, though it may be back.
  std::vector<present_person> take_overdue(moment now);
  /// When `take_overdue` has something to do; `moment::max()` for never.
  moment next_expiry() const;

private:
  using people = std::map<std::pair<user_id, std::string>, present_person>;

  /// The connections of one outlet.
  struct party {
    audience_actor outlet;
    people known; ///< to be present at the last home
    people news;
    moment until;
  };

  std::vector<party> parties_;
  std::vector<connection_id> arrived_;
};

} // namespace parley
