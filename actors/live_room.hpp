// The room actor: it hands each message to the part of the room that it concerns.
#pragma once

#include "actors/interfaces/database.hpp"
#include "actors/interfaces/directory.hpp"
#include "actors/interfaces/placement.hpp"
#include "actors/interfaces/room.hpp"
#include "actors/pinned.hpp"
#include "actors/room/options.hpp"

#include <caf/typed_response_promise.hpp>

#include <memory>
#include <vector>

namespace parley {

/// What every room of a node turns to.
struct room_environment {
  placement_actor placement;
  directory_actor directory;
  db_writer_actor writer;
  std::vector<db_reader_actor> readers;
  room_options options;
};

/// One live room. It is the only one who changes the room's rows, so that what it remembers of them is always true.
/// It never waits: what needs an answer from the database is held in its user's lane, messages being committed are
/// in the pipeline.
class live_room final : public pinned<room_actor> {
public:
  live_room(caf::actor_config& cfg, pin where, std::shared_ptr<const room_environment> env, storage::room_state state);
  ~live_room() override;

  const char* name() const override { return "live_room"; }

protected:
  behavior_type make_behavior() override;
  void on_exit() override;

private:
  struct parts;

  /// Has an order carried out by the part `who`.
  template <class T, class Part, class Order>
  caf::typed_response_promise<T> ask(Part& who, Order& what);
  void on_tick();
  caf::typed_response_promise<bool> on_retire();
  void give_up_retiring();
  caf::typed_response_promise<finished> on_settle();
  void answer_settling();
  bool may_retire() const;

  std::shared_ptr<const room_environment> env_;
  std::unique_ptr<parts> parts_;
};

} // namespace parley
