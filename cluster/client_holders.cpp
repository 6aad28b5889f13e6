#include "cluster/client_holders.hpp"

#include <algorithm>
#include <utility>

namespace parley::cluster {

tl::expected<client_claim, error_code> client_holders::claim(const claim_client& x) {
  client_claim mine{x.client, x.user, x.connected_at, 0};
  const auto held = near_.find(x.client);
  if (held != near_.end()) {
    if (held->second.what.user != x.user)
      return tl::unexpected(error_code::client_id_taken);
    mine.count = held->second.what.count;
  }
  for (const auto& [node, clients] : far_)
    if (const auto there = clients.find(x.client); there != clients.end()) {
      if (there->second.user != x.user)
        return tl::unexpected(error_code::client_id_taken);
      mine.count = std::max(mine.count, there->second.count);
    }
  ++mine.count;
  if (held != near_.end())
    ids_.erase(held->second.connection);
  near_.insert_or_assign(x.client, near_client{x.connection, mine});
  ids_.insert_or_assign(x.connection, x.client);
  return mine;
}

std::optional<std::string> client_holders::release(connection_id who) {
  auto named = ids_.extract(who);
  if (named.empty())
    return std::nullopt;
  near_.erase(named.mapped());
  return std::move(named.mapped());
}

client_holders::news client_holders::hear(std::int64_t node, client_claims& x) {
  auto& theirs = far_[node];
  if (x.all)
    theirs.clear();
  for (const auto& client : x.freed)
    theirs.erase(client);
  news out;
  for (auto& claim : x.held) {
    const auto mine = near_.find(claim.client);
    if (mine != near_.end()) {
      const bool is_theirs_too = mine->second.what.user == claim.user;
      if (std::pair(mine->second.what.count, self_) < std::pair(claim.count, node)) {
        out.gone.push_back(evict_client{claim.client, mine->second.connection,
                                        is_theirs_too ? error_code::none : error_code::client_id_taken});
        release(mine->second.connection);
      } else if (!is_theirs_too) {
        out.is_taken = true;
      }
    }
    auto client = claim.client;
    theirs.insert_or_assign(std::move(client), std::move(claim));
  }
  return out;
}

client_claims client_holders::all() const {
  client_claims out{true, {}, {}};
  for (const auto& [client, mine] : near_)
    out.held.push_back(mine.what);
  return out;
}

std::vector<client_holders::far_client> client_holders::list(user_id user) const {
  std::vector<far_client> out;
  for (const auto& [node, clients] : far_)
    for (const auto& [client, claim] : clients)
      if (claim.user == user)
        out.push_back({node, claim});
  return out;
}

} // namespace parley::cluster
