// This node as one of several: the actors that make it so, in the order in which they begin and end.
#pragma once

#include "actors/pinned.hpp"
#include "cluster/interfaces.hpp"
#include "cluster/network.hpp"
#include "storage/ports.hpp"

#include <caf/actor_system.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

namespace parley::cluster {

/// What is there of a node before it is one of several.
struct member_parts {
  placement_actor placement;
  directory_actor directory;
  std::vector<hub_actor> hubs;
  std::function<pin(std::size_t)> place; ///< any number gives a place
  time_source now;
  task_board_actor tasks;
  // Any thread:
  std::function<std::int64_t()> connections; ///< WebSockets
  std::function<bool()> suspended;
  std::function<std::chrono::nanoseconds()> beat_time;
  bool rebalance = true; ///< `cluster.rebalance`
};

/// For the one thread that starts and ends the node.
class member {
public:
  /// How long a start waits for links with those who are there.
  static constexpr std::chrono::seconds link_limit{3};

  /// `system` has been prepared by `prepare_network`.
  member(caf::actor_system& system, network_options options, std::unique_ptr<storage::node_table> table,
         std::chrono::milliseconds term, member_parts parts);
  member(const member&) = delete;
  member& operator=(const member&) = delete;
  ~member();

  /// What everybody is to know as the placement, the directory and the task board of this node.
  const room_finder_actor& placement() const { return rooms_; }
  const wide_directory_actor& directory() const { return directory_; }
  const wide_tasks_actor& tasks() const { return tasks_; }
  /// What operators ask.
  const desk_actor& desk() const { return desk_; }

  /// Listens for others and joins them; returns once a link with each stands, or after `link_limit`. The I/O threads
  /// run. Throws std::runtime_error: one line.
  void open();
  /// Others see that it takes no new work.
  void drain();
  /// Rooms are given nothing more by others, and answer what they were given.
  void settle_rooms(std::chrono::milliseconds limit);
  /// After that, and when all that they wrote is committed: they have no home any more, and others hear of it.
  void release_rooms();
  /// Ends all links.
  void cut();
  /// Its actors end; those that are pinned need their threads for that.
  void stop();

private:
  void announce(storage::node_row::phase state);
  bool is_linked_with_all() const;
  std::vector<link_actor> links() const;

  caf::actor_system& system_;
  network_options options_;
  storage::node_row self_;
  std::string address_;
  mesh_actor mesh_;
  roll_actor roll_;
  dialer_actor dialer_;
  room_finder_actor rooms_;
  wide_directory_actor directory_;
  wide_tasks_actor tasks_;
  desk_actor desk_;
};

} // namespace parley::cluster
