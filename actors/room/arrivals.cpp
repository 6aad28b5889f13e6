#include "actors/room/arrivals.hpp"

#include "protocol/limits.hpp"

#include <algorithm>
#include <utility>

namespace parley {

// -- to become a member --------------------------------------------------------------------

void arrivals::await_membership(user_id user, const origin& from, moment until) {
  candidates_.insert_or_assign(user, candidate{from, until});
}

std::optional<origin> arrivals::take_membership(user_id user) {
  auto found = candidates_.extract(user);
  return found.empty() ? std::nullopt : std::optional(std::move(found.mapped().from));
}

std::optional<origin> arrivals::take_overdue_membership(moment now) {
  const auto at = std::ranges::find_if(candidates_, [now](const auto& x) { return x.second.until <= now; });
  return at == candidates_.end() ? std::nullopt : take_membership(at->first);
}

// -- for posts -----------------------------------------------------------------------------

std::optional<arrivals::behind_posts> arrivals::take_ready(std::optional<std::uint64_t> oldest_post) {
  if (behind_.empty() || (oldest_post && *oldest_post < behind_.front().behind))
    return std::nullopt;
  auto out = std::optional(std::move(behind_.front()));
  behind_.pop_front();
  return out;
}

std::optional<arrivals::behind_posts> arrivals::take_overdue(moment now) {
  const auto at = std::ranges::find_if(behind_, [now](const behind_posts& x) { return x.until <= now; });
  if (at == behind_.end())
    return std::nullopt;
  auto out = std::optional(std::move(*at));
  behind_.erase(at);
  return out;
}

// -- for missed messages -------------------------------------------------------------------

void arrivals::await_missed(join_room request, const gap& lacks) {
  const auto who = request.from.connection;
  catching_up_.insert_or_assign(who, catching_up{std::move(request), lacks, {}, {}});
}

void arrivals::posted(const message& x) {
  for (auto& [connection, waiting] : catching_up_)
    waiting.since.push_back(x);
}

void arrivals::changed(const message& x) {
  for (auto& [connection, waiting] : catching_up_)
    waiting.changed.insert_or_assign(x.id, x);
}

arrivals::caught_up arrivals::take_missed(connection_id who, missed found, message_id last, std::int64_t revision) {
  auto waiting = std::move(catching_up_.extract(who).mapped());
  auto& posted = found.posted;
  bool too_many = posted.size() > limits::replay_max || found.changed.size() > limits::replay_max;
  // What is committed but was not broadcast yet comes live; what was broadcast since may not be in the answer.
  std::erase_if(posted, [last](const message& m) { return m.id > last; });
  const auto newest = posted.empty() ? message_id{} : posted.back().id;
  for (auto& m : waiting.since)
    if (m.id > newest)
      posted.push_back(std::move(m));
  for (auto& m : posted)
    if (auto edited = waiting.changed.find(m.id); edited != waiting.changed.end())
      m = std::move(edited->second);
  auto changed = merge_changes(waiting, std::move(found.changed), revision);
  too_many = too_many || posted.size() > limits::replay_max || changed.size() > limits::replay_max;
  if (too_many)
    return {std::move(waiting.request), {}, true};
  return {std::move(waiting.request), {std::move(posted), std::move(changed)}, false};
}

std::vector<message> arrivals::merge_changes(catching_up& waiting, std::vector<message> found, std::int64_t revision) {
  const auto& lacks = waiting.lacks;
  if (!lacks.change)
    return {};
  const auto concerns = [&](const message& m) { return m.id > lacks.floor && m.id <= lacks.after; };
  std::erase_if(
    found, [&](const message& m) { return !concerns(m) || m.change > revision || waiting.changed.contains(m.id); });
  for (auto& [id, m] : waiting.changed)
    if (concerns(m))
      found.push_back(std::move(m));
  std::ranges::sort(found, {}, &message::change);
  return found;
}

join_room arrivals::give_up_missed(connection_id who) {
  return std::move(catching_up_.extract(who).mapped().request);
}

moment arrivals::next_expiry() const {
  auto out = moment::max();
  for (const auto& x : behind_)
    out = std::min(out, x.until);
  for (const auto& [user, x] : candidates_)
    out = std::min(out, x.until);
  return out;
}

} // namespace parley
