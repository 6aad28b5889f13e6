// Which access tokens were revoked before their time.
#pragma once

#include "storage/ports.hpp"

#include <string>
#include <unordered_map>

namespace parley {

/// A token with a family dies with the family; one without dies with its user's cutoff. Not thread-safe.
class revocation_list {
public:
  /// Takes these in, and forgets the families whose time has passed by both clocks: a token may be good for longer by
  /// a wall clock that was set back, and one that was set forward may be set back again.
  void add(const storage::revocations& list, const time_source& now);

  /// `family` may be empty.
  bool covers(user_id user, const std::string& family, timestamp issued_at) const;

private:
  struct end {
    timestamp at{};
    moment not_before{};
  };

  std::unordered_map<std::string, end> families_; ///< until when to remember them
  std::unordered_map<user_id, timestamp> users_;  ///< cutoffs
};

} // namespace parley
