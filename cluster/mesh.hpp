// All links of a node, and the door at which other nodes knock.
#pragma once

#include "actors/pinned.hpp"
#include "cluster/interfaces.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

namespace parley::cluster {

/// Whom the mesh turns to. Filled in before it gets its first message.
struct mesh_environment {
  storage::node_row self;
  room_finder_actor rooms;
  wide_directory_actor directory;
  roll_actor roll;
  dialer_actor dialer;
  time_source now;
  std::function<pin(std::int64_t)> place; ///< where the link with a node runs
  wide_tasks_actor tasks;
  desk_actor desk;
  std::uint32_t version_max = peer::wire_version_max; ///< of the wire
};

/// One link for each other node of the table.
class mesh final : public pinned<mesh_actor> {
public:
  /// Sessions know the relays of a dead node for a while, which turn them away.
  static constexpr std::chrono::seconds after_death{60};

  mesh(caf::actor_config& cfg, pin where, std::shared_ptr<const mesh_environment> env)
    : pinned(cfg, where), env_(std::move(env)) {}

  const char* name() const override { return "mesh"; }

protected:
  behavior_type make_behavior() override;
  void on_exit() override;

private:
  void update(node_list& x);
  void add_peer(const storage::node_row& row);
  void hear(heard_item& x);
  node_list known() const;

  std::shared_ptr<const mesh_environment> env_;
  std::unordered_map<std::int64_t, link_actor> links_;
  std::set<std::int64_t> linked_; ///< whose link stands
  std::vector<std::pair<moment, link_actor>> dying_;
  std::map<std::int64_t, link_load> loads_; ///< of those
  node_list last_;
};

} // namespace parley::cluster
