#include "actors/room/rights.hpp"

#include <utility>

namespace parley {

rights::rights(const time_source& now, std::function<bool(user_id)> is_needed,
               std::optional<timestamp> guests_muted_until)
  : now_(now), is_needed_(std::move(is_needed)) {
  learn_guests(membership{anonymous_user, member_role::member, guests_muted_until, {}, {}});
}

const right* rights::find(user_id user) const {
  const auto known = users_.find(user);
  return known == users_.end() ? nullptr : &known->second;
}

void rights::learn(user_id user, std::optional<membership> who, bool banned) {
  if (users_.size() >= limit)
    std::erase_if(users_, [this](const auto& x) { return !is_needed_(x.first); });
  replace(users_[user], std::move(who), banned);
}

void rights::learn_guests(membership who) {
  replace(guests_, std::move(who), false);
}

void rights::replace(right& known, std::optional<membership> who, bool banned) {
  const bool same_mute = known.who && who && known.who->muted_until == who->muted_until;
  known.who = std::move(who);
  known.banned = banned;
  if (!same_mute) {
    known.mute_known_at = now_();
    known.mute_known_since = now_.steady();
  }
}

timestamp rights::mute_clock(const right& access) const {
  if (!access.who || !access.who->muted_until)
    return {};
  return access.mute_known_at + (now_.steady() - access.mute_known_since);
}

timestamp rights::mute_clock(user_id user) const {
  const auto* known = find(user);
  return known == nullptr ? now_() : mute_clock(*known);
}

} // namespace parley
