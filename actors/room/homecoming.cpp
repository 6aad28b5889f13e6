#include "actors/room/homecoming.hpp"

#include <algorithm>
#include <utility>

namespace parley {

namespace {

bool is_same(const present_person& a, const present_person& b) {
  return a.user.id == b.user.id && a.guest_name == b.guest_name;
}

} // namespace

void homecoming::expect(expect_people x, moment now) {
  std::erase_if(parties_, [&](const party& known) { return known.who.outlet == x.outlet; });
  parties_.push_back({std::move(x), now + travel_time});
}

void homecoming::arrived(connection_id which) {
  const auto at = std::ranges::lower_bound(arrived_, which);
  if (at == arrived_.end() || *at != which)
    arrived_.insert(at, which);
}

bool homecoming::knows(const audience_actor& outlet, const present_person& who) const {
  return std::ranges::any_of(parties_, [&](const party& x) {
    return x.who.outlet == outlet &&
           std::ranges::any_of(x.who.people, [&](const auto& one) { return is_same(one, who); });
  });
}

std::vector<present_person> homecoming::take_overdue(moment now) {
  std::vector<present_person> out;
  for (const auto& x : parties_)
    if (x.until <= now)
      for (const auto& one : x.who.people)
        if (std::ranges::none_of(out, [&](const auto& taken) { return is_same(taken, one); }))
          out.push_back(one);
  std::erase_if(parties_, [now](const party& x) { return x.until <= now; });
  // Who is told gone now is not told again for another outlet.
  for (auto& x : parties_)
    std::erase_if(x.who.people, [&](const auto& one) {
      return std::ranges::any_of(out, [&](const auto& taken) { return is_same(taken, one); });
    });
  if (parties_.empty())
    arrived_.clear();
  return out;
}

moment homecoming::next_expiry() const {
  moment out = moment::max();
  for (const auto& x : parties_)
    out = std::min(out, x.until);
  return out;
}

} // namespace parley
