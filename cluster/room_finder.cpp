#include "cluster/room_finder.hpp"

#include "cluster/relay.hpp"

namespace parley::cluster {

room_finder::room_finder(caf::actor_config& cfg, pin where, placement_actor local, roll_actor roll, mesh_actor mesh,
                         std::function<pin(room_id)> place, time_source now, options wish)
  : pinned(cfg, where), local_(std::move(local)), roll_(std::move(roll)), mesh_(std::move(mesh)),
    place_(std::move(place)), now_(std::move(now)), wish_(wish) {}

room_finder::behavior_type room_finder::make_behavior() {
  return {
    [this](const find_room& x) { return find(x.room); },
    [this](const occupancy_changed& x) {
      send(local_, x);
      tell_all(x.room, x.live);
    },
    [this](const room_gone& x) {
      send(local_, x);
      own_.erase(x.room);
      if (live_.contains(x.room))
        tell_all(x.room, {});
    },
    [this](const get_occupancy& x) { return list(x); },
    [this](const get_rooms_active&) {
      auto out = live_.size();
      for (const auto& [node, rooms] : far_live_)
        out += rooms.size();
      return static_cast<std::int64_t>(out);
    },
    [](const tick&) {}, // the placement has its own
    [this](const locate_home& x) { return locate(x.room); },
    [this](const find_own_room& x) { return find_own(x.room); },
    [this](const room_idle& x) { let_go(x.room); },
    [this](const known_link& x) { update(x); },
    [this](heard_item& x) { hear(x); },
    [this](const node_gone& x) { forget(x.node); },
    [this](const count_relays&) { return static_cast<std::int64_t>(relays_.size()); },
  };
}

void room_finder::on_exit() {
  for (auto& [id, far] : relays_)
    send_exit(far, caf::exit_reason::user_shutdown);
  relays_.clear();
  nodes_.clear();
  waiting_.clear();
  local_ = nullptr;
  mesh_ = nullptr;
}

void room_finder::take_in(room_id id) {
  own_.insert(id);
  relays_.erase(id); // it hands on what comes by it, for those who know it
}

void room_finder::claim(room_id id, asker who) {
  auto [it, fresh] = waiting_.try_emplace(id);
  it->second.push_back(std::move(who));
  if (!fresh)
    return;
  request(roll_, caf::infinite, claim_home{id})
    .then(
      [this, id](const claimed_home& x) {
        if (x.home && x.home->is_mine)
          take_in(id);
        auto waiting = std::move(waiting_.extract(id).mapped());
        for (auto& one : waiting)
          if (x.home)
            one.settle(*x.home);
          else
            one.failed(caf::make_error(error_code::room_not_found));
      },
      [this, id](const caf::error& why) {
        auto waiting = std::move(waiting_.extract(id).mapped());
        for (auto& one : waiting)
          one.failed(why);
      });
}

void room_finder::find_here(room_id id, found_here found, failure failed) {
  ++asked_[id];
  const auto answered = [this, id] {
    if (auto it = asked_.find(id); --it->second == 0)
      asked_.erase(it);
  };
  request(local_, caf::infinite, find_room{id})
    .then(
      [answered, found = std::move(found)](const room_actor& room) {
        answered();
        found(room);
      },
      [this, id, answered, failed = std::move(failed)](const caf::error& why) {
        answered();
        if (to_error_code(why) == error_code::room_not_found)
          own_.erase(id);
        failed(why);
      });
}

/// A find that the placement answers after it told this has started the room anew, and it stays. Any later one claims
/// the room first, behind its release.
void room_finder::let_go(room_id id) {
  if (!wish_.rebalance || asked_.contains(id) || own_.erase(id) == 0)
    return;
  send(roll_, release_home{id});
}

void room_finder::find_home(room_id id, found_here here, found_there there, failure failed) {
  if (own_.contains(id)) {
    find_here(id, std::move(here), std::move(failed));
    return;
  }
  claim(id, {[this, id, here = std::move(here), there = std::move(there), failed](const storage::room_home& home) {
               if (home.is_mine)
                 find_here(id, here, failed);
               else
                 there(home.node);
             },
             failed});
}

room_finder::room_promise room_finder::find(room_id id) {
  auto promise = make_response_promise<room_actor>();
  if (auto far = relays_.find(id); far != relays_.end() && !own_.contains(id)) {
    promise.deliver(room_actor{far->second});
    return promise;
  }
  find_home(
    id, [promise](const room_actor& room) mutable { promise.deliver(room); },
    [this, id, promise](std::int64_t home) mutable {
      if (auto node = nodes_.find(home); node != nodes_.end())
        promise.deliver(relay_of(id, node->second));
      else // it has joined a moment ago
        promise.deliver(caf::make_error(error_code::rate_limited));
    },
    [promise](const caf::error& why) mutable { promise.deliver(why); });
  return promise;
}

room_finder::room_promise room_finder::find_own(room_id id) {
  auto promise = make_response_promise<room_actor>();
  const auto found = [promise](const room_actor& room) mutable { promise.deliver(room); };
  const auto failed = [promise](const caf::error& why) mutable { promise.deliver(why); };
  if (own_.contains(id)) {
    find_here(id, found, failed);
    return promise;
  }
  request(roll_, caf::infinite, look_up_home{id})
    .then(
      [this, id, promise, found, failed](bool is_home) mutable {
        if (is_home) {
          take_in(id);
          find_here(id, found, failed);
        } else {
          promise.deliver(caf::make_error(error_code::gone));
        }
      },
      failed);
  return promise;
}

room_finder::home_promise room_finder::locate(room_id id) {
  auto promise = make_response_promise<located_home>();
  locate(id, promise);
  return promise;
}

void room_finder::locate(room_id id, home_promise promise) {
  find_home(
    id,
    [promise](const room_actor& room) mutable {
      promise.deliver(located_home{{}, room});
    },
    [this, id, promise](std::int64_t home) mutable {
      auto node = nodes_.find(home);
      if (node == nodes_.end())
        promise.deliver(caf::make_error(error_code::rate_limited));
      else if (node->second.is_up)
        promise.deliver(located_home{node->second.link, {}});
      else
        node->second.waiting.emplace_back(id, promise);
    },
    [promise](const caf::error& why) mutable { promise.deliver(why); });
}

room_actor room_finder::relay_of(room_id id, const far_node& home) {
  auto far = relays_.find(id);
  if (far == relays_.end()) {
    relay_actor made =
      spawn_pinned<relay>(system(), place_(id), id, home.link, caf::actor_cast<home_finder_actor>(this), now_);
    far = relays_.emplace(id, std::move(made)).first;
  }
  return room_actor{far->second};
}

void room_finder::update(const known_link& x) {
  auto& node = nodes_[x.node];
  node.link = x.link;
  node.is_up = x.is_up;
  if (!x.is_up)
    return;
  live_rooms all{true, {}};
  all.rooms.assign(live_.begin(), live_.end());
  send(x.link, send_item{std::move(all), x.node});
  for (auto& [room, promise] : std::exchange(node.waiting, {}))
    locate(room, promise); // its home may be another one by now
}

void room_finder::tell_all(room_id id, occupancy live) {
  if (live.is_active())
    live_.insert_or_assign(id, live);
  else
    live_.erase(id);
  send(mesh_, send_item{live_rooms{false, {{id, live}}}});
}

void room_finder::hear(heard_item& x) {
  if (const auto* told = std::get_if<live_rooms>(&x.what)) {
    auto& rooms = far_live_[x.node];
    if (told->all)
      rooms.clear();
    for (const auto& [room, live] : told->rooms)
      if (live.is_active())
        rooms.insert_or_assign(room, live);
      else
        rooms.erase(room);
  }
}

occupancies room_finder::list(const get_occupancy& x) const {
  occupancies out;
  for (const auto id : x.rooms) {
    occupancy live;
    if (auto here = live_.find(id); here != live_.end())
      live = here->second;
    else
      for (const auto& [node, rooms] : far_live_)
        if (auto there = rooms.find(id); there != rooms.end())
          live = there->second;
    out.rooms.push_back(live);
  }
  return out;
}

void room_finder::forget(std::int64_t node) {
  far_live_.erase(node);
  auto gone = nodes_.extract(node);
  if (!gone.empty())
    for (auto& [room, promise] : gone.mapped().waiting)
      locate(room, promise);
}

} // namespace parley::cluster
