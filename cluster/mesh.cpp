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
      loads_.erase(x.node);
      send(env_->roll, x);
      send(env_->rooms, known_link{x.node, it->second, x.is_up});
      const auto row = std::ranges::find(last_.rows, x.node, &storage::node_row::id);
      const link_state named{x.node, x.is_up, row == last_.rows.end() ? std::string() : row->name};
      send(env_->directory, named);
      send(env_->tasks, named);
      send(env_->desk, known());
    },
    [this](const link_load& x) {
      if (linked_.contains(x.node))
        loads_.insert_or_assign(x.node, x);
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
    [this](const get_nodes&) { return known(); },
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
    loads_.erase(it->first);
    send(it->second, gone);
    send(env_->rooms, gone);
    send(env_->directory, gone);
    send(env_->tasks, gone);
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
  send(env_->desk, known());
}

void mesh::add_peer(const storage::node_row& row) {
  auto environment = std::make_shared<link_environment>();
  *environment = {env_->self,       caf::actor_cast<mesh_actor>(this), env_->rooms, env_->dialer, env_->now,
                  env_->version_max};
  link_actor made = spawn_pinned<link>(system(), env_->place(row.id), std::move(environment), row);
  links_.emplace(row.id, made);
  send(env_->rooms, known_link{row.id, made, false});
}

node_list mesh::known() const {
  auto out = last_;
  out.linked.assign(linked_.begin(), linked_.end());
  for (const auto& [node, load] : loads_)
    out.loads.push_back(load);
  return out;
}

void mesh::hear(heard_item& x) {
  const bool is_of_tasks = std::holds_alternative<task_there>(x.what) || std::holds_alternative<task_heard>(x.what);
  const bool is_for_desk = std::holds_alternative<ask_node>(x.what) || std::holds_alternative<answer_node>(x.what);
  if (std::holds_alternative<live_rooms>(x.what))
    send(env_->rooms, std::move(x));
  else if (is_of_tasks)
    send(env_->tasks, std::move(x));
  else if (is_for_desk)
    send(env_->desk, std::move(x));
  else
    send(env_->directory, std::move(x));
}

} // namespace parley::cluster
