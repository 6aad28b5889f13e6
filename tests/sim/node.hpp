// One life of a simulated node: the real actors over a simulated disk, from a start to a crash or a stop.
#pragma once

#include "actors/interfaces/database.hpp"
#include "actors/interfaces/directory.hpp"
#include "actors/interfaces/hub.hpp"
#include "actors/interfaces/placement.hpp"
#include "actors/interfaces/session.hpp"
#include "actors/live_room.hpp"
#include "actors/session.hpp"
#include "actors/token_gate.hpp"
#include "tests/sim/calls.hpp"
#include "tests/sim/link.hpp"
#include "tests/sim/stage.hpp"
#include "tests/support/memory_store.hpp"

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace parley::sim {

class node {
public:
  static constexpr std::uint32_t threads = 2;

  /// As at the start of the process: nobody is joined, what was revoked is refused. The disk must work. `suspended` as
  /// in `room_options`.
  node(stage& where, test::memory_store& disk, std::chrono::milliseconds presence_grace,
       const std::function<bool()>& suspended);
  node(const node&) = delete;
  node& operator=(const node&) = delete;

  /// Spawns the session of a connection, which `way` is.
  void open(const std::shared_ptr<link>& way, socket_kind kind, std::string token, std::string subject);

  /// What is asked here is answered to `then`, unless the node ends before.
  template <class Out, class Order>
  void ask_room(room_id room, Order what, answered<Out> then) {
    keep(where_.system().spawn<room_call<Out, Order>>(placement, room, std::move(what), std::move(then)));
  }
  template <class Out, class Whom, class Order>
  void ask(const Whom& whom, Order what, answered<Out> then) {
    keep(where_.system().spawn<plain_call<Out, Whom, Order>>(whom, std::move(what), std::move(then)));
  }

  /// Tells everybody to go, as SIGTERM does.
  void drain();
  /// Ends every actor. The links must know before; what the writer still holds goes to the disk, if that works.
  void end(const std::vector<std::shared_ptr<link>>& links, lot& fate);

  /// Actors of a node that has nobody to serve.
  static constexpr std::size_t idle_actors = 2 * threads + 4;

  std::vector<hub_actor> hubs;
  std::vector<db_reader_actor> readers;
  db_writer_actor writer; ///< the gate in front of it
  placement_actor placement;
  directory_actor directory;

private:
  void keep(caf::actor call);

  stage& where_;
  committer_actor committer_;
  std::deque<token_gate> gates_;
  std::vector<std::shared_ptr<const session_environment>> environments_;
  std::vector<session_actor> sessions_;
  std::vector<caf::actor> calls_;
};

/// A token that every node takes.
std::string make_token(user_id user, timestamp issued_at, timestamp expires_at);

} // namespace parley::sim
