// Two nodes of one cluster in one actor system that moves only by the test: real meshes, links, finders and relays; the
// table of nodes and CAF's network are made up.
#pragma once

#include "cluster/desk.hpp"
#include "cluster/mesh.hpp"
#include "cluster/room_finder.hpp"
#include "cluster/wide_directory.hpp"
#include "cluster/wide_tasks.hpp"
#include "tests/support/small_node.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace parley::cluster::test {

using parley::test::small_node;

/// Who has claimed which room; 0 for a node stands for no such room.
using claims = std::map<room_id, std::int64_t>;

class made_up_roll final : public roll_actor::base {
public:
  made_up_roll(caf::actor_config& cfg, std::int64_t self, std::shared_ptr<claims> homes)
    : roll_actor::base(cfg), self_(self), homes_(std::move(homes)) {}

protected:
  behavior_type make_behavior() override {
    return {[this](const claim_home& x) {
              const auto node = homes_->emplace(x.room, self_).first->second;
              return node == 0 ? claimed_home{} : claimed_home{storage::room_home{node, node == self_}};
            },
            [this](const look_up_home& x) {
              const auto home = homes_->find(x.room);
              return home != homes_->end() && home->second == self_;
            },
            [this](const release_home& x) { homes_->erase(x.room); },
            [](const link_state&) {},
            [](const announce_node&) { return finished{}; },
            [](const give_up_homes&) { return finished{}; },
            [](const get_roll_figures&) { return roll_figures{}; },
            [](const count_attempt&) { return counted_attempt{}; },
            [](const hold_upload&) { return true; },
            [](const release_upload&) {},
            [](const tick&) {}};
  }

private:
  std::int64_t self_;
  std::shared_ptr<claims> homes_;
};

/// Finds a door by its address.
class made_up_dialer final : public dialer_actor::base {
public:
  using doors = std::map<std::string, mesh_actor>;

  made_up_dialer(caf::actor_config& cfg, std::shared_ptr<doors> all)
    : dialer_actor::base(cfg), doors_(std::move(all)) {}

protected:
  behavior_type make_behavior() override {
    return {[this](const dial& x) -> caf::result<dialled> {
      auto it = doors_->find(x.address);
      if (it == doors_->end())
        return caf::make_error(caf::sec::cannot_connect_to_node);
      return dialled{caf::actor_cast<caf::strong_actor_ptr>(it->second)};
    }};
  }
  void on_exit() override { doors_.reset(); }

private:
  std::shared_ptr<doors> doors_;
};

/// What a connection on some node hears.
struct heard_there {
  std::vector<std::string> frames; ///< their payloads
  std::vector<room_id> entered, removed;
  std::vector<error_code> refusals;
  std::optional<close_code> closed;
};

/// Its hub and its session in one.
using ear_actor = audience_actor::extend_with<visitor_actor>;

class ear final : public ear_actor::base {
public:
  ear(caf::actor_config& cfg, std::shared_ptr<heard_there> into) : ear_actor::base(cfg), into_(std::move(into)) {}

protected:
  behavior_type make_behavior() override {
    return {
      [this](const attach_listener& x) {
        for (const auto* frames : {&x.first, &x.replay})
          for (const auto& one : *frames)
            add(one);
      },
      [](const detach_listener&) {},
      [this](const deliver& x) { add(x.envelope); },
      [this](const unicast& x) { add(x.frame); },
      [this](const close_connection& x) { into_->closed = x.code; },
      [this](const entered_room& x) { into_->entered.push_back(x.room); },
      [this](const refused& x) { into_->refusals.push_back(x.code); },
      [this](const removed_from_room& x) { into_->removed.push_back(x.room); },
    };
  }

private:
  void add(const frame_ptr& x) {
    if (x != nullptr)
      into_->frames.emplace_back(x->wire().substr(x->wire()[1] == 126 ? 4 : 2));
  }

  std::shared_ptr<heard_there> into_;
};

class node_pair : public small_node {
public:
  struct one_node {
    storage::node_row row;
    roll_actor roll;
    dialer_actor dialer;
    mesh_actor door;
    room_finder_actor finder;
    wide_directory_actor people;
    directory_actor local_people;
    placement_actor local_rooms;
    wide_tasks_actor tasks;
    task_board_actor local_tasks;
    desk_actor desk;
  };

