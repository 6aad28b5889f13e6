// What users may do in one room, as far as the room knows it.
#pragma once

#include "protocol/model.hpp"
#include "protocol/time.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <unordered_map>

namespace parley {

/// A user's right to the room, as the database has it.
struct right {
  std::optional<membership> who; ///< none for a stranger
  bool banned = false;
  // A mute counts down by the even clock, from what the wall clock showed when the room first knew of it.
  timestamp mute_known_at{};
  moment mute_known_since{};
};

/// The rights that the room remembers. It is told of every change, so that what it remembers is always true.
class rights {
public:
  /// Users that are remembered; past it all but those who are needed are forgotten.
  static constexpr std::size_t limit = 65'536;

  /// `now` has to outlive this. `is_needed` tells who must not be forgotten.
  rights(const time_source& now, std::function<bool(user_id)> is_needed, std::optional<timestamp> guests_muted_until);

  /// Null if it is not remembered.
  const right* find(user_id user) const;
  void learn(user_id user, std::optional<membership> who, bool banned = false);

  /// What all guests may, if the room lets them in.
  const right& guests() const { return guests_; }
  void learn_guests(membership who);

  /// What `muted_until` is compared with; any time if there is none.
  timestamp mute_clock(const right& access) const;
  /// The same of a user who may not be remembered: the wall clock then.
  timestamp mute_clock(user_id user) const;

private:
  void replace(right& known, std::optional<membership> who, bool banned);

  const time_source& now_;
  std::function<bool(user_id)> is_needed_;
  std::unordered_map<user_id, right> users_;
  right guests_;
};

} // namespace parley
