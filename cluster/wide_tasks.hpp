// The task board of all nodes: in front of that of this node.
#pragma once

#include "actors/pinned.hpp"
#include "cluster/interfaces.hpp"
#include "cluster/rounds.hpp"

#include <caf/typed_response_promise.hpp>

#include <chrono>
#include <cstdint>
#include <set>

namespace parley::cluster {

/// What is published on this node goes to all others with its version, by which the board of each tells it in order. A
/// board reads again what is watched there when a link is back and when a node is gone, so that the last status is
/// never lost; one before it may go with its link.
class wide_tasks final : public pinned<wide_tasks_actor> {
public:
  /// What a node may take to say how many sockets it has told.
  static constexpr std::chrono::seconds answer_limit{1};

  wide_tasks(caf::actor_config& cfg, pin where, task_board_actor local, mesh_actor mesh, time_source now)
    : pinned(cfg, where), local_(std::move(local)), mesh_(std::move(mesh)), now_(std::move(now)) {}

  const char* name() const override { return "wide_tasks"; }

protected:
  behavior_type make_behavior() override;
  void on_exit() override;

private:
  using promise = caf::typed_response_promise<published_task>;

  promise publish(publish_task& x);
  void tell_others(promise answer, const published_task& done, task_status value);
  void hear(std::int64_t node, task_there& x);
  /// Nobody waits for that node any more.
  void give_up(std::int64_t node);

  task_board_actor local_;
  mesh_actor mesh_;
  time_source now_;
  std::set<std::int64_t> linked_;
  rounds<std::int64_t> rounds_; ///< of sockets that were told
};

} // namespace parley::cluster
