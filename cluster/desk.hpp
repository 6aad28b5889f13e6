// What operators ask of all nodes, answered by this one: it asks the others, and answers what they ask of it.
#pragma once

#include "actors/pinned.hpp"
#include "cluster/interfaces.hpp"
#include "cluster/rounds.hpp"

#include <caf/typed_response_promise.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace parley::cluster {

/// Whom the desk turns to. Filled in before it gets its first message.
struct desk_environment {
  storage::node_row self;
  std::vector<hub_actor> hubs; ///< of this node
  mesh_actor mesh;
  roll_actor roll;
  room_finder_actor rooms;
  time_source now;
  std::function<bool()> suspended; ///< any thread
  std::function<std::chrono::nanoseconds()> beat_time;
};

class desk final : public pinned<desk_actor> {
public:
  /// What a node may take to answer an operator.
  static constexpr std::chrono::seconds answer_limit{1};

  desk(caf::actor_config& cfg, pin where, std::shared_ptr<const desk_environment> env)
    : pinned(cfg, where), env_(std::move(env)) {}

  const char* name() const override { return "desk"; }

protected:
  behavior_type make_behavior() override;
  void on_exit() override;

private:
  template <class T>
  using promise = caf::typed_response_promise<T>;

  promise<found_connections> list(const find_connections& x);
  promise<found_disconnects> list(const find_disconnects& x);
  promise<bool> close(const dismiss& x);
  promise<cluster_figures> count();
  found_nodes show_nodes() const;

  /// Asks each of these nodes, this one among them or not; the sum is of the kind of `nothing`.
  void ask(std::set<std::int64_t> nodes, const node_question& what, node_answer nothing,
           rounds<node_answer>::conclusion then);
  /// A node that cannot say has `error_code` for an answer.
  void add(std::uint64_t number, std::int64_t node, node_answer& some);
  void hear(std::int64_t node, ask_node& x);

  /// Asks the hubs of this node; `done` hears their answers as one.
  void ask_here(const node_question& what, std::function<void(node_answer&)> done);
  template <class Answer, class Question, class Add>
  void ask_hubs(const Question& what, Add add, std::function<void(node_answer&)> done);

  std::set<std::int64_t> everybody() const;
  std::vector<std::string> names_of(const std::set<std::int64_t>& nodes) const;

  std::shared_ptr<const desk_environment> env_;
  node_list nodes_;
  rounds<node_answer> rounds_;
};

} // namespace parley::cluster
