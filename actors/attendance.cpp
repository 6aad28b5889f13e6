#include "actors/attendance.hpp"

#include "protocol/text.hpp"

#include <algorithm>
#include <utility>

namespace parley {

// -- own_connections -----------------------------------------------------------------------

void own_connections::add(connection_id what) {
  if (!one_) {
    one_ = what;
    return;
  }
  if (others_ == nullptr)
    others_ = std::make_unique<std::vector<connection_id>>();
  others_->push_back(what);
}

void own_connections::remove(connection_id what) {
  if (others_ == nullptr) {
    one_ = {};
    return;
  }
  if (one_ == what)
    one_ = std::exchange(others_->back(), what);
  std::erase(*others_, what);
  if (others_->empty())
    others_.reset();
}

std::vector<connection_id> own_connections::list() const {
  std::vector<connection_id> out;
  if (others_ != nullptr)
    out = *others_;
  if (one_)
    out.push_back(one_);
  std::ranges::sort(out);
  return out;
}

// -- attendance ----------------------------------------------------------------------------

person_id attendance::identify(const user_brief& user, std::string_view guest_name) {
  if (user.id != anonymous_user || guest_name.empty())
    return person_id{user.id.value};
  auto key = fold(guest_name);
  if (auto known = guests_.find(key); known != guests_.end())
    return known->second;
  return guests_.emplace(std::move(key), person_id{--last_guest_}).first->second;
}

std::uint32_t attendance::add_listener(const audience_actor& audience) {
  auto at = std::ranges::find_if(outlets_, [&](const outlet& x) { return x.listeners > 0 && x.audience == audience; });
  if (at == outlets_.end())
    at = std::ranges::find_if(outlets_, [](const outlet& x) { return x.listeners == 0; });
  if (at == outlets_.end())
    at = outlets_.insert(at, outlet{});
  at->audience = audience;
  ++at->listeners;
  return static_cast<std::uint32_t>(at - outlets_.begin());
}

bool attendance::enter(const origin& from, const user_brief& user, std::string_view guest_name,
                       const mirror_actor& mirror) {
  const auto who = identify(user, guest_name);
  const auto outlet = add_listener(from.outlet);
  outlets_[outlet].mirror = mirror;
  visitors_.insert_or_assign(from.connection, visitor{who, from.visitor, outlet, from.shape});
  ++shapes_[static_cast<std::size_t>(from.shape)];
  const auto [at, is_new] = people_.try_emplace(who);
  auto& here = at->second;
  here.user = user;
  if (who.value < 0)
    here.user.username = guest_name;
  if (here.connections.empty())
    ++listening(who);
  here.connections.add(from.connection);
  away_.clear(who);
  return is_new;
}

std::optional<attendance::shown> attendance::leave(connection_id which, std::optional<moment> stays_until) {
  const auto gone = std::move(visitors_.extract(which).mapped());
  guests_came_after_.erase(which);
  if (auto& behind = outlets_[gone.outlet]; --behind.listeners == 0)
    behind = {};
  --shapes_[static_cast<std::size_t>(gone.shape)];
  auto& connections = people_.at(gone.who).connections;
  connections.remove(which);
  if (!connections.empty())
    return std::nullopt;
  --listening(gone.who);
  if (!stays_until)
    return forget(gone.who);
  away_.set(gone.who, *stays_until);
  return std::nullopt;
}

std::optional<attendance::shown> attendance::take_expired(moment now) {
  const auto who = away_.take_due(now);
  return who ? std::optional(forget(*who)) : std::nullopt;
}

std::optional<attendance::shown> attendance::take_away(user_id user) {
  if (const person_id who{user.value}; away_.clear(who))
    return forget(who);
  if (user == anonymous_user)
    for (const auto& guest : guests_)
      if (const auto who = guest.second; away_.clear(who))
        return forget(who);
  return std::nullopt;
}

void attendance::rename(const user_brief& user) {
  if (const auto known = people_.find(person_id{user.id.value}); known != people_.end())
    known->second.user = user;
}

void attendance::clear() {
  *this = {};
}

bool attendance::is_present(user_id user) const {
  return people_.contains(person_id{user.value}) || (user == anonymous_user && !guests_.empty());
}

std::int64_t attendance::users() const {
  const auto all = static_cast<std::int64_t>(people_.size());
  const auto nameless = people_.contains(person_id{anonymous_user.value}) ? 1 : 0;
  const auto guests = static_cast<std::int64_t>(guests_.size()) + nameless;
  return all - std::max<std::int64_t>(guests - 1, 0);
}

std::int64_t attendance::users_reached(user_id except) const {
  const auto guests = listening_guests_ > 0 && except != anonymous_user ? 1 : 0;
  const auto himself = people_.find(person_id{except.value});
  const bool listens = except != anonymous_user && himself != people_.end() && !himself->second.connections.empty();
  return listening_users_ + guests - (listens ? 1 : 0);
}

const attendance::visitor* attendance::find(connection_id which) const {
  const auto found = visitors_.find(which);
  return found == visitors_.end() ? nullptr : &found->second;
}

attendance::shown attendance::show(person_id who) const {
  return shown_as(who, people_.at(who).user);
}

std::vector<attendance::shown> attendance::everybody() const {
  std::vector<shown> out;
  out.reserve(people_.size());
  for (const auto& [who, x] : people_)
    out.push_back(shown_as(who, x.user));
  return out;
}

bool attendance::is_present(const shown& who) const {
  if (who.user.id != anonymous_user || who.guest_name.empty())
    return people_.contains(person_id{who.user.id.value});
  return guests_.contains(fold(who.guest_name));
}

std::vector<user_id> attendance::present_users() const {
  std::vector<user_id> out;
  out.reserve(people_.size());
  for (const auto& x : people_)
    out.push_back(user_of(x.first));
  std::ranges::sort(out);
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::uint32_t attendance::envelopes_of(user_id user) const {
  const auto known = people_.find(person_id{user.value});
  if (known == people_.end())
    return 0;
  std::uint32_t out = 0;
  known->second.connections.each(
    [&](connection_id x) { out += visitors_.at(x).shape == wire_shape::envelope ? 1U : 0U; });
  return out;
}

std::optional<message_id> attendance::guest_came_after(connection_id which) const {
  const auto known = guests_came_after_.find(which);
  return known == guests_came_after_.end() ? std::nullopt : std::optional(known->second);
}

std::vector<connection_id> attendance::connections_of(user_id user) const {
  const auto known = people_.find(person_id{user.value});
  return known == people_.end() ? std::vector<connection_id>() : known->second.connections.list();
}

attendance::shown attendance::shown_as(person_id who, user_brief user) {
  if (who.value > 0)
    return {std::move(user), {}};
  auto name = std::exchange(user.username, std::string(anonymous_name));
  return {std::move(user), std::move(name)};
}

attendance::shown attendance::forget(person_id who) {
  auto gone = shown_as(who, std::move(people_.extract(who).mapped().user));
  if (who.value < 0)
    guests_.erase(fold(gone.guest_name));
  return gone;
}

} // namespace parley
