// People whose room has a new home, while they are on their way there.
#pragma once

#include "actors/interfaces/room.hpp"

#include <vector>

namespace parley {

/// What the connections that come back know, which the new home does not: who was present at the last one.
class homecoming {
public:
  /// How long somebody who was present may need for the way.
  static constexpr std::chrono::milliseconds travel_time{1500};

  void expect(expect_people x, moment now);
  /// The connection is back, and was told nothing of those who came back before.
  void arrived(connection_id which);
  /// Those who are back, in rising order, until everybody has had time.
  const std::vector<connection_id>& arrived() const { return arrived_; }
  /// Whether connections of the outlet know that somebody like this is present.
  bool knows(const audience_actor& outlet, const present_person& who) const;
  /// Who was expected by one of the outlets and has had time, though it may be back.
  std::vector<present_person> take_overdue(moment now);
  /// When `take_overdue` has something to do; `moment::max()` for never.
  moment next_expiry() const;

private:
  struct party {
    expect_people who;
    moment until;
  };

  std::vector<party> parties_;
  std::vector<connection_id> arrived_;
};

} // namespace parley
