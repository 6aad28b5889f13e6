#include "actors/revocation_list.hpp"

#include <algorithm>

namespace parley {

void revocation_list::add(const storage::revocations& list, const time_source& now) {
  std::erase_if(families_, [wall = now(), steady = now.steady()](const auto& entry) {
    return entry.second.at < wall && entry.second.not_before < steady;
  });
  for (const auto& [family, forget_at] : list.families)
    families_.insert_or_assign(family, end{forget_at, now.steady_at(forget_at)});
  for (const auto& [user, cutoff] : list.users)
    users_[user] = std::max(users_[user], cutoff);
}

bool revocation_list::covers(user_id user, const std::string& family, timestamp issued_at) const {
  if (!family.empty())
    return families_.contains(family);
  auto cutoff = users_.find(user);
  return cutoff != users_.end() && issued_at <= cutoff->second;
}

} // namespace parley
