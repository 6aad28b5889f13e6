// Which access tokens were revoked before their time.
#pragma once

#include "storage/ports.hpp"

#include <string>
#include <unordered_map>

namespace parley {

/// A token with a family dies with the family; one without dies with its user's cutoff. Not thread-safe.
class revocation_list {
public:
  /// Takes these in, and forgets the families whose time has passed at `now`.
  void add(const storage::revocations& list, timestamp now);

  /// `family` may be empty.
  bool covers(user_id user, const std::string& family, timestamp issued_at) const;

private:
  std::unordered_map<std::string, timestamp> families_; ///< until when to remember them
  std::unordered_map<user_id, timestamp> users_;        ///< cutoffs
};

} // namespace parley
