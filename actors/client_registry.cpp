#include "actors/client_registry.hpp"

#include <algorithm>

namespace parley {

tl::expected<std::optional<session_actor>, error_code> client_registry::claim(const claim_client& x) {
  std::optional<session_actor> before;
  if (auto held = clients_.find(x.client); held != clients_.end()) {
    if (held->second.user != x.user)
      return tl::unexpected(error_code::client_id_taken);
    before = held->second.session;
    release(held->second.connection);
  }
  release(x.connection);
  clients_.insert_or_assign(x.client, entry{x.connection, x.session, x.user, x.connected_at});
  ids_.insert_or_assign(x.connection, x.client);
  if (x.user)
    users_[*x.user].push_back(x.client);
  return before;
}

void client_registry::release(connection_id who) {
  auto named = ids_.extract(who);
  if (named.empty())
    return;
  auto gone = clients_.extract(named.mapped());
  if (!gone.mapped().user)
    return;
  auto theirs = users_.find(*gone.mapped().user);
  std::erase(theirs->second, named.mapped());
  if (theirs->second.empty())
    users_.erase(theirs);
}

std::optional<session_actor> client_registry::evict(const std::string& client, connection_id who) {
  auto held = clients_.find(client);
  if (held == clients_.end() || held->second.connection != who)
    return std::nullopt;
  auto out = held->second.session;
  release(who);
  return out;
}

client_list client_registry::list(user_id user) const {
  client_list out;
  if (auto theirs = users_.find(user); theirs != users_.end())
    for (const auto& id : theirs->second)
      out.items.push_back({.client = id, .connected_at = clients_.at(id).connected_at, .node = {}});
  // Claims may come here in another order than the connections.
  std::ranges::stable_sort(out.items, {}, &client_view::connected_at);
  return out;
}

std::optional<session_actor> client_registry::holder(const std::string& client) const {
  auto held = clients_.find(client);
  return held == clients_.end() ? std::nullopt : std::optional(held->second.session);
}

std::vector<session_actor> client_registry::holders(user_id user) const {
  std::vector<session_actor> out;
  if (auto theirs = users_.find(user); theirs != users_.end())
    for (const auto& id : theirs->second)
      out.push_back(clients_.at(id).session);
  return out;
}

} // namespace parley
