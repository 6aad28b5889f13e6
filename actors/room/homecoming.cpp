#include "actors/room/homecoming.hpp"

#include <algorithm>

namespace parley {

void homecoming::expect(expect_people x, const std::vector<present_person>& present, moment now) {
  std::erase_if(parties_, [&](const party& known) { return known.outlet == x.outlet; });
  auto& made = parties_.emplace_back(party{std::move(x.outlet), {}, {}, now + travel_time});
  for (auto& who : x.people)
    made.known.emplace(key_of(who), std::move(who));
  for (const auto& who : present)
    if (auto key = key_of(who); !made.known.contains(key))
      made.news.emplace(std::move(key), who);
}

void homecoming::came(const present_person& who) {
  for (auto& x : parties_)
    if (auto key = key_of(who); !x.known.contains(key))
      x.news.emplace(std::move(key), who);
}

void homecoming::went(const present_person& who) {
  for (auto& x : parties_)
    x.news.erase(key_of(who));
}

void homecoming::arrived(connection_id which) {
  const auto at = std::ranges::lower_bound(arrived_, which);
  if (at == arrived_.end() || *at != which)
    arrived_.insert(at, which);
}

std::vector<present_person> homecoming::news(const audience_actor& outlet) const {
  std::vector<present_person> out;
  for (const auto& x : parties_)
    if (x.outlet == outlet)
      for (const auto& one : x.news)
        out.push_back(one.second);
  return out;
}

std::vector<present_person> homecoming::take_overdue(moment now) {
  people overdue;
  for (auto& x : parties_)
    if (x.until <= now)
      overdue.merge(x.known);
  std::erase_if(parties_, [now](const party& x) { return x.until <= now; });
  if (parties_.empty())
    arrived_.clear();
  std::vector<present_person> out;
  out.reserve(overdue.size());
  for (auto& [key, who] : overdue) {
    for (auto& x : parties_) // who is told gone now is not told again for another outlet
      x.known.erase(key);
    out.push_back(std::move(who));
  }
  return out;
}

moment homecoming::next_expiry() const {
  moment out = moment::max();
  for (const auto& x : parties_)
    out = std::min(out, x.until);
  return out;
}

} // namespace parley
