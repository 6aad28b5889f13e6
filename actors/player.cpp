#include "actors/player.hpp"

#include "protocol/limits.hpp"

#include <algorithm>
#include <utility>

namespace parley {

player::player(room_id room, const storage::playback& kept) : player(room) {
  now_.version = kept.version + 1;
  now_.watched = kept.watched;
  now_.position_s = kept.watched ? kept.position_s : 0;
  now_.rate = kept.rate;
  now_.by = kept.by;
}

sync_state player::state(moment now) const {
  auto out = now_;
  out.at = now;
  if (is_running() && now > now_.at) {
    const std::chrono::duration<double> passed = now - now_.at;
    out.position_s = std::min(now_.position_s + passed.count() * now_.rate, limits::sync_position_max_s);
  }
  return out;
}

storage::playback player::kept(moment now) const {
  auto as_now = state(now);
  return {as_now.version, std::move(as_now.watched), as_now.position_s, as_now.rate, as_now.by};
}

void player::anchor(moment now) {
  now_ = state(now);
}

void player::raise(user_id by) {
  ++now_.version;
  now_.by = by;
}

void player::load(std::optional<video> what, user_id by, moment now) {
  now_.watched = std::move(what);
  now_.playing = false;
  now_.position_s = 0;
  now_.rate = 1;
  now_.at = now;
  std::erase_if(buffering_, [](const auto& x) { return x.second.is_over; });
  raise(by);
}

void player::play(double position_s, user_id by, moment now) {
  now_.playing = true;
  seek(position_s, by, now);
}

void player::pause(double position_s, user_id by, moment now) {
  now_.playing = false;
  seek(position_s, by, now);
}

void player::seek(double position_s, user_id by, moment now) {
  now_.position_s = position_s;
  now_.at = now;
  raise(by);
}

void player::set_rate(double rate, user_id by, moment now) {
  anchor(now);
  now_.rate = rate;
  raise(by);
}

bool player::remove(video_id what, moment now) {
  if (!now_.watched || now_.watched->id != what)
    return false;
  load(std::nullopt, now_.by, now);
  return true;
}

bool player::begin_buffering(user_id who, connection_id where, moment now) {
  auto [known, fresh] = buffering_.try_emplace(who);
  auto& what = known->second;
  if (fresh)
    what.until = now + buffering_lifetime;
  if (std::find(what.connections.begin(), what.connections.end(), where) == what.connections.end())
    what.connections.push_back(where);
  return count_waiting(now);
}

bool player::end_buffering(user_id who, connection_id where, moment now) {
  auto known = buffering_.find(who);
  if (known == buffering_.end())
    return false;
  std::erase(known->second.connections, where);
  if (known->second.connections.empty())
    buffering_.erase(known);
  return count_waiting(now);
}

bool player::expire_buffering(moment now) {
  for (auto& [who, what] : buffering_)
    what.is_over = what.is_over || what.until <= now;
  return count_waiting(now);
}

bool player::count_waiting(moment now) {
  std::vector<user_id> waiting;
  for (const auto& [who, what] : buffering_)
    if (!what.is_over)
      waiting.push_back(who);
  if (waiting == now_.waiting_for)
    return false;
  anchor(now);
  now_.waiting_for = std::move(waiting);
  ++now_.version;
  return true;
}

std::optional<moment> player::next_expiry() const {
  std::optional<moment> out;
  for (const auto& [who, what] : buffering_)
    if (!what.is_over)
      out = std::min(out.value_or(what.until), what.until);
  return out;
}

} // namespace parley
