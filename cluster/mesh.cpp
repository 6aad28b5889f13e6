#include "cluster/mesh.hpp"

#include "cluster/link.hpp"
#include "protocol/overloaded.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace parley::cluster {

mesh::behavior_type mesh::make_behavior() {
  return {
    [this](const peer_hello& x) {
      auto it = links_.find(x.from);
      if (it != links_.end())
        send(it->second, accept_peer{x, current_sender()});
      else // it may have joined a moment ago, and asks again
        spdlog::info("cluster: a greeting of node {}, which is not known here", x.from);
    },
    [](const peer_batch&) {}, // these are for links
    [](const peer_ack&) {},
    [](const peer_bye&) {},
    [this](node_list& x) { update(x); },
    [this](const link_state& x) {
      auto it = links_.find(x.node);
      if (it == links_.end())
        return;
      if (x.is_up)
        linked_.insert(x.node);
      else
        linked_.erase(x.node);
      send(env_->roll, x);
      send(env_->rooms, known_link{x.node, it->second, x.is_up});
      send(env_->directory, x);
    },
    [this](heard_item& x) { hear(x); },
    [this](send_item& x) {
      for (auto& [node, link] : links_)
        if (x.to == 0 || x.to == node)
          send(link, x);
    },
    [this](const get_links&) {
      link_list out;
      out.links.reserve(links_.size());
      for (const auto& [node, link] : links_)
        out.links.push_back(link);
      return out;
    },
    [this](const get_nodes&) {
      last_.linked.assign(linked_.begin(), linked_.end());
      return last_;
    },
  };
}

void mesh::on_exit() {
  for (auto& [node, link] : links_)
    send_exit(link, caf::exit_reason::user_shutdown);
  for (auto& [until, link] : dying_)
    send_exit(link, caf::exit_reason::user_shutdown);
  links_.clear();
  dying_.clear();
  env_ = nullptr;
}

void mesh::update(node_list& x) {
  const auto now = env_->now.steady();
  for (const auto& row : x.rows) {
    if (row.id == env_->self.id)
      continue;
    if (auto it = links_.find(row.id); it == links_.end())
      add_peer(row);
    else
      send(it->second, peer_row{row});
  }
  for (auto it = links_.begin(); it != links_.end();) {
    if (std::ranges::find(x.rows, it->first, &storage::node_row::id) != x.rows.end()) {
      ++it;
      continue;
    }
    const node_gone gone{it->first};
    linked_.erase(it->first);
    send(it->second, gone);
    send(env_->rooms, gone);
    send(env_->directory, gone);
    dying_.emplace_back(now + after_death, std::move(it->second));
    it = links_.erase(it);
  }
  std::erase_if(dying_, [&](const auto& one) {
    if (one.first > now)
      return false;
    send_exit(one.second, caf::exit_reason::user_shutdown);
    return true;
  });
  last_ = std::move(x);
}

void mesh::add_peer(const storage::node_row& row) {
  auto environment = std::make_shared<link_environment>();
  *environment = {env_->self, caf::actor_cast<mesh_actor>(this), env_->rooms, env_->dialer, env_->now};
  link_actor made = spawn_pinned<link>(system(), env_->place(row.id), std::move(environment), row);
  links_.emplace(row.id, made);
  send(env_->rooms, known_link{row.id, made, false});
}

void mesh::hear(heard_item& x) {
  if (std::holds_alternative<live_rooms>(x.what))
    send(env_->rooms, std::move(x));
  else
    send(env_->directory, std::move(x));
}

} // namespace parley::cluster
