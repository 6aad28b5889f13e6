#include "cluster/room_finder.hpp"

#include "cluster/relay.hpp"

namespace parley::cluster {

room_finder::room_finder(caf::actor_config& cfg, pin where, placement_actor local, roll_actor roll, mesh_actor mesh,
                         std::function<pin(room_id)> place)
  : pinned(cfg, where), local_(std::move(local)), roll_(std::move(roll)), mesh_(std::move(mesh)),
    place_(std::move(place)) {}

room_finder::behavior_type room_finder::make_behavior() {
  return {
    [this](const find_room& x) { return find(x.room, false); },
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
    [this](const find_own_room& x) { return find(x.room, true); },
    [this](known_link& x) {
      links_.insert_or_assign(x.node, x.link);
      if (!x.is_up)
        return;
      live_rooms all{true, {}};
      all.rooms.assign(live_.begin(), live_.end());
      send(x.link, send_item{std::move(all), x.node});
    },
    [this](heard_item& x) { hear(x); },
    [this](const node_gone& x) { forget(x.node); },
  };
}

void room_finder::on_exit() {
  for (auto& [id, far] : relays_)
    send_exit(far.room, caf::exit_reason::user_shutdown);
  relays_.clear();
  links_.clear();
  waiting_.clear();
  local_ = nullptr;
  mesh_ = nullptr;
}

room_finder::room_promise room_finder::find(room_id id, bool only_here) {
  auto promise = make_response_promise<room_actor>();
  if (own_.contains(id)) {
    find_here(id, promise);
    return promise;
  }
  if (auto far = relays_.find(id); far != relays_.end() && !only_here) {
    promise.deliver(far->second.room);
    return promise;
  }
  auto [it, fresh] = waiting_.try_emplace(id);
  it->second.push_back({promise, only_here});
  if (fresh)
    request(roll_, caf::infinite, claim_home{id})
      .then([this, id](const claimed_home& x) { settle(id, x); },
            [this, id](const caf::error& why) {
              for (auto& who : waiting_.extract(id).mapped())
                who.promise.deliver(why);
            });
  return promise;
}

void room_finder::find_here(room_id id, room_promise promise) {
  request(local_, caf::infinite, find_room{id})
    .then([promise](const room_actor& room) mutable { promise.deliver(room); },
          [this, id, promise](const caf::error& why) mutable {
            if (to_error_code(why) == error_code::room_not_found)
              own_.erase(id);
            promise.deliver(why);
          });
}

void room_finder::settle(room_id id, const claimed_home& x) {
  auto waiting = std::move(waiting_.extract(id).mapped());
  for (auto& who : waiting)
    if (x.home)
      answer(id, *x.home, who);
    else
      who.promise.deliver(caf::make_error(error_code::room_not_found));
}

void room_finder::answer(room_id id, const storage::room_home& home, asked& who) {
  if (home.is_mine) {
    own_.insert(id);
    find_here(id, who.promise);
    return;
  }
  if (who.only_here) {
    who.promise.deliver(caf::make_error(error_code::gone));
    return;
  }
  auto far = relays_.find(id);
  if (far == relays_.end()) {
    const auto link = links_.find(home.node);
    if (link == links_.end()) { // it has joined a moment ago
      who.promise.deliver(caf::make_error(error_code::rate_limited));
      return;
    }
    room_actor made = spawn_pinned<relay>(system(), place_(id), id, link->second);
    far = relays_.emplace(id, far_room{home.node, std::move(made)}).first;
  }
  who.promise.deliver(far->second.room);
}

void room_finder::tell_all(room_id id, occupancy live) {
  if (live.is_active())
    live_.insert_or_assign(id, live);
  else
    live_.erase(id);
  send(mesh_, send_item{live_rooms{false, {{id, live}}}});
}

void room_finder::hear(heard_item& x) {
  if (const auto* moved = std::get_if<not_home>(&x.what)) {
    // The relay stays for those who know it: the home refuses them, and they ask anew.
    if (auto it = relays_.find(moved->room); it != relays_.end() && it->second.node == x.node)
      relays_.erase(it);
    return;
  }
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
  links_.erase(node);
  std::erase_if(relays_, [node](const auto& x) { return x.second.node == node; }); // as after `not_home`
}

} // namespace parley::cluster