  /// `version` of the wire is the highest that the second one speaks.
  explicit node_pair(std::uint32_t version = peer::wire_version_max) {
    nodes.push_back(make(1, peer::wire_version_max));
    nodes.push_back(make(2, version));
    when_retired = [this](room_id id) { caf::anon_send(nodes[0].finder, room_idle{id}); };
    doors_->emplace("one", nodes[0].door);
    doors_->emplace("two", nodes[1].door);
  }
  ~node_pair() {
    for (auto& x : nodes) {
      caf::anon_send_exit(x.door, caf::exit_reason::user_shutdown);
      caf::anon_send_exit(x.finder, caf::exit_reason::user_shutdown);
      caf::anon_send_exit(x.people, caf::exit_reason::user_shutdown);
      caf::anon_send_exit(x.local_people, caf::exit_reason::user_shutdown);
      caf::anon_send_exit(x.local_rooms, caf::exit_reason::user_shutdown);
      caf::anon_send_exit(x.tasks, caf::exit_reason::user_shutdown);
      caf::anon_send_exit(x.local_tasks, caf::exit_reason::user_shutdown);
      caf::anon_send_exit(x.desk, caf::exit_reason::user_shutdown);
    }
    for (const auto& x : rooms_of_the_second_)
      caf::anon_send_exit(x, caf::exit_reason::user_shutdown);
    rooms_of_the_second_.clear();
    advance(std::chrono::seconds(1)); // who waits for a tick knows itself until then
    doors_->clear();
  }
  node_pair(const node_pair&) = delete;
  node_pair& operator=(const node_pair&) = delete;

  /// Both have read the table, and time for links has passed.
  void meet() {
    show_table(nodes[0].row, nodes[1].row);
    advance(std::chrono::seconds(1));
  }
  void show_table(const storage::node_row& one, const storage::node_row& two) {
    for (const auto& x : nodes)
      caf::anon_send(x.door, node_list{{one, two}, {}});
    settle();
  }
  /// The other one is gone from the table that the first reads.
  void bury(std::size_t who) {
    const auto& left = nodes[1 - who];
    caf::anon_send(left.door, node_list{{left.row}, {}});
    settle();
  }
  std::size_t links(std::size_t of) {
    const auto out = ask<node_list>(nodes[of].door, get_nodes{});
    settle();
    return out->value->linked.size();
  }
  /// The room as that node knows it; settled.
  room_actor find(std::size_t node, room_id room) {
    const auto out = ask<room_actor>(nodes[node].finder, find_room{room});
    settle();
    return out->value.value_or(room_actor{});
  }
  std::shared_ptr<heard_there> listen(connection_id which) {
    auto out = std::make_shared<heard_there>();
    ears_.emplace(which, system().spawn<ear>(out));
    return out;
  }
  origin from(connection_id which) { return {which, ears_.at(which), wire_shape::envelope, ears_.at(which), {}}; }
  join_room joining(connection_id which, user_id user) {
    join_room out{};
    out.from = from(which);
    out.user = {user, "x", std::nullopt};
    return out;
  }

  std::shared_ptr<claims> homes = std::make_shared<claims>();
  std::vector<one_node> nodes;

private:
  one_node make(std::int64_t id, std::uint32_t version) {
    one_node out;
    out.row.id = out.row.slot = id;
    out.row.name = out.row.address = id == 1 ? "one" : "two";
    out.row.link_key = "key of " + out.row.name;
    auto environment = std::make_shared<mesh_environment>();
    out.door = spawn_pinned<mesh>(system(), pin{}, environment);
    out.roll = system().spawn<made_up_roll>(id, homes);
    out.dialer = system().spawn<made_up_dialer>(doors_);
    auto inside = std::make_shared<room_environment>();
    auto start_room = [this, inside](storage::room_state state) {
      room_actor made = spawn_pinned<live_room>(system(), pin{}, inside, std::move(state));
      rooms_of_the_second_.push_back(made);
      return made;
    };
    out.local_rooms =
      id == 1 ? rooms : spawn_pinned<placement>(system(), pin{}, std::vector{reader}, start_room, clock());
    out.finder = spawn_pinned<room_finder>(
      system(), pin{}, out.local_rooms, out.roll, out.door, [](room_id) { return pin{}; }, clock(),
      room_finder::options{});
    *inside = {out.finder, directory, gate, {reader}, {clock()}};
    out.local_people = spawn_pinned<parley::directory>(system(), pin{}, hubs, clock());
    out.people = spawn_pinned<wide_directory>(system(), pin{}, out.local_people, hubs, out.door, clock(), id);
    out.local_tasks = spawn_pinned<task_board>(system(), pin{}, gate, std::vector{reader}, clock());
    out.tasks = spawn_pinned<wide_tasks>(system(), pin{}, out.local_tasks, out.door, clock());
    auto desk_needs = std::make_shared<desk_environment>();
    out.desk = spawn_pinned<cluster::desk>(system(), pin{}, desk_needs);
    *desk_needs = {out.row,
                   {hubs[static_cast<std::size_t>(id - 1)]},
                   out.door,
                   out.roll,
                   out.finder,
                   clock(),
                   [] { return false; },
                   [] { return std::chrono::nanoseconds(0); }};
    *environment = {
      out.row,   out.finder, out.people, out.roll, out.dialer, clock(), [](std::int64_t) { return pin{}; },
      out.tasks, out.desk,   version};
    return out;
  }

  std::shared_ptr<made_up_dialer::doors> doors_ = std::make_shared<made_up_dialer::doors>();
  std::map<connection_id, ear_actor> ears_;
  std::vector<room_actor> rooms_of_the_second_;
};

} // namespace parley::cluster::test
