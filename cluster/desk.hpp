// What operators ask of all nodes, answered by this one: it asks the others, and answers what they ask of it.
#pragma once

#include "actors/pinned.hpp"
#include "cluster/interfaces.hpp"

#include <caf/typed_response_promise.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <variant>
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

  /// A question that not all nodes have answered yet. What is known so far is in `sum`, which is of the promise's kind.
  struct question {
    std::variant<promise<found_connections>, promise<found_disconnects>, promise<bool>> answer;
    node_answer sum;
    std::set<std::int64_t> waits_for; ///< nodes
    std::int64_t at_most = 0;         ///< as in `find_connections`
    moment until{};
  };

  promise<found_connections> list(const find_connections& x);
  promise<found_disconnects> list(const find_disconnects& x);
  promise<bool> close(const dismiss& x);
  promise<cluster_figures> count();
  found_nodes show_nodes() const;

  /// Asks each of these nodes, this one among them or not.
  void ask(question about, const node_question& what);
  void add(std::uint64_t number, std::int64_t node, node_answer& some);
  static void settle(question& about);
  void give_up_late();
  void hear(std::int64_t node, ask_node& x);

  /// Asks the hubs of this node; `done` hears their answers as one.
  void ask_here(const node_question& what, std::function<void(node_answer&)> done);
  template <class Answer, class Question, class Add>
  void ask_hubs(const Question& what, Add add, std::function<void(node_answer&)> done);

  std::set<std::int64_t> everybody() const;
  std::string name_of(std::int64_t node) const;

  std::shared_ptr<const desk_environment> env_;
  node_list nodes_;
  std::unordered_map<std::uint64_t, question> open_;
  std::uint64_t last_ = 0;
};

} // namespace parley::cluster
