// Finds rooms wherever their home is: in front of the placement of this node.
#pragma once

#include "actors/pinned.hpp"
#include "cluster/interfaces.hpp"

#include <caf/typed_response_promise.hpp>

#include <cstdint>
#include <functional>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace parley::cluster {

/// A room's home is the node that needs it first, until that one ends; then its relays find the next one here. With
/// `options::rebalance` it is so until nobody has been in it for a while, either: then it lives where it is needed
/// next. What rooms of this node tell about how full they are goes to all others.
class room_finder final : public pinned<room_finder_actor> {
public:
  struct options {
    bool rebalance = true; ///< `cluster.rebalance`
  };

  room_finder(caf::actor_config& cfg, pin where, placement_actor local, roll_actor roll, mesh_actor mesh,
              std::function<pin(room_id)> place, time_source now, options wish);

  const char* name() const override { return "room_finder"; }

protected:
  behavior_type make_behavior() override;
  void on_exit() override;

private:
  using room_promise = caf::typed_response_promise<room_actor>;
  using home_promise = caf::typed_response_promise<located_home>;
  using found_here = std::function<void(const room_actor&)>;
  using found_there = std::function<void(std::int64_t)>; ///< at the node
  using failure = std::function<void(const caf::error&)>;

  /// Waits for the room's home: for a claim, and then for the link.
  struct asker {
    std::function<void(const storage::room_home&)> settle;
    failure failed;
  };
  struct far_node {
    link_actor link;
    bool is_up = false;
    std::vector<std::pair<room_id, home_promise>> waiting; ///< for it to be up, or dead
  };

  room_promise find(room_id id);
  room_promise find_own(room_id id);
  home_promise locate(room_id id);
  void locate(room_id id, home_promise promise);
  /// Asks the roll, once for all who ask meanwhile.
  void claim(room_id id, asker who);
  /// This node is the room's home from now on.
  void take_in(room_id id);
  void find_here(room_id id, found_here found, failure failed);
  /// The room has ended here; it may live elsewhere from now on.
  void let_go(room_id id);
  /// Where the room lives, which may be here from now on; one of the three is called.
  void find_home(room_id id, found_here here, found_there there, failure failed);
  room_actor relay_of(room_id id, const far_node& home);
  void tell_all(room_id id, occupancy live);
  void hear(heard_item& x);
  occupancies list(const get_occupancy& x) const;
  void update(const known_link& x);
  void forget(std::int64_t node);

  placement_actor local_;
  roll_actor roll_;
  mesh_actor mesh_;
  std::function<pin(room_id)> place_;
  time_source now_;
  options wish_;
  std::unordered_map<std::int64_t, far_node> nodes_;
  std::unordered_set<room_id> own_;                         ///< whose home is here
  std::unordered_map<room_id, std::int64_t> asked_;         ///< finds of the placement here that it has not answered
  std::unordered_map<room_id, relay_actor> relays_;         ///< of rooms whose home is, or was, elsewhere
  std::unordered_map<room_id, std::vector<asker>> waiting_; ///< for the roll
  std::unordered_map<room_id, occupancy> live_;             ///< rooms of this node that somebody is in
  std::unordered_map<std::int64_t, std::unordered_map<room_id, occupancy>> far_live_; ///< by node
};

} // namespace parley::cluster
