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

/// A room's home is the node that needs it first, until that one ends. What rooms of this node tell about how full they
/// are goes to all others.
class room_finder final : public pinned<room_finder_actor> {
public:
  room_finder(caf::actor_config& cfg, pin where, placement_actor local, roll_actor roll, mesh_actor mesh,
              std::function<pin(room_id)> place);

  const char* name() const override { return "room_finder"; }

protected:
  behavior_type make_behavior() override;
  void on_exit() override;

private:
  using room_promise = caf::typed_response_promise<room_actor>;

  struct asked {
    room_promise promise;
    bool only_here = false;
  };
  struct far_room {
    std::int64_t node = 0;
    room_actor room;
  };

  room_promise find(room_id id, bool only_here);
  void find_here(room_id id, room_promise promise);
  void settle(room_id id, const claimed_home& x);
  void answer(room_id id, const storage::room_home& home, asked& who);
  void tell_all(room_id id, occupancy live);
  void hear(heard_item& x);
  occupancies list(const get_occupancy& x) const;
  void forget(std::int64_t node);

  placement_actor local_;
  roll_actor roll_;
  mesh_actor mesh_;
  std::function<pin(room_id)> place_;
  std::unordered_map<std::int64_t, link_actor> links_;
  std::unordered_set<room_id> own_; ///< whose home is here
  std::unordered_map<room_id, far_room> relays_;
  std::unordered_map<room_id, std::vector<asked>> waiting_; ///< for the roll
  std::unordered_map<room_id, occupancy> live_;             ///< rooms of this node that somebody is in
  std::unordered_map<std::int64_t, std::unordered_map<room_id, occupancy>> far_live_; ///< by node
};

} // namespace parley::cluster
