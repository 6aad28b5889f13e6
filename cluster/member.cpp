#include "cluster/member.hpp"

#include "cluster/desk.hpp"
#include "cluster/dialer.hpp"
#include "cluster/mesh.hpp"
#include "cluster/roll.hpp"
#include "cluster/room_finder.hpp"
#include "cluster/wide_directory.hpp"
#include "cluster/wide_tasks.hpp"

#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <stdexcept>
#include <thread>
#include <utility>

namespace parley::cluster {

namespace {

/// What the table may take to answer.
constexpr std::chrono::seconds table_limit{10};
constexpr std::chrono::milliseconds between_questions{20};

} // namespace

member::member(caf::actor_system& system, network_options options, std::unique_ptr<storage::node_table> table,
               std::chrono::milliseconds term, member_parts parts)
  : system_(system), options_(std::move(options)), self_(table->self()) {
  auto environment = std::make_shared<mesh_environment>();
  mesh_ = spawn_pinned<mesh>(system_, parts.place(0), environment);
  roll_ =
    system_.spawn<roll, caf::detached>(std::move(table), self_, mesh_, term, parts.now, std::move(parts.connections));
  dialer_ = system_.spawn<dialer, caf::detached>(options_.tls());
  rooms_ = spawn_pinned<room_finder>(
    system_, parts.place(0), std::move(parts.placement), roll_, mesh_,
    [place = parts.place](room_id id) { return place(std::hash<room_id>{}(id)); }, parts.now,
    room_finder::options{parts.rebalance});
  auto desk_needs = std::make_shared<desk_environment>();
  desk_ = spawn_pinned<cluster::desk>(system_, parts.place(0), desk_needs);
  *desk_needs = {
    self_, parts.hubs, mesh_, roll_, rooms_, parts.now, std::move(parts.suspended), std::move(parts.beat_time)};
  directory_ = spawn_pinned<wide_directory>(system_, parts.place(0), std::move(parts.directory), std::move(parts.hubs),
                                            mesh_, parts.now, self_.id);
  tasks_ = spawn_pinned<wide_tasks>(system_, parts.place(0), std::move(parts.tasks), mesh_, parts.now);
  // Nobody sends anything to the mesh before `open`.
  *environment = {self_,
                  rooms_,
                  directory_,
                  roll_,
                  dialer_,
                  parts.now,
                  [place = std::move(parts.place)](std::int64_t node) { return place(static_cast<std::size_t>(node)); },
                  tasks_,
                  desk_};
}

member::~member() {
  stop();
}

void member::announce(storage::node_row::phase state) {
  caf::scoped_actor asker{system_};
  bool done = false;
  asker->request(roll_, table_limit, announce_node{address_, state})
    .receive([&](finished) { done = true; }, [](const caf::error&) {});
  if (!done)
    throw std::runtime_error("the table of nodes does not answer");
}

bool member::is_linked_with_all() const {
  caf::scoped_actor asker{system_};
  bool out = false;
  asker->request(mesh_, table_limit, get_nodes{})
    .receive(
      [&](const node_list& x) {
        out = std::ranges::all_of(x.rows, [&](const auto& row) {
          return row.id == self_.id || row.address.empty() || std::ranges::find(x.linked, row.id) != x.linked.end();
        });
      },
      [](const caf::error&) {});
  return out;
}

void member::open() {
  address_ = open_door(system_, mesh_, options_);
  announce(storage::node_row::phase::joining);
  const auto until = std::chrono::steady_clock::now() + link_limit;
  while (!is_linked_with_all() && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(between_questions);
  announce(storage::node_row::phase::up);
  spdlog::info("cluster: node {} is up at {}", self_.name, address_);
}

void member::drain() {
  try {
    announce(storage::node_row::phase::draining);
  } catch (const std::runtime_error& reason) {
    spdlog::warn("cluster: {}", reason.what());
  }
}

std::vector<link_actor> member::links() const {
  caf::scoped_actor asker{system_};
  std::vector<link_actor> out;
  asker->request(mesh_, table_limit, get_links{})
    .receive([&](link_list& x) { out = std::move(x.links); }, [](const caf::error&) {});
  return out;
}

void member::settle_rooms(std::chrono::milliseconds limit) {
  caf::scoped_actor asker{system_};
  const auto links = this->links();
  // All are asked before the first is waited for: the limit is one for all.
  std::vector<decltype(asker->request(links.front(), limit, cluster::settle_rooms{}))> asked;
  asked.reserve(links.size());
  for (const auto& x : links)
    asked.push_back(asker->request(x, limit, cluster::settle_rooms{}));
  for (auto& x : asked)
    x.receive([](finished) {}, [](const caf::error&) { spdlog::warn("cluster: rooms did not come to rest in time"); });
}

void member::release_rooms() {
  caf::scoped_actor asker{system_};
  asker->request(roll_, table_limit, give_up_homes{}).receive([](finished) {}, [](const caf::error&) {});
  for (const auto& link : links())
    asker->request(link, table_limit, cluster::release_rooms{}).receive([](finished) {}, [](const caf::error&) {});
}

void member::cut() {
  caf::scoped_actor waiter{system_};
  caf::anon_send_exit(mesh_, caf::exit_reason::user_shutdown);
  waiter->wait_for(mesh_);
}

void member::stop() {
  if (!mesh_)
    return;
  caf::anon_send_exit(mesh_, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(rooms_, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(directory_, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(tasks_, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(desk_, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(dialer_, caf::exit_reason::user_shutdown);
  caf::scoped_actor self{system_};
  caf::anon_send_exit(roll_, caf::exit_reason::user_shutdown);
  self->wait_for(roll_);
  mesh_ = nullptr;
}

} // namespace parley::cluster
